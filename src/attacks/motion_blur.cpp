#include "attacks/motion_blur.hpp"

#include <cmath>

#include "base/math.hpp"

namespace mlsec::attacks {

std::vector<MotionTap> motion_taps(double deviation, double reach, double turns) {
  std::vector<MotionTap> taps;
  const double down = sin_turn(turns), right = cos_turn(turns);
  double sum = 0;
  for (double i = 0; i <= reach; ++i) {
    const double t = deviation > 0 ? i / deviation : i * 1e9;
    const double weight = exp(std::max(-t * t / 2, -700.0));
    taps.push_back({static_cast<std::ptrdiff_t>(std::floor(i * down + 0.5)),
                    static_cast<std::ptrdiff_t>(std::floor(i * right + 0.5)), weight});
    sum += weight;
  }
  for (MotionTap& tap : taps) tap.weight /= sum;
  return taps;
}

void motion_blur(Picture& picture, const std::vector<MotionTap>& taps) {
  const Picture before = picture;
  const Image& image = picture.image;
  const auto place = [](std::size_t from, std::ptrdiff_t by, std::size_t extent) {
    const auto to = static_cast<std::ptrdiff_t>(from) + by;
    return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(to, 0, static_cast<std::ptrdiff_t>(extent) - 1));
  };
  for (std::size_t row = 0; row < image.rows; ++row)
    for (std::size_t column = 0; column < image.columns; ++column)
      for (std::size_t channel = 0; channel < image.channels; ++channel) {
        double value = 0;
        for (const MotionTap& tap : taps)
          value += tap.weight * double{before.at(place(row, tap.down, image.rows),
                                                 place(column, tap.right, image.columns), channel)};
        picture.at(row, column, channel) = static_cast<float>(value);
      }
}

}  // namespace mlsec::attacks
