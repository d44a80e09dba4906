#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("zoo comes as near to the true smallest perturbation as was measured") {
  // Linear median 1.0005, 90 % within 1.05, but 1.87 where the boundary is nearer than a step; relu median 1.0001.
  check_strength({{"method", "zoo"}, {"steps", 500}}, Norm::l2, {1.88, 1.001, 83});
}
