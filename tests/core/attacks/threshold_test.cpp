#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

TEST_CASE("threshold flips the samples of a linear model that lie within epsilon, and none beyond") {
  const Problem& problem = linear_problem();
  const auto truth = problem.exact(problem, Norm::linf);
  auto sorted = truth;
  std::sort(sorted.begin(), sorted.end());
  const double epsilon = sorted[20];
  const auto result = attack(problem.model, problem.inputs, {{"method", "threshold"}, {"epsilon", epsilon}});
  for (std::size_t row = 0; row < problem.rows(); ++row) {
    INFO("share of epsilon " << truth[row] / epsilon);
    if (truth[row] > epsilon * 1.0001) CHECK(result.samples[row].status == Status::failed);
    if (truth[row] < epsilon * 0.85) CHECK(result.samples[row].status == Status::success);
  }
}
