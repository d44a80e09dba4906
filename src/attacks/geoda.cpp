#include "attacks/geoda.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/adversarial_start.hpp"
#include "attacks/features.hpp"
#include "attacks/label_gradient.hpp"
#include "base/math.hpp"
#include "threat/order.hpp"

namespace mlsec::attacks {

Task<Point> GeoDa::run(Attempt& attempt, const Options& options) {
  const Point original = attempt.start();
  Random random = attempt.random("directions");
  Nearest nearest{options.norm};
  Point x = co_await adversarial_start(attempt, std::nullopt, options.start_tries);
  if (x.empty()) co_return attempt.start();
  x = co_await towards(attempt, x, original, 20);
  nearest.offer(attempt, x, true);
  // Section 4.2: queries grow by a constant factor from one estimate to the next.
  constexpr double growth = 1.5;
  double share = (growth - 1) / (exp(log(growth) * options.steps) - 1);
  Point normal, farthest;
  for (int step = 0; step < options.steps; ++step, share *= growth) {
    const int queries = std::max(1, static_cast<int>(options.queries * share));
    Point estimate = co_await label_gradient(
        attempt, x, queries, options.sigma * double{attempt.width()} * std::sqrt(double(x.size())), random);
    if (length(estimate) == 0) break;
    // The step from the original that reaches the estimated plane soonest in the norm, as far as the boundary itself. A
    // plane through x, beyond which x lies; then twice as far until the class changes.
    Point to_x(x.size());
    subtract(to_x, x, original);
    double wanted = std::max(dot(estimate, to_x), 1e-6);
    farthest = original;
    bool adversarial = false;
    for (int doubling = 0; doubling < 12 && !adversarial; ++doubling, wanted *= doubling < 5 ? 1.1 : 2) {
      farthest = original;
      (void)step_to_hyperplane(options.norm, farthest, estimate, wanted, attempt.box());
      adversarial = (co_await attempt.outputs(farthest)).adversarial;
    }
    if (!adversarial) continue;
    x = co_await towards(attempt, farthest, original, 20);
    nearest.offer(attempt, x, true);
  }
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
