#include "engine/squared_norm.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {

TEST_CASE("sums of squares are right for every number of terms") {
  const auto values = test::random_values(1000, 1);
  double expected = 0;
  for (std::size_t count = 0; count < values.size(); ++count) {
    CAPTURE(count);
    CHECK(std::fabs(double{engine::squared_norm(count, values.data())} - expected) <= 1e-6 * expected);
    expected += double{values[count]} * double{values[count]};
  }
}

}  // namespace mlsec
