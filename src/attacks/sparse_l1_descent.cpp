#include "attacks/sparse_l1_descent.hpp"

#include <cmath>

#include "threat/order.hpp"

namespace mlsec::attacks {

Task<Point> SparseL1Descent::run(Attempt& attempt, const Options& options) {
  const threat::Ball ball = attempt.ball(norm, options.radius());
  Point x = attempt.start();
  std::vector<double> slopes(x.size());
  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.gradient(x, CrossEntropy());
    if (here.adversarial) break;
    std::size_t moving = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const float slope = here.gradient[i];
      const bool open = slope > 0 ? x[i] < attempt.box().upper()[i] : slope < 0 && x[i] > attempt.box().lower()[i];
      slopes[i] = open ? std::fabs(double{slope}) : 0;
      moving += open;
    }
    const double share = (1 - options.quantile) * static_cast<double>(x.size());
    moving = std::min(moving, std::max<std::size_t>(1, static_cast<std::size_t>(share + 0.5)));
    if (moving == 0) break;
    const auto order = threat::descending(slopes);
    const auto each = static_cast<float>(options.step_size / static_cast<double>(moving));
    for (std::size_t i = 0; i < moving; ++i) x[order[i]] += here.gradient[order[i]] > 0 ? each : -each;
    ball.project(x);
  }
  co_return x;
}

}  // namespace mlsec::attacks
