#include "attacks/gaussian_blur.hpp"

#include <algorithm>
#include <vector>

#include "base/math.hpp"

namespace mlsec::attacks {

void gaussian_blur(const Image& image, double deviation, int reach, bool extend, std::span<float> values) {
  std::vector<double> weights;
  double sum = 0;
  for (int i = -reach; i <= reach; ++i) {
    const double t = deviation > 0 ? i / deviation : 0;
    sum += weights.emplace_back(exp(std::max(-t * t / 2, -700.0)));
  }
  std::vector<float> line;
  const auto along = [&](std::size_t first, std::size_t stride, std::size_t extent) {
    const auto last = static_cast<std::ptrdiff_t>(extent) - 1;
    line.resize(extent);
    for (std::size_t i = 0; i < extent; ++i) {
      double value = 0;
      for (int k = -reach; k <= reach; ++k) {
        auto j = static_cast<std::ptrdiff_t>(i) + k;
        if (j < 0 || j > last) {
          if (!extend) continue;
          j = j < 0 ? 0 : last;
        }
        value +=
            weights[static_cast<std::size_t>(k + reach)] * double{values[first + static_cast<std::size_t>(j) * stride]};
      }
      line[i] = static_cast<float>(value / sum);
    }
    for (std::size_t i = 0; i < extent; ++i) values[first + i * stride] = line[i];
  };
  for (std::size_t channel = 0; channel < image.channels; ++channel) {
    for (std::size_t row = 0; row < image.rows; ++row)
      along(image.at(row, 0, channel), image.column_stride, image.columns);
    for (std::size_t column = 0; column < image.columns; ++column)
      along(image.at(0, column, channel), image.row_stride, image.rows);
  }
}

}  // namespace mlsec::attacks
