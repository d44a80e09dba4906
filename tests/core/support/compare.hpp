// How far numbers are from what they should be.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

namespace mlsec::test {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// The largest |actual - expected| / max(1, |expected|); infinite where the lengths differ or something is not a
/// number.
template <class Actual, class Expected>
double largest_error(const Actual& actual, const Expected& expected) {
  if (std::size(actual) != std::size(expected)) return infinity;
  double largest = 0;
  for (std::size_t i = 0; i < std::size(actual); ++i) {
    const double given = static_cast<double>(actual[i]), wanted = static_cast<double>(expected[i]);
    const double error = std::fabs(given - wanted) / std::max(1.0, std::fabs(wanted));
    if (!(error <= largest)) largest = std::isnan(error) ? infinity : error;
  }
  return largest;
}

inline bool same_bytes(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

template <class Values>
std::vector<double> to_doubles(const Values& values) {
  return {std::begin(values), std::end(values)};
}

}  // namespace mlsec::test
