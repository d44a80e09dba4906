#include "attacks/carlini_wagner_linf.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/class_weight.hpp"
#include "attacks/features.hpp"
#include "attacks/tanh_box.hpp"

namespace mlsec::attacks {

Task<Point> CarliniWagnerLinf::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  const TanhBox box(attempt.box());
  const ConfidentMargin loss{0};
  Nearest nearest{norm};
  Point start(size), w, tanh_of_w(size), x(size), gradient(size);
  box.to_w(original, start);
  const double width = attempt.width();
  double threshold = width, c = options.initial_constant;

  while (c <= options.largest_constant && threshold > 5e-7 * width) {
    w = start;
    Adam adam(size, options.learning_rate);
    bool succeeded = false;
    const auto tau = static_cast<float>(threshold);
    for (int step = 0; step < options.steps && !succeeded; ++step) {
      box.to_x(w, tanh_of_w, x);
      attempt.box().clip(x);
      const auto here = co_await attempt.gradient(x, loss);
      nearest.offer(attempt, x, here.adversarial);
      double excess = 0;
      for (std::size_t i = 0; i < size; ++i) {
        const float d = x[i] - original[i], over = std::fabs(d) - tau;
        excess += over > 0 ? double{over} : 0;
        gradient[i] = (over > 0 ? (d > 0 ? 1.0f : -1.0f) : 0.0f) - static_cast<float>(c) * here.gradient[i];
      }
      box.slope_in_w(tanh_of_w, gradient);
      // Done with this threshold once the class has changed and hardly anything exceeds it.
      succeeded = here.adversarial && excess <= 0.001 * threshold * static_cast<double>(size);
      adam.step(w, gradient);
      box.hold(w);
    }
    if (succeeded) {
      threshold = options.threshold_factor * std::min(threshold, nearest.distance);
      box.to_w(x, start);
    } else {
      c *= 2;
    }
  }
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
