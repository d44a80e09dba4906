#include "attacks/nes.hpp"

#include "attacks/score_gradient.hpp"

namespace mlsec::attacks {

Task<Point> Nes::run(Attempt& attempt, const Options& options) {
  const threat::Ball ball = attempt.ball(options.norm, options.radius());
  const double step_size = options.step_size.value_or(2.5 * options.radius() / options.steps);
  const double sigma = options.sigma * double{attempt.width()};
  Random random = attempt.random("directions");
  Point x = attempt.start();
  for (int step = 0; step < options.steps; ++step) {
    const Point gradient = co_await score_gradient(attempt, x, options.samples, sigma, false, random);
    ball.ascend(x, gradient, step_size);
    ball.project(x);
    if ((co_await attempt.outputs(x)).adversarial) break;
  }
  co_return x;
}

}  // namespace mlsec::attacks
