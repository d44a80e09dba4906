#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("geoda comes as near to the true smallest perturbation as was measured") {
  // Linear 1.016, 1.014, 1.019; relu medians 1.003, 1.003, 1.0001.
  check_strength({{"method", "geoda"}, {"norm", "l2"}}, Norm::l2, {1.02, 1.005, 70});
  check_strength({{"method", "geoda"}, {"norm", "linf"}}, Norm::linf, {1.02, 1.005, 75});
  check_strength({{"method", "geoda"}, {"norm", "l1"}}, Norm::l1, {1.02, 1.001, 91});
}
