// Results that an image file can hold.
#pragma once

#include <span>

#include "threat/box.hpp"

namespace mlsec::attacks {

/// Moves each feature of x to one of the 2^bits equally spaced values of [lower, upper] without taking it farther from
/// the original; features for which there is no such value become the original's.
void round_to_levels(std::span<const float> original, std::span<float> x, int bits, float lower, float upper,
                     const threat::Box& box);

}  // namespace mlsec::attacks
