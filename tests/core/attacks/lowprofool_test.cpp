#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("lowprofool comes as near to the true smallest perturbation as was measured") {
  // It weighs distance against confidence and searches for nothing: a linear median of 1.95.
  CHECK(linear_problem().ratios(Norm::l2, {{"method", "lowprofool"}, {"steps", 300}, {"decay", 0.99}}).median() <=
        1.96);
}

TEST_CASE("the more a feature is looked at, the less lowprofool changes it") {
  const auto model = linear_model({2, 2}, -1.2f);
  const Tensor inputs(Shape{1, 2}, std::vector<float>{0.25f, 0.25f});
  const auto change = [&](ValueList importance) {
    const auto result = attack(model, inputs, {{"method", "lowprofool"}, {"importance", std::move(importance)}});
    CHECK(result.samples[0].status == attacks::Status::success);
    return result.adversarials[0] - result.adversarials[1];
  };
  CHECK(std::fabs(change({1, 1})) < 1e-6f);
  CHECK(change({1, 3}) > 0.01f);
  CHECK(change({3, 1}) < -0.01f);
}

TEST_CASE("lowprofool refuses weights for another number of features") {
  const Error error = refusal(linear_model({2, 2}, -1), Tensor(Shape{1, 2}, std::vector<float>{0.25f, 0.25f}),
                              {{"method", "lowprofool"}, {"importance", list({1, 2, 3})}});
  CHECK(error.field == "importance");
  CHECK(error.code == ErrorCode::shape_mismatch);
}
