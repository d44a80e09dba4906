#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("brendel-bethge comes as near to the true smallest perturbation as was measured") {
  // Linear 1.00003, 1.00001, 1.00002; relu medians 1.0001, 1.0000, 1.0002. In l0 all exact on both.
  check_strength({{"method", "brendel-bethge"}, {"norm", "l1"}}, Norm::l1, {1.001, 1.001, 90});
  check_strength({{"method", "brendel-bethge"}, {"norm", "l2"}}, Norm::l2, {1.001, 1.001, 95});
  check_strength({{"method", "brendel-bethge"}, {"norm", "linf"}}, Norm::linf, {1.001, 1.001, 90});
  check_strength({{"method", "brendel-bethge"}, {"norm", "l0"}}, Norm::l0, {1, 1, 100}, 1);
}
