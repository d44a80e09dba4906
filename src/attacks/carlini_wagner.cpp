#include "attacks/carlini_wagner.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "attacks/class_weight.hpp"
#include "attacks/features.hpp"
#include "attacks/tanh_box.hpp"

namespace mlsec::attacks {

Task<Point> CarliniWagner::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  const TanhBox box(attempt.box());
  const ConfidentMargin loss{static_cast<float>(options.confidence)};

  Point start(size), w(size), tanh_of_w(size), x(size), delta(size), slope(size);
  box.to_w(original, start);

  ClassWeight weight(options.initial_constant);
  Point best = attempt.start();
  double best_distance = std::numeric_limits<double>::infinity();

  double rate = options.learning_rate;
  for (int search = 0; search < options.search_steps; ++search) {
    w = start;
    Adam adam(size, rate);
    int taken = 0;
    bool succeeded = false;
    double previous = std::numeric_limits<double>::infinity();
    const int check_every = std::max(1, options.steps / 10);

    for (int step = 0; step < options.steps; ++step) {
      box.to_x(w, tanh_of_w, x);
      attempt.box().clip(x);
      const auto here = co_await attempt.gradient(x, loss);
      subtract(delta, x, original);
      const double distance = dot(delta, delta);
      // With a confidence asked for, the criterion alone is not yet success.
      const bool here_succeeds = here.adversarial && here.loss >= loss.confidence;
      succeeded = succeeded || here_succeeds;
      if (here_succeeds && distance < best_distance) {
        best_distance = distance;
        best = x;
      }
      const double objective = distance - weight.value() * here.loss;
      if (options.abort_early && step % check_every == 0) {
        if (objective > previous * (previous > 0 ? 0.9999 : 1.0001)) break;
        previous = objective;
      }
      // That of ||delta||^2 - c loss in x, then in w.
      slope = delta;
      scale(slope, 2);
      add_scaled(slope, -weight.value(), here.gradient);
      box.slope_in_w(tanh_of_w, slope);
      adam.step(w, slope);
      ++taken;
      box.hold(w);
    }

    if (std::isinf(best_distance)) {
      // Where w went one way nearly all the time, it was not the weight that was too small but the steps.
      float farthest = 0;
      for (std::size_t i = 0; i < size; ++i) farthest = std::max(farthest, std::fabs(w[i] - start[i]));
      if (double{farthest} > 0.8 * rate * taken) rate *= 2;
    }
    weight.adjust(succeeded);
  }
  co_return best;
}

}  // namespace mlsec::attacks
