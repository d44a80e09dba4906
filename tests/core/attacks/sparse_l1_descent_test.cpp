#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

TEST_CASE("sparse-l1-descent flips exactly the samples of a linear model whose distance in l1 is below epsilon") {
  const Problem& problem = linear_problem();
  const auto truth = problem.exact(problem, Norm::l1);
  const double epsilon = 1.0;
  const auto result =
      attack(problem.model, problem.inputs,
             {{"method", "sparse-l1-descent"}, {"epsilon", epsilon}, {"stepSize", 0.2}, {"steps", 100}});
  int flipped = 0;
  for (std::size_t row = 0; row < problem.rows(); ++row) {
    CHECK_MESSAGE((result.samples[row].status == Status::success) == (truth[row] < epsilon), truth[row]);
    flipped += truth[row] < epsilon;
  }
  CHECK(flipped > 8);
  CHECK(flipped < 36);
}
