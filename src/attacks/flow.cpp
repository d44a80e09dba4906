#include "attacks/flow.hpp"

#include <cmath>

namespace mlsec::attacks {

double flow_roughness(const Image& image, std::span<const float> flow, double factor, std::span<float> slope) {
  constexpr double third = 1e-3;
  const std::size_t pixels = image.pixels();
  double sum = 0;
  // Each pair of neighbours is met once and counts twice.
  const auto pair = [&](std::size_t p, std::size_t q) {
    const double down = double{flow[p]} - double{flow[q]};
    const double right = double{flow[pixels + p]} - double{flow[pixels + q]};
    const double length = std::sqrt(down * down + right * right + third * third);
    sum += 2 * (length - third);
    const auto by_down = static_cast<float>(2 * factor * down / length);
    const auto by_right = static_cast<float>(2 * factor * right / length);
    slope[p] += by_down;
    slope[q] -= by_down;
    slope[pixels + p] += by_right;
    slope[pixels + q] -= by_right;
  };
  for (std::size_t row = 0; row < image.rows; ++row)
    for (std::size_t column = 0; column < image.columns; ++column) {
      const std::size_t p = row * image.columns + column;
      if (row + 1 < image.rows) pair(p, p + image.columns);
      if (column + 1 < image.columns) pair(p, p + 1);
    }
  return sum;
}

}  // namespace mlsec::attacks
