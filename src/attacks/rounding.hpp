// Results that an image file can hold.
#pragma once

#include <limits>
#include <span>

#include "threat/box.hpp"

namespace mlsec::attacks {

/// Moves each feature of x to one of the 2^bits equally spaced values of [lower, upper] without taking it farther from
/// the original; features for which there is no such value become the original's.
void round_to_levels(std::span<const float> original, std::span<float> x, int bits, float lower, float upper,
                     const threat::Box& box);

/// What ends at a decision boundary is seldom adversarial when rounded: which multiples of a perturbation to round, it
/// as it is first, then ever larger ones until one succeeds, then those between it and the last that did not.
class RoundingSearch {
 public:
  double multiple() const { return multiple_; }

  /// Takes the answer of the multiple, and goes on to the next; false when there is none worth asking about.
  bool next(bool succeeded);

 private:
  double multiple_ = 1, failed_ = 0, succeeded_ = std::numeric_limits<double>::infinity();
  int halvings_ = 0;
};

}  // namespace mlsec::attacks
