#include "attacks/carlini_wagner_l0.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"
#include "attacks/tanh_box.hpp"
#include "threat/order.hpp"

namespace mlsec::attacks {

Task<Point> CarliniWagnerL0::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  const TanhBox box(attempt.box());
  Nearest nearest{norm};
  Point start(size), w, tanh_of_w(size), x(size), slope(size), gradient(size);
  std::vector<bool> open(size, true);
  std::size_t count = size;
  box.to_w(original, start);
  double c = options.initial_constant;

  while (c <= options.largest_constant && count > 0) {
    w = start;
    Adam adam(size, options.learning_rate);
    bool succeeded = false;
    for (int step = 0; step < options.steps && !succeeded; ++step) {
      box.to_x(w, tanh_of_w, x);
      for (std::size_t i = 0; i < size; ++i) {
        // What the transformation rounds is no change.
        if (!open[i] || std::fabs(x[i] - original[i]) < 2e-6f * box.half()[i]) x[i] = original[i];
      }
      attempt.box().clip(x);
      const auto here = co_await attempt.gradient(x, Margin());
      succeeded = here.adversarial;
      slope.assign(here.gradient.begin(), here.gradient.end());
      if (succeeded) break;
      for (std::size_t i = 0; i < size; ++i)
        gradient[i] = open[i] ? 2 * (x[i] - original[i]) - static_cast<float>(c) * slope[i] : 0;
      box.slope_in_w(tanh_of_w, gradient);
      adam.step(w, gradient);
      box.hold(w);
    }
    if (!succeeded) {
      c *= 2;
      continue;
    }
    nearest.offer(attempt, x, true);
    // What each change contributes to the margin. Small shares go at once, as in the authors' program, though not too
    // many of them, else the least.
    std::vector<double> shares(size, 0.0);
    double total = 0;
    for (std::size_t i = 0; i < size; ++i) {
      if (x[i] == original[i] && open[i]) {
        open[i] = false;
        --count;
      }
      if (!open[i]) continue;
      shares[i] = std::fabs(double{x[i] - original[i]} * double{slope[i]});
      total += shares[i];
    }
    auto order = threat::descending(shares);
    const double most = std::max(2.0, 0.3 * std::sqrt(static_cast<double>(count)));
    double dropped = 0;
    int closed = 0;
    for (std::size_t k = size; k-- > 0;) {
      const std::size_t i = order[k];
      if (!open[i]) continue;
      dropped += shares[i];
      if (closed > 0 && (closed >= most || dropped > 0.1 * total)) break;
      ++closed;
      open[i] = false;
      --count;
    }
    for (std::size_t i = 0; i < size; ++i) start[i] = box.to_w(i, open[i] ? x[i] : original[i]);
  }
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
