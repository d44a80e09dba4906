#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("sign-opt comes as near to the true smallest perturbation as was measured") {
  // Linear 1.0037, relu median 1.0000.
  check_strength({{"method", "sign-opt"}, {"steps", 60}}, Norm::l2, {1.005, 1.001, 95});
}
