#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("sigma-zero comes as near to the true smallest perturbation as was measured") {
  // Linear all exact, relu 23 of 24.
  check_strength({{"method", "sigma-zero"}}, Norm::l0, {1, 1, 95}, 1);
}
