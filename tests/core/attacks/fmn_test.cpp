#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("fmn comes as near to the true smallest perturbation as was measured") {
  // Linear 2 (one feature too many; 92.5 % exact), 1.0026, 1.0042, 1.0000; relu medians 1, 1.0002, 1.0000, 1.0001.
  check_strength({{"method", "fmn"}, {"norm", "l0"}}, Norm::l0, {2, 1, 91});
  check_strength({{"method", "fmn"}, {"norm", "l1"}}, Norm::l1, {1.003, 1.0003, 87});
  check_strength({{"method", "fmn"}, {"norm", "l2"}}, Norm::l2, {1.005, 1.0002, 95});
  check_strength({{"method", "fmn"}, {"norm", "linf"}}, Norm::linf, {1.0002, 1.0002, 83});
}
