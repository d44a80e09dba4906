// How far neighbouring pixels are moved apart.
#pragma once

#include <span>

#include "attacks/image.hpp"

namespace mlsec::attacks {

/// Xiao et al., 2018, equation 4: the sum over all pixels, and the neighbours above, below, left and right of each, of
/// the length of the difference of their shifts; `flow` as in warp(). The lengths are those of differences with a third
/// component of a thousandth, so that they have slopes everywhere, less that thousandth. Adds factor * its derivative
/// to `slope`.
double flow_roughness(const Image& image, std::span<const float> flow, double factor, std::span<float> slope);

}  // namespace mlsec::attacks
