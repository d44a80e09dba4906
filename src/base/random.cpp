#include "base/random.hpp"

#include <cmath>
#include <utility>

#include "base/check.hpp"
#include "base/math.hpp"

namespace mlsec::inline base {

Random::Random(std::uint64_t seed, std::uint64_t sample, Purpose purpose, std::uint32_t step)
    : key_{static_cast<std::uint32_t>(seed),
           static_cast<std::uint32_t>(seed >> 32) ^ static_cast<std::uint32_t>(purpose)},
      counter_{0, static_cast<std::uint32_t>(sample), static_cast<std::uint32_t>(sample >> 32), step} {}

std::uint32_t Random::bits() {
  if (used_ == 4) {
    block_ = philox(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[static_cast<std::size_t>(used_++)];
}

float Random::uniform() { return static_cast<float>(bits() >> 8) * 0x1p-24f; }

float Random::uniform(float low, float high) { return low + (high - low) * uniform(); }

std::uint32_t Random::below(std::uint32_t bound) {
  MLSEC_CHECK(bound >= 1);
  // Rejection keeps the choice exactly uniform (Lemire, 2019).
  const std::uint32_t threshold = (0u - bound) % bound;
  for (;;) {
    const std::uint64_t product = std::uint64_t{bits()} * bound;
    if (static_cast<std::uint32_t>(product) >= threshold) return static_cast<std::uint32_t>(product >> 32);
  }
}

float Random::normal() {
  if (has_spare_normal_) {
    has_spare_normal_ = false;
    return spare_normal_;
  }
  const double radius = std::sqrt(-2 * log(1.0 - double{uniform()}));
  const double turn = uniform();
  spare_normal_ = static_cast<float>(radius * sin_turn(turn));
  has_spare_normal_ = true;
  return static_cast<float>(radius * cos_turn(turn));
}

void Random::shuffle(std::span<std::uint32_t> values) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[below(static_cast<std::uint32_t>(i))]);
}

}  // namespace mlsec::inline base
