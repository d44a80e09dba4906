#include "attacks/patch_map.hpp"

#include <algorithm>
#include <cmath>

#include "base/math.hpp"

namespace mlsec::attacks {

PatchMap::PatchMap(const Image& image, std::size_t side, bool round, const Placement& placement)
    : channels_(image.channels), channel_stride_(image.channel_stride) {
  const double sine = sin_turn(placement.turns), cosine = cos_turn(placement.turns);
  const double half = static_cast<double>(side) / 2, last = static_cast<double>(side) - 1;
  for (std::size_t row = 0; row < image.rows; ++row)
    for (std::size_t column = 0; column < image.columns; ++column) {
      // Where this pixel lies on the patch, from its middle.
      const double down = (static_cast<double>(row) - placement.row) / placement.scale;
      const double right = (static_cast<double>(column) - placement.column) / placement.scale;
      const double y = cosine * down + sine * right, x = cosine * right - sine * down;
      if (round ? y * y + x * x > half * half : std::fabs(y) > half || std::fabs(x) > half) continue;
      const double v = std::clamp(y + last / 2, 0.0, last), u = std::clamp(x + last / 2, 0.0, last);
      const auto top = static_cast<std::size_t>(v), left = static_cast<std::size_t>(u);
      const std::size_t below = std::min(top + 1, side - 1), beside = std::min(left + 1, side - 1);
      const double low = v - static_cast<double>(top), far = u - static_cast<double>(left);
      taps_.push_back({image.at(row, column, 0),
                       {top * side + left, top * side + beside, below * side + left, below * side + beside},
                       {(1 - low) * (1 - far), (1 - low) * far, low * (1 - far), low * far}});
    }
}

void PatchMap::apply(std::span<const float> patch, std::span<float> x) const {
  for (const Tap& tap : taps_)
    for (std::size_t channel = 0; channel < channels_; ++channel) {
      double value = 0;
      for (std::size_t i = 0; i < 4; ++i) value += tap.share[i] * double{patch[tap.pixel[i] * channels_ + channel]};
      x[tap.feature + channel * channel_stride_] = static_cast<float>(value);
    }
}

void PatchMap::pull_back(std::span<const float> gradient, std::span<float> patch_gradient) const {
  for (const Tap& tap : taps_)
    for (std::size_t channel = 0; channel < channels_; ++channel)
      for (std::size_t i = 0; i < 4; ++i) {
        float& sum = patch_gradient[tap.pixel[i] * channels_ + channel];
        sum =
            static_cast<float>(double{sum} + tap.share[i] * double{gradient[tap.feature + channel * channel_stride_]});
      }
}

}  // namespace mlsec::attacks
