#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

TEST_CASE("local search changes few features") {
  // At a factor of 2 features go farthest. Measured: 70 % exact on the linear model; on the relu network ...
  check_strength({{"method", "local-search"}, {"factor", 2.0}}, Norm::l0, {4, 1, 60}, 0.6);
}
