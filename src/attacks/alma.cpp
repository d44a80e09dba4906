#include "attacks/alma.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"
#include "base/math.hpp"

namespace mlsec::attacks {

namespace {

/// The penalty-Lagrangian P2 of the paper (equation 10) at y, which is to become negative: its slope.
double penalty_slope(double y, double rho, double mu) {
  if (y >= 0) return mu + 2 * mu * rho * y + rho * rho * y * y / 2;
  const double shrink = 1 - rho * y;
  return mu / (shrink * shrink);
}

}  // namespace

Task<Point> Alma::run(Attempt& attempt, const Options& options) {
  constexpr double smallest_mu = 1e-6, largest_mu = 1e12, rho_factor = 1.2, wanted_progress = 0.95;
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  const bool l1 = options.norm == threat::Norm::l1;
  Nearest nearest{options.norm};
  Point x = attempt.start(), velocity(size, 0.0f), slope(size);
  double rho = 1, mu = 1, mean_square = 0, rate = 0, unbias = 1;
  double violation_before = std::numeric_limits<double>::infinity();
  bool recent_success = false;
  const double a = options.smoothing;

  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.gradient(x, LogitRatio{});
    nearest.offer(attempt, x, here.adversarial);
    recent_success = recent_success || here.adversarial;
    const double y = -double{here.loss};  // positive while the answer is right
    mu = std::clamp(a * mu + (1 - a) * penalty_slope(y, rho, mu), smallest_mu, largest_mu);
    if ((step + 1) % options.check_every == 0) {
      if (!recent_success && y > wanted_progress * violation_before) rho *= rho_factor;
      violation_before = y;
      recent_success = false;
    }
    // The slope of the distance (squared in l2) plus the penalty's.
    const auto weight = static_cast<float>(penalty_slope(y, rho, mu));
    for (std::size_t i = 0; i < size; ++i) {
      const float d = x[i] - original[i];
      const float of_distance = l1 ? (d > 0 ? 1.0f : (d < 0 ? -1.0f : 0.0f)) : 2 * d;
      slope[i] = of_distance - weight * here.gradient[i];
    }
    const double square = dot(slope, slope);
    if (square == 0) break;
    mean_square = a * mean_square + (1 - a) * square;
    unbias *= a;
    // The first step goes as far as asked for in the norm, the last a hundredth of that.
    if (step == 0) {
      const double unit = size_in(options.norm, slope) / std::sqrt(square);
      rate = options.step() / unit;
    }
    const double falling = rate * exp(log(0.01) * step / options.steps);
    const double normal = std::sqrt(mean_square / (1 - unbias)) + 1e-12;
    const auto keep = static_cast<float>(a);
    const auto push = static_cast<float>((1 - a) * falling / normal);
    Point moved = x;
    for (std::size_t i = 0; i < size; ++i) {
      velocity[i] = keep * velocity[i] - push * slope[i];
      moved[i] = x[i] + (step == 0 ? velocity[i] / (1 - keep) : velocity[i]);
      // In l1 a change that would pass through 0 stops there, or it would swing around it for ever.
      if (l1 && (moved[i] - original[i]) * (x[i] - original[i]) < 0) moved[i] = original[i];
    }
    x = moved;
    attempt.box().clip(x);
  }
  const auto last = co_await attempt.outputs(x);
  nearest.offer(attempt, x, last.adversarial);
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
