#include "attacks/brendel_bethge.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/adversarial_start.hpp"
#include "attacks/features.hpp"
#include "threat/order.hpp"

namespace mlsec::attacks {

Task<Point> BrendelBethge::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  Nearest nearest{options.norm};
  Point x = co_await adversarial_start(attempt, options.starts, options.start_tries);
  if (x.empty()) co_return attempt.start();
  nearest.offer(attempt, x, true);
  x = co_await towards(attempt, x, attempt.start(), 10);
  nearest.offer(attempt, x, true);

  double radius = options.trust_radius * threat::distances(original, x).l2;
  const int halve_every = std::max(1, options.steps / 20);
  Point goal(x.size()), way(x.size()), normal(x.size());
  for (int step = 0; step < options.steps; ++step) {
    if (step > 0 && step % halve_every == 0) radius /= 2;
    const auto here = co_await attempt.gradient(x, Margin());
    nearest.offer(attempt, x, here.adversarial);
    const double slope = length(here.gradient);
    if (slope == 0) break;
    const double kept = step == 0 ? 0 : options.momentum;
    scale(normal, kept);
    add_scaled(normal, (1 - kept) / slope, here.gradient);
    // The boundary is where the margin is 0: at normal . (y - x) = -height; from the wrong side it goes beyond, and
    // never exactly onto it, where rounding decides.
    const double height = double{here.loss} * (here.adversarial ? 1 : options.overshoot) / slope -
                          1e-5 * threat::distances(original, x).l2;
    const double seen_from_original = -height + dot(normal, x) - dot(normal, original);
    goal.assign(original.begin(), original.end());
    // Where the linearisation calls the original itself adversarial, its hint is of no use but for the direction.
    step_to_hyperplane(options.norm, goal, normal, std::max(seen_from_original, 0.0), attempt.box());
    subtract(way, goal, x);
    const double far = length(way);
    if (far > radius && options.norm == threat::Norm::l0) {
      // The point itself may be adversarial already, with far fewer features than those on the way.
      const auto there = co_await attempt.outputs(goal);
      nearest.offer(attempt, goal, there.adversarial);
      // Whole features, those that are set back most cheaply first, as long as the trust region lasts.
      std::vector<double> nearness(x.size());
      for (std::size_t i = 0; i < x.size(); ++i) nearness[i] = -std::fabs(double{way[i]});
      double left = radius * radius;
      for (std::uint32_t i : threat::descending(nearness)) {
        const double square = nearness[i] * nearness[i];
        if (square > left) goal[i] = x[i] + static_cast<float>(std::sqrt(left / square)) * way[i];
        left = std::max(0.0, left - square);
      }
    } else if (far > radius) {
      interpolate(goal, x, goal, radius / far);
      // The straight step stays on its side of the boundary by what the start was off it.
      step_to_hyperplane(threat::Norm::l2, goal, normal, -height + dot(normal, x) - dot(normal, goal), attempt.box());
    }
    x = goal;
  }
  const auto last = co_await attempt.outputs(x);
  nearest.offer(attempt, x, last.adversarial);
  if (options.norm != threat::Norm::l0) {
    // What the curvature of the boundary left between the best point and the original.
    x = co_await towards(attempt, nearest.point, attempt.start(), 10);
    nearest.offer(attempt, x, true);
  }
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
