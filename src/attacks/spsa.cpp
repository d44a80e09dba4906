#include "attacks/spsa.hpp"

#include "attacks/features.hpp"
#include "attacks/score_gradient.hpp"

namespace mlsec::attacks {

Task<Point> Spsa::run(Attempt& attempt, const Options& options) {
  const threat::Ball ball = attempt.ball(options.norm, options.radius());
  Random random = attempt.random("directions");
  Point x = attempt.start();
  Adam adam(x.size(), options.learning_rate);
  for (int step = 0; step < options.steps; ++step) {
    Point gradient = co_await score_gradient(attempt, x, options.samples, options.delta, true, random);
    scale(gradient, -1);
    adam.step(x, gradient);
    ball.project(x);
    if ((co_await attempt.outputs(x)).adversarial) break;
  }
  co_return x;
}

}  // namespace mlsec::attacks
