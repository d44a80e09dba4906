#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("ead comes as near to the true smallest perturbation in l1 as was measured") {
  // Linear 1.201, relu median 1.130: l2 still has its share in the objective.
  check_strength({{"method", "ead"}, {"steps", 500}}, Norm::l1, {1.21, 1.14, 12});
}

TEST_CASE("the larger beta, the fewer features ead changes") {
  double before = 1e9;
  for (double beta : {0.0, 0.01, 0.03}) {
    const auto result =
        attack(linear_problem().model, linear_problem().inputs, {{"method", "ead"}, {"beta", beta}, {"steps", 300}});
    double changed = 0;
    for (const auto& sample : result.samples) changed += sample.distances.l0;
    CHECK(changed < before);
    before = changed;
  }
}

TEST_CASE("ead loses no search to a weight that leaves every feature unchanged") {
  const auto result = attack(linear_problem().model, linear_problem().inputs,
                             {{"method", "ead"}, {"searchSteps", 1}, {"steps", 5}, {"initialConstant", 1e-10}});
  for (const auto& sample : result.samples) CHECK(sample.distances.l0 > 0);
}
