// Balls in l1 and l0: their projections and steps are sparse, and compiled apart from those of l2 and linf, which are
// loops for speed.
#include <algorithm>
#include <cmath>

#include "threat/ball.hpp"
#include "threat/order.hpp"

namespace mlsec::threat {

// Croce and Hein, 2021, proposition 2.1: each change is shortened by the same amount, as far as 0, and cut where the
// box ends; the amount is the root of a piecewise linear function, found by Newton's method between two bounds.
void Ball::project_l1(std::span<float> x) const {
  const auto lower = box_.lower(), upper = box_.upper();
  std::vector<double> size(x.size()), room(x.size());
  double low = 0, high = 0, total = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double origin = original_[i], change = double{x[i]} - origin;
    size[i] = std::fabs(change);
    room[i] = change > 0 ? double{upper[i]} - origin : origin - double{lower[i]};
    if (std::isfinite(size[i])) high = std::max(high, size[i]);
    x[i] = std::clamp(x[i], lower[i], upper[i]);
    total += std::fabs(double{x[i]} - origin);
  }
  if (total <= epsilon_) return;
  // Infinite changes are longer than all finite ones by more than there is to spend.
  double longest = high;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(size[i])) size[i] = high + room[i] + epsilon_;
    longest = std::max(longest, size[i]);
  }
  high = longest;
  double shorter = 0;
  for (int step = 0; step < 200 && low < high; ++step) {
    double sum = 0;
    std::size_t moving = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double left = size[i] - shorter;
      if (left > 0 && left < room[i]) ++moving;
      sum += std::min(std::max(left, 0.0), room[i]);
    }
    (sum > epsilon_ ? low : high) = shorter;
    if (std::fabs(sum - epsilon_) <= 1e-13 * epsilon_) break;
    const double newton = moving > 0 ? shorter + (sum - epsilon_) / static_cast<double>(moving) : low;
    const double next = newton > low && newton < high ? newton : low + (high - low) / 2;
    if (next == shorter) break;
    shorter = next;
  }
  for (double slack = 0;; slack = slack == 0 ? 1e-12 * high : 10 * slack) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double origin = original_[i];
      const double wanted = std::min(std::max(size[i] - shorter - slack, 0.0), room[i]);
      float value = static_cast<float>(x[i] > original_[i] ? origin + wanted : origin - wanted);
      // Rounded towards the original, so that the sum of all changes cannot grow.
      if (std::fabs(double{value} - origin) > wanted) value = std::nextafter(value, original_[i]);
      x[i] = value;
      sum += std::fabs(double{value} - origin);
    }
    if (sum <= epsilon_) return;
  }
}

// The features that lose most by going back, the box being kept to.
void Ball::project_l0(std::span<float> x) const {
  std::vector<double> loss(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double change = double{x[i]} - double{original_[i]};
    x[i] = std::clamp(x[i], box_.lower()[i], box_.upper()[i]);
    const double kept = double{x[i]} - double{original_[i]};
    loss[i] = kept == 0 ? 0 : kept * (2 * change - kept);
  }
  const auto order = descending(loss);
  for (std::size_t i = 0; i < x.size(); ++i)
    if (static_cast<double>(i + 1) > epsilon_) x[order[i]] = original_[order[i]];
}

// In l1 and l0 the steepest step inside the box is a sparse one.
void Ball::ascend_to_faces(std::span<float> x, std::span<const float> gradient, double step) const {
  const auto lower = box_.lower(), upper = box_.upper();
  std::vector<double> gain(x.size());
  const auto room = [&](std::size_t i) {
    return gradient[i] > 0 ? double{upper[i]} - double{x[i]} : double{x[i]} - double{lower[i]};
  };
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double left = gradient[i] == 0 ? 0 : room(i);
    gain[i] = left > 0 ? std::fabs(double{gradient[i]}) * (norm_ == Norm::l0 ? left : 1) : 0;
  }
  for (std::uint32_t i : descending(gain)) {
    const double length = norm_ == Norm::l0 ? (step >= 1 ? room(i) : 0) : std::min(step, room(i));
    if (!(gain[i] > 0 && length > 0)) return;
    x[i] = std::clamp(static_cast<float>(double{x[i]} + (gradient[i] > 0 ? length : -length)), lower[i], upper[i]);
    step -= norm_ == Norm::l0 ? 1 : length;
  }
}

}  // namespace mlsec::threat
