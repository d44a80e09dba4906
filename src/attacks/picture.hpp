// Images as corruptions see them.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "attacks/image.hpp"

namespace mlsec::attacks {

/// An image in 0 ... 1, row by row, channels last, whatever the user's layout and bounds are.
struct Picture {
  Image image;
  std::vector<float> values;

  Picture(std::size_t rows, std::size_t columns, std::size_t channels)
      : image(rows, columns, channels), values(image.features(), 0.0f) {}

  /// `features` lie as `layout` says; lower becomes 0, lower + width becomes 1.
  Picture(const Image& layout, std::span<const float> features, double lower, double width)
      : Picture(layout.rows, layout.columns, layout.channels) {
    for_each_value(layout, [&](std::size_t from, float& value) {
      value = static_cast<float>((double{features[from]} - lower) / width);
    });
  }

  /// Back to the user's layout and bounds.
  void write(const Image& layout, double lower, double width, std::span<float> features) {
    for_each_value(layout, [&](std::size_t to, float& value) {
      features[to] = static_cast<float>(lower + width * double{value});
    });
  }

  float& at(std::size_t row, std::size_t column, std::size_t channel = 0) {
    return values[image.at(row, column, channel)];
  }
  float at(std::size_t row, std::size_t column, std::size_t channel = 0) const {
    return values[image.at(row, column, channel)];
  }

  std::span<float> pixel(std::size_t index) {
    return std::span<float>(values).subspan(index * image.channels, image.channels);
  }

  void clip() {
    for (float& value : values) value = std::clamp(value, 0.0f, 1.0f);
  }

  /// Lengths of the corruptions' paper are meant for 32 pixels.
  double scale() const { return static_cast<double>(std::max(image.rows, image.columns)) / 32; }

 private:
  template <class Visit>
  void for_each_value(const Image& layout, Visit visit) {
    for (std::size_t row = 0; row < layout.rows; ++row)
      for (std::size_t column = 0; column < layout.columns; ++column)
        for (std::size_t channel = 0; channel < layout.channels; ++channel)
          visit(layout.at(row, column, channel), at(row, column, channel));
  }
};

/// How bright a pixel is: of red, green and blue as ITU-R BT.601 weighs them, of other channels the mean.
inline double brightness_of(std::span<const float> pixel) {
  if (pixel.size() == 3) return 0.299 * double{pixel[0]} + 0.587 * double{pixel[1]} + 0.114 * double{pixel[2]};
  double sum = 0;
  for (float value : pixel) sum += double{value};
  return sum / static_cast<double>(pixel.size());
}

}  // namespace mlsec::attacks
