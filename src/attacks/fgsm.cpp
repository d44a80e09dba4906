#include "attacks/fgsm.hpp"

namespace mlsec::attacks {

Task<Point> Fgsm::run(Attempt& attempt, const Options& options) {
  const threat::Ball ball = attempt.ball(options.norm, options.radius());
  Point x = attempt.start();
  const auto at_original = co_await attempt.gradient(x, CrossEntropy());
  ball.ascend(x, at_original.gradient, options.radius());
  ball.project(x);
  co_return x;
}

}  // namespace mlsec::attacks
