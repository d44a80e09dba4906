// Random numbers that depend on what they are for, never on who asked first.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/philox.hpp"

namespace mlsec::inline base {

/// What a stream of random numbers is for. The numbers are part of published results: append only, never renumber.
enum class Purpose : std::uint32_t {
  initial_weights = 1,
  shuffle = 2,
  test = 6,
};

/// A purpose by its name: FNV-1a (Fowler, Noll, Vo) with the highest bit set, apart from the numbered ones.
constexpr Purpose purpose_of(std::string_view name) {
  std::uint32_t hash = 2166136261u;
  for (char c : name) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619u;
  return static_cast<Purpose>(hash | 0x80000000u);
}

/// An endless sequence, a pure function of (seed, sample, purpose, step): the same numbers for the same
/// sample whatever the batch, the order of samples or the number of workers.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t sample, Purpose purpose, std::uint32_t step = 0);

  std::uint32_t bits();

  /// Uniform in [0, 1), a multiple of 2^-24.
  float uniform();

  /// Uniform in [low, high].
  float uniform(float low, float high);

  /// Uniform over 0 ... bound - 1; bound at least 1.
  std::uint32_t below(std::uint32_t bound);

  /// Standard normal (Box and Muller, 1958).
  float normal();

  /// Fisher and Yates: every order equally likely.
  void shuffle(std::span<std::uint32_t> values);

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
  float spare_normal_ = 0;
  bool has_spare_normal_ = false;
};

}  // namespace mlsec::inline base
