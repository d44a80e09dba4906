#include "attacks/rotation_translation.hpp"

#include <cmath>

#include "attacks/image.hpp"
#include "base/math.hpp"

namespace mlsec::attacks {

namespace {

/// The image turned around its middle and then moved; bilinear.
void turn(const Image& image, std::span<const float> from, double turns, double down, double right, float beside,
          std::span<float> to) {
  const double sine = sin_turn(turns), cosine = cos_turn(turns);
  const double middle_row = (static_cast<double>(image.rows) - 1) / 2;
  const double middle_column = (static_cast<double>(image.columns) - 1) / 2;
  for (std::size_t row = 0; row < image.rows; ++row)
    for (std::size_t column = 0; column < image.columns; ++column) {
      const double y = static_cast<double>(row) - middle_row - down;
      const double x = static_cast<double>(column) - middle_column - right;
      const double source_row = cosine * y + sine * x + middle_row;
      const double source_column = cosine * x - sine * y + middle_column;
      const double top = std::floor(source_row), left = std::floor(source_column);
      for (std::size_t channel = 0; channel < image.channels; ++channel) {
        double value = 0;
        for (double r : {top, top + 1})
          for (double c : {left, left + 1}) {
            const double share = (1 - std::fabs(source_row - r)) * (1 - std::fabs(source_column - c));
            const bool inside =
                r >= 0 && c >= 0 && r < static_cast<double>(image.rows) && c < static_cast<double>(image.columns);
            value += share *
                     double{inside ? from[image.at(static_cast<std::size_t>(r), static_cast<std::size_t>(c), channel)]
                                   : beside};
          }
        to[image.at(row, column, channel)] = static_cast<float>(value);
      }
    }
}

/// The index-th of so many equally spaced numbers from -largest to largest; 0 where there is one only.
double on_grid(int index, int count, double largest) {
  return count == 1 ? 0 : largest * (2.0 * index / (count - 1) - 1);
}

}  // namespace

Task<Point> RotationTranslation::run(Attempt& attempt, const Options& options) {
  const Image image(attempt.input());
  Nearest nearest{norm};
  Point x(attempt.original().size());
  for (int angle = 0; angle < options.angles; ++angle)
    for (int down = 0; down < options.shifts; ++down)
      for (int right = 0; right < options.shifts; ++right) {
        turn(image, attempt.original(), on_grid(angle, options.angles, options.largest_angle) / 360,
             on_grid(down, options.shifts, options.largest_shift),
             on_grid(right, options.shifts, options.largest_shift), attempt.lower(), x);
        attempt.box().clip(x);
        const auto there = co_await attempt.outputs(x);
        nearest.offer(attempt, x, there.adversarial);
      }
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
