#include "attacks/resampling.hpp"

#include <algorithm>
#include <cmath>

namespace mlsec::attacks {

Sample sample(const Image& image, std::span<const float> values, double row, double column, std::size_t channel) {
  const double top = std::floor(row), left = std::floor(column);
  const double down = row - top, right = column - left;
  // What is not a number is on no side of 0, and so at the edge.
  const auto place = [](double p, std::size_t extent) {
    return p > 0 ? static_cast<std::size_t>(std::min(p, static_cast<double>(extent - 1))) : 0;
  };
  const auto at = [&](double r, double c) {
    return double{values[image.at(place(r, image.rows), place(c, image.columns), channel)]};
  };
  const auto in_row = [&](double r) { return (1 - right) * at(r, left) + right * at(r, left + 1); };
  const auto in_column = [&](double c) { return (1 - down) * at(top, c) + down * at(top + 1, c); };
  const double upper = in_row(top), lower = in_row(top + 1);
  return {
      (1 - down) * upper + down * lower,
      down > 0 ? lower - upper : (lower - in_row(top - 1)) / 2,
      right > 0 ? in_column(left + 1) - in_column(left) : (in_column(left + 1) - in_column(left - 1)) / 2,
  };
}

namespace {

template <class Visit>
void for_each_value(const Image& image, std::span<const float> from, std::span<const float> flow, Visit visit) {
  const std::size_t pixels = image.pixels();
  for (std::size_t row = 0; row < image.rows; ++row)
    for (std::size_t column = 0; column < image.columns; ++column) {
      const std::size_t pixel = row * image.columns + column;
      const double r = static_cast<double>(row) + double{flow[pixel]};
      const double c = static_cast<double>(column) + double{flow[pixels + pixel]};
      for (std::size_t channel = 0; channel < image.channels; ++channel)
        visit(pixel, image.at(row, column, channel), sample(image, from, r, c, channel));
    }
}

}  // namespace

void warp(const Image& image, std::span<const float> from, std::span<const float> flow, std::span<float> to) {
  for_each_value(image, from, flow,
                 [&](std::size_t, std::size_t i, const Sample& here) { to[i] = static_cast<float>(here.value); });
}

void add_warp_slope(const Image& image, std::span<const float> from, std::span<const float> flow,
                    std::span<const float> direction, double factor, std::span<float> slope) {
  const std::size_t pixels = image.pixels();
  for_each_value(image, from, flow, [&](std::size_t pixel, std::size_t i, const Sample& here) {
    const double weight = factor * double{direction[i]};
    slope[pixel] += static_cast<float>(weight * here.by_row);
    slope[pixels + pixel] += static_cast<float>(weight * here.by_column);
  });
}

}  // namespace mlsec::attacks
