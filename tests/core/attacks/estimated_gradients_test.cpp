// nes, spsa and bandits: scores alone in the place of gradients.
#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

TEST_CASE(
    "attacks by estimated gradients flip the samples of a linear model that lie within epsilon, and none beyond") {
  const Problem& problem = linear_problem();
  const auto truth = problem.exact(problem, Norm::linf);
  auto sorted = truth;
  std::sort(sorted.begin(), sorted.end());
  const double epsilon = sorted[20];
  for (const char* method : {"nes", "spsa", "bandits"}) {
    const auto result = attack(problem.model, problem.inputs, {{"method", method}, {"epsilon", epsilon}});
    for (std::size_t row = 0; row < problem.rows(); ++row) {
      if (truth[row] > epsilon * 1.0001) CHECK_MESSAGE(result.samples[row].status != Status::success, method);
      if (truth[row] < epsilon * 0.8)
        CHECK_MESSAGE(result.samples[row].status == Status::success, method << " " << truth[row] / epsilon);
      CHECK(result.samples[row].gradients == 0);
    }
  }
}
