#include "attacks/rounding.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace mlsec::attacks {

void round_to_levels(std::span<const float> original, std::span<float> x, int bits, float lower, float upper,
                     const threat::Box& box) {
  const double levels = std::ldexp(1.0, bits) - 1, width = double{upper} - double{lower};
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double position = (double{x[i]} - double{lower}) / width * levels;
    const double allowed = std::fabs(double{x[i]} - double{original[i]});
    const double nearest = std::floor(position + 0.5);
    float rounded = original[i];
    // The nearest level, else its neighbour on the original's side.
    for (double level : {nearest, nearest + (original[i] > x[i] ? 1.0 : -1.0)}) {
      if (level < 0 || level > levels) continue;
      const auto value = static_cast<float>(double{lower} + level / levels * width);
      if (std::fabs(double{value} - double{original[i]}) > allowed) continue;
      if (value < box.lower()[i] || value > box.upper()[i]) continue;
      rounded = value;
      break;
    }
    x[i] = rounded;
  }
}

bool RoundingSearch::next(bool succeeded) {
  constexpr double first_excess = 1.0 / 64, largest_excess = 16;
  (succeeded ? succeeded_ : failed_) = multiple_;
  if (succeeded_ == 1) return false;
  if (std::isinf(succeeded_)) {
    multiple_ = 1 + std::max(first_excess, 2 * (multiple_ - 1));
    return multiple_ <= 1 + largest_excess;
  }
  multiple_ = (failed_ + succeeded_) / 2;
  return ++halvings_ <= 4;
}

}  // namespace mlsec::attacks
