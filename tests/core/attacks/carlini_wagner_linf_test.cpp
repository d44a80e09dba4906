#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("carlini-wagner-linf comes as near to the true smallest perturbation as was measured") {
  // Linear 1.097, relu median 1.033.
  check_strength({{"method", "carlini-wagner-linf"}}, Norm::linf, {1.1, 1.035, 62});
}
