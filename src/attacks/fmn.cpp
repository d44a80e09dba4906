#include "attacks/fmn.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"
#include "attacks/linearisation.hpp"
#include "attacks/schedule.hpp"

namespace mlsec::attacks {

Task<Point> Fmn::run(Attempt& attempt, const Options& options) {
  const bool counts = options.norm == threat::Norm::l0;
  constexpr int patience = 3;
  Nearest nearest{options.norm};
  Point x = attempt.start();
  double epsilon = 0;
  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.gradient(x, Margin());
    nearest.offer(attempt, x, here.adversarial);
    const double gamma = cosine(options.gamma, 1e-4, step, options.steps);
    if (here.adversarial) {
      epsilon = std::min(counts ? std::min(epsilon - 1, std::floor(epsilon * (1 - gamma))) : epsilon * (1 - gamma),
                         nearest.distance);
    } else if (nearest.found()) {
      epsilon = counts ? std::max(epsilon + 1, std::floor(epsilon * (1 + gamma))) : epsilon * (1 + gamma);
    } else if (counts) {
      epsilon = threat::distances(attempt.original(), x).l0 + 1;
    } else {
      // As far as the linearised model says that the boundary is; but growing as after a success at least, lest the
      // boundary be approached for ever where the box makes the way longer than the model says.
      const double here_distance = threat::distances(attempt.original(), x).in(options.norm);
      const double slope = size_in(dual(options.norm), here.gradient);
      epsilon = here_distance * (1 + gamma);
      if (slope > 0) epsilon = std::max(epsilon, here_distance + std::fabs(double{here.loss}) / slope);
    }
    epsilon = std::min(std::max(epsilon, counts ? 1.0 : 0.0), 1e6);
    const double slope = length(here.gradient);
    if (slope > 0) add_scaled(x, cosine(options.step_size, 1e-5, step, options.steps) / slope, here.gradient);
    if (!counts && step >= patience && !nearest.found()) {
      // Steps alone, however long the radius, stay where gradients turn at every one, as those of robust networks do:
      // out to the sphere until there is a success to come back from.
      const double reached = threat::distances(attempt.original(), x).in(options.norm);
      if (reached > 0 && reached < epsilon) interpolate(x, attempt.original(), x, epsilon / reached);
    }
    attempt.ball(options.norm, epsilon).project(x);
  }
  const auto last = co_await attempt.outputs(x);
  nearest.offer(attempt, x, last.adversarial);
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
