#include "base/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

namespace mlsec {
namespace {

constexpr std::array<Purpose, 3> purposes{Purpose::initial_weights, Purpose::shuffle, Purpose::test};

/// Pearson's statistic against equal frequencies, in standard deviations from its mean.
double deviation_from_uniform(const std::vector<int>& counts) {
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0),
               expected = total / static_cast<double>(counts.size());
  double statistic = 0;
  for (int count : counts) statistic += (count - expected) * (count - expected) / expected;
  const double freedom = static_cast<double>(counts.size()) - 1;
  return (statistic - freedom) / std::sqrt(2 * freedom);
}

std::vector<std::uint32_t> first_bits(Random random, int count) {
  std::vector<std::uint32_t> bits;
  for (int i = 0; i < count; ++i) bits.push_back(random.bits());
  return bits;
}

}  // namespace

TEST_CASE("philox gives the known answer for the digits of pi") {
  CHECK(philox({0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}, {0xa4093822u, 0x299f31d0u}) ==
        std::array<std::uint32_t, 4>{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u});
}

TEST_CASE("a stream is philox over (block, sample, step) under (seed, purpose)") {
  Random random(0x0123456789abcdef, 0xfedcba9876543210, static_cast<Purpose>(3), 77);
  for (std::uint32_t block = 0; block < 3; ++block)
    for (std::uint32_t word : philox({block, 0x76543210u, 0xfedcba98u, 77}, {0x89abcdefu, 0x01234567u ^ 3u}))
      CHECK(random.bits() == word);
}

TEST_CASE("a named purpose is the FNV-1a hash of its name, apart from the numbered ones") {
  CHECK(static_cast<std::uint32_t>(purpose_of("a")) == 0xe40c292cu);
  CHECK(static_cast<std::uint32_t>(purpose_of("foobar")) == 0xbf9cf968u);
  CHECK(static_cast<std::uint32_t>(purpose_of("start")) >= 0x80000000u);
}

TEST_CASE("the numbers of a stream never change from version to version") {
  Random random(2024, 7, Purpose::test, 1);
  CHECK(random.bits() == 2396293475u);
  CHECK(random.uniform() == 0x1.e7f104p-1f);
  CHECK(random.below(1000) == 216);
  CHECK(random.normal() == 0x1.6352b8p-1f);
  CHECK(random.normal() == 0x1.7d06b8p-2f);
  std::vector<std::uint32_t> order(8);
  std::iota(order.begin(), order.end(), 0u);
  random.shuffle(order);
  CHECK(order == std::vector<std::uint32_t>{6, 3, 5, 0, 4, 1, 2, 7});
}

TEST_CASE("every part of the key makes another stream") {
  const auto bits = first_bits(Random(1, 2, Purpose::test, 3), 8);
  const std::uint64_t high = std::uint64_t{1} << 32;
  CHECK(bits == first_bits(Random(1, 2, Purpose::test, 3), 8));
  CHECK(bits != first_bits(Random(0, 2, Purpose::test, 3), 8));
  CHECK(bits != first_bits(Random(1 + high, 2, Purpose::test, 3), 8));
  CHECK(bits != first_bits(Random(1, 1, Purpose::test, 3), 8));
  CHECK(bits != first_bits(Random(1, 2 + high, Purpose::test, 3), 8));
  CHECK(bits != first_bits(Random(1, 2, purpose_of("split"), 3), 8));
  CHECK(bits != first_bits(Random(1, 2, Purpose::test, 4), 8));
}

TEST_CASE("streams drawn in turns give the same numbers as one after the other") {
  std::vector<std::vector<std::uint32_t>> alone, in_turns(purposes.size());
  for (Purpose purpose : purposes) alone.push_back(first_bits(Random(5, 6, purpose), 50));
  std::vector<Random> streams;
  for (Purpose purpose : purposes) streams.emplace_back(5, 6, purpose);
  for (int i = 0; i < 50; ++i)
    for (std::size_t k = purposes.size(); k-- > 0;) in_turns[k].push_back(streams[k].bits());
  CHECK(in_turns == alone);
}

TEST_CASE("uniform numbers fill [0, 1) evenly, neighbours independently") {
  Random random(1, 0, Purpose::test);
  std::vector<int> bins(256), pairs(256);
  int outside = 0, previous = 0;
  for (int i = 0; i < 200000; ++i) {
    const float u = random.uniform();
    outside += !(u >= 0 && u < 1) || u * 0x1p24f != std::floor(u * 0x1p24f);
    ++bins[static_cast<std::size_t>(u * 256)];
    const int sixteenth = static_cast<int>(u * 16);
    ++pairs[static_cast<std::size_t>(previous * 16 + sixteenth)];
    previous = sixteenth;
  }
  CHECK(outside == 0);
  CHECK(std::fabs(deviation_from_uniform(bins)) < 4);
  CHECK(std::fabs(deviation_from_uniform(pairs)) < 4);
}

TEST_CASE("first numbers of neighbouring samples are even and independent too") {
  std::vector<int> pairs(256);
  float previous = 0;
  for (std::uint64_t sample = 0; sample < 50000; ++sample) {
    const float u = Random(3, sample, Purpose::test).uniform();
    ++pairs[static_cast<std::size_t>(previous * 16) * 16 + static_cast<std::size_t>(u * 16)];
    previous = u;
  }
  CHECK(std::fabs(deviation_from_uniform(pairs)) < 4);
}

TEST_CASE("uniform numbers between bounds stay there and reach both ends") {
  Random random(2, 0, Purpose::test);
  float smallest = 10, largest = -10;
  double sum = 0;
  for (int i = 0; i < 50000; ++i) {
    const float u = random.uniform(-3, 5);
    smallest = std::min(smallest, u);
    largest = std::max(largest, u);
    sum += double{u};
  }
  CHECK(smallest >= -3);
  CHECK(smallest < -2.99f);
  CHECK(largest <= 5);
  CHECK(largest > 4.99f);
  CHECK(sum / 50000 == doctest::Approx(1).epsilon(0.04));
}

TEST_CASE("below gives each number under its bound equally often and no other") {
  for (std::uint32_t bound : {1u, 2u, 3u, 7u, 100u}) {
    CAPTURE(bound);
    Random random(4, bound, Purpose::test);
    std::vector<int> counts(bound);
    int outside = 0;
    for (int i = 0; i < 40000; ++i) {
      const std::uint32_t number = random.below(bound);
      if (number < bound)
        ++counts[number];
      else
        ++outside;
    }
    CHECK(outside == 0);
    if (bound > 1) CHECK(std::fabs(deviation_from_uniform(counts)) < 4);
  }
}

TEST_CASE("below is even for bounds that do not divide 2^32") {
  // Without rejection one remainder in three would come twice as often as the others.
  const std::uint32_t bound = 3u << 30;
  Random random(5, 0, Purpose::test);
  std::vector<int> remainders(3);
  int outside = 0;
  for (int i = 0; i < 30000; ++i) {
    const std::uint32_t number = random.below(bound);
    outside += number >= bound;
    ++remainders[number % 3];
  }
  CHECK(outside == 0);
  CHECK(std::fabs(deviation_from_uniform(remainders)) < 4);
}

TEST_CASE("normal numbers have the moments and the distribution of the standard normal") {
  Random random(6, 0, Purpose::test);
  constexpr int count = 100000;
  double powers[4] = {}, neighbours = 0, previous = 0;
  std::vector<int> bins(64);
  for (int i = 0; i < count; ++i) {
    const double x = random.normal();
    powers[0] += x;
    powers[1] += x * x;
    powers[2] += x * x * x;
    powers[3] += x * x * x * x;
    neighbours += x * previous;
    previous = x;
    const double quantile = 0.5 * std::erfc(-x / std::sqrt(2.0));
    ++bins[std::min<std::size_t>(63, static_cast<std::size_t>(quantile * 64))];
  }
  // Four standard deviations of each mean: sqrt of 1, 2, 15, 96 and 1 over the count.
  const double unit = 4 / std::sqrt(double{count});
  CHECK(std::fabs(powers[0] / count) < unit);
  CHECK(std::fabs(powers[1] / count - 1) < unit * std::sqrt(2.0));
  CHECK(std::fabs(powers[2] / count) < unit * std::sqrt(15.0));
  CHECK(std::fabs(powers[3] / count - 3) < unit * std::sqrt(96.0));
  CHECK(std::fabs(neighbours / count) < unit);
  CHECK(std::fabs(deviation_from_uniform(bins)) < 4);
}

TEST_CASE("shuffling makes every order equally often") {
  std::vector<int> counts(24);
  for (std::uint64_t sample = 0; sample < 12000; ++sample) {
    std::array<std::uint32_t, 4> values{0, 1, 2, 3};
    Random(7, sample, Purpose::shuffle).shuffle(values);
    std::size_t place = 0;  // of this order in the dictionary of orders
    for (std::size_t i = 0; i < 4; ++i) {
      const auto smaller = std::count_if(values.begin() + static_cast<std::ptrdiff_t>(i), values.end(),
                                         [&](auto v) { return v < values[i]; });
      place = place * (4 - i) + static_cast<std::size_t>(smaller);
    }
    ++counts[place];
  }
  CHECK(std::fabs(deviation_from_uniform(counts)) < 4);
}

TEST_CASE("shuffling loses nothing and doubles nothing") {
  for (std::size_t size : {0u, 1u, 2u, 1000u}) {
    std::vector<std::uint32_t> values(size), sorted(size);
    std::iota(sorted.begin(), sorted.end(), 0u);
    values = sorted;
    Random(8, size, Purpose::shuffle).shuffle(values);
    if (size > 2) CHECK(values != sorted);
    std::sort(values.begin(), values.end());
    CHECK(values == sorted);
  }
}

}  // namespace mlsec
