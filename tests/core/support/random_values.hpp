// Numbers to test with: the same ones on every machine.
#pragma once

#include <cstdint>
#include <numeric>
#include <vector>

#include "base/random.hpp"
#include "tensor/tensor.hpp"

namespace mlsec::test {

inline std::vector<float> random_values(std::size_t count, std::uint64_t seed, float low = -1, float high = 1) {
  Random random(seed, 0, Purpose::test);
  std::vector<float> values(count);
  for (float& value : values) value = random.uniform(low, high);
  return values;
}

inline Tensor random_tensor(const Shape& shape, std::uint64_t seed, float low = -1, float high = 1) {
  return {shape, random_values(shape.count(), seed, low, high)};
}

/// Rows whose entries are at least 1/32 apart from each other and 1/64 from 0: small steps change no order and no sign.
inline Tensor spread_tensor(const Shape& shape, std::uint64_t seed) {
  Tensor result(shape);
  const auto rows = static_cast<std::size_t>(shape[0]), size = shape.count() / rows;
  std::vector<std::uint32_t> order(size);
  for (std::size_t row = 0; row < rows; ++row) {
    std::iota(order.begin(), order.end(), 0u);
    Random(seed, row, Purpose::test).shuffle(order);
    for (std::size_t i = 0; i < size; ++i)
      result[row * size + i] = (static_cast<float>(order[i]) - static_cast<float>(size / 2) + 0.5f) / 32;
  }
  return result;
}

}  // namespace mlsec::test
