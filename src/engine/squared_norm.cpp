#include "engine/squared_norm.hpp"

#include "engine/vector.hpp"

namespace mlsec::engine {

float squared_norm(std::size_t count, const float* values) {
  // Sixteen sums side by side, the last numbers after all others.
  Float4 sums[4] = {};
  std::size_t i = 0;
  for (; i + 16 <= count; i += 16)
    for (std::size_t lane = 0; lane < 4; ++lane) {
      const Float4 four = load4(values + i + 4 * lane);
      sums[lane] = multiply_add(four, four, sums[lane]);
    }
  const Float4 four = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  float total = (four[0] + four[1]) + (four[2] + four[3]);
  for (; i < count; ++i) total = multiply_add(values[i], values[i], total);
  return total;
}

}  // namespace mlsec::engine
