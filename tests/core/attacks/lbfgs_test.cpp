#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("lbfgs comes as near to the true smallest perturbation as was measured") {
  // Linear 1.56, 90 % within 1.02; relu median 1.074.
  const ValueObject options{{"method", "lbfgs"}, {"searchSteps", 20}};
  check_strength(options, Norm::l2, {1.57, 1.08, 45});
  CHECK(linear_problem().ratios(Norm::l2, options).share_within(1.02) >= 0.9);
}
