#include "attacks/sigma_zero.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/class_weight.hpp"
#include "attacks/features.hpp"
#include "attacks/schedule.hpp"

namespace mlsec::attacks {

Task<Point> SigmaZero::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  const float width = attempt.width();
  const auto sigma = static_cast<float>(options.sigma);
  Nearest nearest{norm};
  Point x = attempt.start(), slope(size);
  double threshold = options.first_threshold;
  Adam adam(size, options.step_size);

  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.gradient(x, ConfidentMargin{0});
    nearest.offer(attempt, x, here.adversarial);
    // Changes are measured in widths of the box, for which the paper's constants are meant.
    for (std::size_t i = 0; i < size; ++i) {
      const float d = (x[i] - original[i]) / width, s = d * d + sigma;
      slope[i] = 2 * d * sigma / (s * s) / static_cast<float>(size) - (here.adversarial ? 0 : here.gradient[i] * width);
    }
    const double steepest = size_in(threat::Norm::linf, slope);
    const double rate = cosine(options.step_size, 0.1 * options.step_size, step, options.steps);
    if (steepest > 0) {
      scale(slope, 1 / steepest);
      adam.set_rate(rate * double{width});
      adam.step(x, slope);
    }
    attempt.box().clip(x);
    const auto least = static_cast<float>(threshold * double{width});
    for (std::size_t i = 0; i < size; ++i)
      if (std::fabs(x[i] - original[i]) < least) x[i] = original[i];
    threshold += here.adversarial ? options.threshold_step * rate : -options.threshold_step * rate;
    threshold = std::clamp(threshold, 0.0, 1.0);
  }
  const auto last = co_await attempt.outputs(x);
  nearest.offer(attempt, x, last.adversarial);
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
