#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

TEST_CASE(
    "apgd flips the samples of a linear model whose distance is below epsilon, in every norm and with every loss") {
  for (Norm norm : {Norm::l1, Norm::l2, Norm::linf})
    for (const char* loss : {"cross-entropy", "dlr", "targeted-dlr"}) {
      CAPTURE(loss);
      const Problem& problem = linear_problem();
      const auto truth = problem.exact(problem, norm);
      std::vector<double> sorted = truth;
      std::sort(sorted.begin(), sorted.end());
      const double epsilon = (sorted[sorted.size() / 2] + sorted[sorted.size() / 2 - 1]) / 2;
      const auto result =
          attack(problem.model, problem.inputs,
                 {{"method", "apgd"}, {"norm", std::string(name_of(norm))}, {"epsilon", epsilon}, {"loss", loss}});
      for (std::size_t row = 0; row < problem.rows(); ++row) {
        if (truth[row] > epsilon) CHECK(result.samples[row].status == Status::failed);
        // In l1 and l2 the ball's corner is only approached.
        if (truth[row] < epsilon * 0.99) CHECK(result.samples[row].status == Status::success);
      }
    }
}

TEST_CASE("apgd finds as many adversarial points of a relu network as enumeration says there are") {
  for (Norm norm : {Norm::l1, Norm::l2, Norm::linf}) {
    const Problem& problem = relu_problem();
    const auto truth = problem.exact(problem, norm);
    std::vector<double> sorted = truth;
    std::sort(sorted.begin(), sorted.end());
    const double epsilon = sorted[sorted.size() / 2] * 1.02;
    const auto there = std::count_if(truth.begin(), truth.end(), [&](double d) { return d < epsilon; });
    const auto result = attack(
        problem.model, problem.inputs,
        {{"method", "apgd"}, {"norm", std::string(name_of(norm))}, {"epsilon", epsilon}, {"loss", "targeted-dlr"}});
    const auto found = std::count_if(result.samples.begin(), result.samples.end(),
                                     [](const auto& sample) { return sample.status == Status::success; });
    CHECK(found >= there - (norm == Norm::l1 ? 3 : 1));  // 11, 13 and 14 of 14
  }
}

TEST_CASE("the logit ratio does not change when all logits are scaled, and its cotangent is its derivative") {
  const std::vector<float> logits{1, 3, -2, 0.5f, 2};
  for (std::optional<std::size_t> towards : {std::optional<std::size_t>(), std::optional<std::size_t>(3)}) {
    const attacks::LogitRatio ratio{towards};
    std::vector<float> cotangent(5), unused(5), scaled = logits;
    const float value = ratio(logits, {1, {}}, cotangent);
    for (float& logit : scaled) logit *= 4;
    CHECK(ratio(scaled, {1, {}}, unused) == doctest::Approx(value));
    CHECK(value == doctest::Approx(towards ? (0.5 - 3) / (3 - (1 + 0.5) / 2) : (2.0 - 3) / (3 - 1)));
    for (std::size_t i = 0; i < 5; ++i) {
      auto moved = logits;
      moved[i] += 1e-2f;
      const double above = ratio(moved, {1, {}}, unused);
      moved[i] -= 2e-2f;
      CHECK((above - ratio(moved, {1, {}}, unused)) / 2e-2 == doctest::Approx(cotangent[i]).epsilon(1e-3));
    }
  }
}
