#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("ddn comes as near to the true smallest perturbation as was measured") {
  // Linear 1.0183, relu median 1.030.
  check_strength({{"method", "ddn"}}, Norm::l2, {1.02, 1.035, 66});
}
