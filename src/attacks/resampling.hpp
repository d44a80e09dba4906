// Images between their pixels.
#pragma once

#include <span>

#include "attacks/image.hpp"

namespace mlsec::attacks {

/// The bilinear value of one channel at a place, and how it changes with the place. Beyond its edges the image goes on
/// as it ends.
struct Sample {
  double value, by_row, by_column;
};

/// On a row or column of pixels, where slopes of both sides meet, theirs is the mean.
Sample sample(const Image& image, std::span<const float> values, double row, double column, std::size_t channel);

/// What every pixel is moved by: `flow` holds all shifts in rows and then all in columns, pixel by pixel; the pixel at
/// p takes the value at p + shift.
void warp(const Image& image, std::span<const float> from, std::span<const float> flow, std::span<float> to);

/// The derivative of direction . warp(flow) by each number of the flow, added to `slope`.
void add_warp_slope(const Image& image, std::span<const float> from, std::span<const float> flow,
                    std::span<const float> direction, double factor, std::span<float> slope);

}  // namespace mlsec::attacks
