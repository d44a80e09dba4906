#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("newtonfool comes as near to the true smallest perturbation as was measured") {
  // Linear 1.109, relu median 1.122.
  check_strength({{"method", "newtonfool"}, {"steps", 1000}}, Norm::l2, {1.12, 1.14, 29});
}
