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
  const bool l1 = options.norm == threat::Norm::l1;
  // Steps grow until the first success. From there on they begin at `reach` times its distance and shrink to
  // `last_step`. In l1 they grow less, or small networks' nearest points are passed by.
  const double growth = l1 ? 1.05 : 1.1;
  constexpr double reach = 2, last_step = 0.003;
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  const double farthest = double{attempt.width()} * double(size);
  Nearest nearest{options.norm};
  Point x = attempt.start(), delta(size), slope(size);
  std::vector<double> velocity(size, 0.0), squares(size, 0.0);
  double rho = 1, mu = 1, mean_square = 0, stride = 0, unit = 0, unbias = 1, violation_before = 0;
  bool recent_success = false;
  int found_at = options.steps;
  const double a = options.smoothing;

  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.gradient(x, LogitRatio{});
    nearest.offer(attempt, x, here.adversarial);
    if (found_at == options.steps && here.adversarial) {
      found_at = step;
      stride = reach * nearest.distance;
    } else if (found_at == options.steps) {
      stride = std::min(stride * growth, farthest);
    }
    recent_success = recent_success || here.adversarial;
    const double y = -double{here.loss};  // positive while the answer is right
    if (step == 0) violation_before = y;
    if (step > 0) mu = std::clamp(a * mu + (1 - a) * penalty_slope(y, rho, mu), smallest_mu, largest_mu);
    if ((step + 1) % options.check_every == 0) {
      if (!recent_success && y > wanted_progress * violation_before) rho *= rho_factor;
      violation_before = y;
      recent_success = false;
    }
    // The slope of the distance plus the penalty's.
    const auto weight = static_cast<float>(penalty_slope(y, rho, mu));
    const bool proximal = l1 && step >= found_at && step > 0.8 * options.steps;
    subtract(delta, x, original);
    const auto distance = static_cast<float>(length(delta));
    for (std::size_t i = 0; i < size; ++i) {
      const float d = delta[i];
      const float of_distance = d == 0 || proximal ? 0.0f : l1 ? (d > 0 ? 1.0f : -1.0f) : d / distance;
      slope[i] = of_distance - weight * here.gradient[i];
    }
    const double square = dot(slope, slope);
    if (square == 0 && !proximal) break;
    mean_square = a * mean_square + (1 - a) * square;
    unbias *= a;
    // In l1 by the slope's own length, by the mean one where that is less: a mean alone lets a steep place stop the
    // steps for long.
    const double usual = std::sqrt(mean_square / (1 - unbias)) + 1e-12;
    const double normal = square == 0 ? usual : std::min(std::sqrt(square), usual);
    if (step == 0) {  // goes as far as asked for in the norm
      stride = options.step(double{attempt.width()});
      unit = l1 ? normal / size_in(options.norm, slope) : 1;
    }
    const double progress = std::max(0, step - found_at) / std::max(1.0, double(options.steps - found_at));
    const double step_length = stride * exp(log(last_step) * progress) * unit;
    for (std::size_t i = 0; i < size; ++i) {
      squares[i] = a * squares[i] + (1 - a) * double{slope[i]} * double{slope[i]};
      // In l2 feature by feature, so that all together have the length 1.
      const double divisor = l1 ? normal : std::sqrt(double(size) * squares[i] / (1 - unbias)) + 1e-12;
      velocity[i] = a * velocity[i] + (1 - a) * double{slope[i]} / divisor;
      const double d = double{x[i]} - double{original[i]};
      double moved = d - step_length * velocity[i] / (1 - unbias);
      if (proximal) {
        moved = std::copysign(std::max(0.0, std::fabs(moved) - step_length / normal), moved);
      } else if (l1 && moved * d < 0) {
        moved = 0;  // a change that would pass through 0 stops there, or it would swing around it for ever
      }
      x[i] = static_cast<float>(double{original[i]} + moved);
    }
    attempt.box().clip(x);
  }
  const auto last = co_await attempt.outputs(x);
  nearest.offer(attempt, x, last.adversarial);
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
