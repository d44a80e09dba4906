#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("sparsefool comes as near to the true smallest perturbation as was measured") {
  // Linear 1.026, relu median 1.046.
  check_strength({{"method", "sparsefool"}, {"lambda", 1.0}}, Norm::l1, {1.03, 1.05, 54});
}
