#include "attacks/carlini_wagner.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "attacks/class_weight.hpp"
#include "attacks/features.hpp"
#include "attacks/tanh_box.hpp"
#include "base/math.hpp"

namespace mlsec::attacks {

namespace {

// Loops that vectorise, which those of a coroutine do not: its variables lie in memory, the number of features among
// them.

/// x and tanh(w) at w.
void leave_w(const TanhBox& box, std::span<const float> w, std::span<float> tanh_of_w, std::span<float> x) {
  const float* const centre = box.centre.data();
  const float* const half = box.half.data();
  for (std::size_t i = 0; i < w.size(); ++i) {
    tanh_of_w[i] = tanh(w[i]);
    x[i] = centre[i] + half[i] * tanh_of_w[i];
  }
}

/// The slope in w of ||x - original||^2 - c loss; `slope` is the loss's in x.
void slope_in_w(const TanhBox& box, std::span<const float> x, std::span<const float> original, float c,
                std::span<const float> slope, std::span<const float> tanh_of_w, std::span<float> out) {
  const float* const half = box.half.data();
  for (std::size_t i = 0; i < x.size(); ++i)
    out[i] = (2 * (x[i] - original[i]) - c * slope[i]) * half[i] * (1 - tanh_of_w[i] * tanh_of_w[i]);
}

double squared_distance(std::span<const float> x, std::span<const float> original) {
  double distance = 0;
  for (std::size_t i = 0; i < x.size(); ++i) distance += double{x[i] - original[i]} * double{x[i] - original[i]};
  return distance;
}

}  // namespace

Task<Point> CarliniWagner::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  const TanhBox box(attempt.box());
  const ConfidentMargin loss{static_cast<float>(options.confidence)};

  Point start(size), w(size), tanh_of_w(size), x(size), gradient(size);
  for (std::size_t i = 0; i < size; ++i) start[i] = box.to_w(i, original[i]);

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
      leave_w(box, w, tanh_of_w, x);
      attempt.box().clip(x);
      const auto here = co_await attempt.gradient(x, loss);
      const double distance = squared_distance(x, original);
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
      slope_in_w(box, x, original, static_cast<float>(weight.value()), here.gradient, tanh_of_w, gradient);
      adam.step(w, gradient);
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
