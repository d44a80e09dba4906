// pgd with Adam's steps.
#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

TEST_CASE("with Adam's steps pgd flips what lies within epsilon on a linear model, and nothing beyond") {
  const Problem& problem = linear_problem();
  // In linf every feature goes to its end, whatever the steps; in l2 Adam's steps are not the steepest.
  for (const auto& [norm, share] : {std::pair{Norm::linf, 0.999}, std::pair{Norm::l2, 0.8}}) {
    const auto truth = problem.exact(problem, norm);
    auto sorted = truth;
    std::sort(sorted.begin(), sorted.end());
    const double epsilon = sorted[20];
    const auto result = attack(problem.model, problem.inputs,
                               {{"method", "pgd"},
                                {"norm", std::string(name_of(norm))},
                                {"epsilon", epsilon},
                                {"adam", true},
                                {"steps", 100}});
    for (std::size_t row = 0; row < problem.rows(); ++row) {
      INFO(name_of(norm) << " " << truth[row] / epsilon);
      if (truth[row] > epsilon * 1.0001) CHECK(result.samples[row].status == Status::failed);
      if (truth[row] < epsilon * share) CHECK(result.samples[row].status == Status::success);
    }
  }
}
