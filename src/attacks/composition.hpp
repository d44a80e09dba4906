// Changes of an image one after another, and how the last image depends on each.
#pragma once

#include <array>
#include <vector>

#include "attacks/picture.hpp"

namespace mlsec::attacks {

enum class Change { hue, saturation, rotation, brightness, contrast, pixels };
inline constexpr std::size_t changes = 6;

/// How far each change goes: degrees, factors less 1, degrees, a share of the box, a factor less 1; and what is added
/// to each value for `pixels`.
struct ChangeSizes {
  std::array<double, changes> sizes{};
  std::vector<float> pixels;
};

/// Each change is affine in the image: hue turns and saturation stretches the colours around the grey of the same
/// brightness (BT.601), and both do nothing without colours; rotation is bilinear with 0 beside the image; contrast
/// multiplies.
Picture changed(Change change, const ChangeSizes& by, const Picture& from);

/// The transposed linear part: the gradient by the image before, from that by the image after.
Picture pulled_back(Change change, const ChangeSizes& by, const Picture& gradient);

/// The derivative of gradient . changed(change) by the size of a change that has one.
double size_derivative(Change change, const ChangeSizes& by, const Picture& from, const Picture& gradient);

}  // namespace mlsec::attacks
