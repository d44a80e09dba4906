#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("alma comes as near to the true smallest perturbation as was measured") {
  // Linear 1.063 (97.5 % within 1.05), 1.0001; relu medians 1.029, 1.0000. Some samples are not found on relu networks.
  check_strength({{"method", "alma"}, {"norm", "l1"}}, Norm::l1, {1.07, 1.035, 58});
  check_strength({{"method", "alma"}, {"norm", "l2"}}, Norm::l2, {1.001, 1.001, 70});
}
