// Images and gradients smoothed.
#pragma once

#include <span>

#include "attacks/image.hpp"

namespace mlsec::attacks {

/// Convolves the image with a Gaussian of so many pixels' standard deviation, cut off `reach` pixels away, rows and
/// columns one after the other. Beyond its edges the image is 0, or goes on as it ends.
void gaussian_blur(const Image& image, double deviation, int reach, bool extend, std::span<float> values);

}  // namespace mlsec::attacks
