#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("lbfgs comes as near to the true smallest perturbation as was measured") {
  // Linear 1.0001; relu median 1.039, and 1.058 where multiply-adds are fused.
  const ValueObject options{{"method", "lbfgs"}, {"searchSteps", 20}};
  check_strength(options, Norm::l2, {1.001, 1.06, 54});
}

TEST_CASE("lbfgs moves a sample that the network is sure of") {
  // The margin is 52.5, so p(label) is 1 in float32 and its logarithm has no slope; the boundary is 52.5 / 150 away.
  Tensor x(Shape{1, 2});
  x[0] = 0.5f;
  x[1] = 0.25f;
  const auto result = attack(linear_model({120, -90}, 15), x, {{"method", "lbfgs"}});
  CHECK(result.samples[0].status == attacks::Status::success);
  CHECK(result.samples[0].distances.l2 == doctest::Approx(0.35).epsilon(0.02));
}
