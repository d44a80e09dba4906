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
  Point start(size), w, x(size), gradient(size);
  for (std::size_t i = 0; i < size; ++i) start[i] = box.to_w(i, original[i]);
  const double width = attempt.width();
  double threshold = width, c = options.initial_constant;

  while (c <= options.largest_constant && threshold > 5e-7 * width) {
    w = start;
    Adam adam(size, options.learning_rate);
    bool succeeded = false;
    const auto tau = static_cast<float>(threshold);
    for (int step = 0; step < options.steps && !succeeded; ++step) {
      for (std::size_t i = 0; i < size; ++i) x[i] = box.to_x(i, tanh(w[i]));
      attempt.box().clip(x);
      const auto here = co_await attempt.gradient(x, loss);
      nearest.offer(attempt, x, here.adversarial);
      double excess = 0;
      for (std::size_t i = 0; i < size; ++i) {
        const float d = x[i] - original[i], over = std::fabs(d) - tau;
        excess += over > 0 ? double{over} : 0;
        const float t = box.tanh_of(i, x[i]);
        gradient[i] = ((over > 0 ? (d > 0 ? 1.0f : -1.0f) : 0.0f) - static_cast<float>(c) * here.gradient[i]) *
                      box.half[i] * (1 - t * t);
      }
      // Done with this threshold once the class has changed and hardly anything exceeds it.
      succeeded = here.adversarial && excess <= 0.001 * threshold * static_cast<double>(size);
      adam.step(w, gradient);
      box.hold(w);
    }
    if (succeeded) {
      threshold = options.threshold_factor * std::min(threshold, nearest.distance);
      for (std::size_t i = 0; i < size; ++i) start[i] = box.to_w(i, x[i]);
    } else {
      c *= 2;
    }
  }
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
