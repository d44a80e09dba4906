#include "attacks/ddn.hpp"

#include "attacks/features.hpp"
#include "attacks/schedule.hpp"

namespace mlsec::attacks {

Task<Point> Ddn::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  Nearest nearest{norm};
  Point x = attempt.start(), delta(x.size(), 0.0f);
  double epsilon = options.initial_epsilon;
  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.gradient(x, CrossEntropy());
    nearest.offer(attempt, x, here.adversarial);
    const double slope = length(here.gradient);
    if (slope > 0) {
      add_scaled(delta, cosine(1, 0.01, step, options.steps) / slope, here.gradient);
    } else if (length(delta) == 0) {
      // Where the loss is flat any direction will do (the authors draw one).
      Random random = attempt.random("flat");
      fill_normal(delta, random);
    }
    epsilon *= here.adversarial ? 1 - options.gamma : 1 + options.gamma;
    const double size = length(delta);
    if (size > 0) scale(delta, epsilon / size);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = original[i] + delta[i];
    attempt.box().clip(x);
    subtract(delta, x, original);
  }
  const auto last = co_await attempt.outputs(x);
  nearest.offer(attempt, x, last.adversarial);
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
