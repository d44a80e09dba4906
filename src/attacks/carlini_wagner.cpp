#include "attacks/carlini_wagner.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "attacks/class_weight.hpp"
#include "attacks/features.hpp"
#include "attacks/tanh_box.hpp"
#include "base/math.hpp"

namespace mlsec::attacks {

Task<Point> CarliniWagner::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  const TanhBox box(attempt.box());
  const ConfidentMargin loss{static_cast<float>(options.confidence)};

  Point start(size), origin(size), w(size), slope(size), x(size), gradient(size);
  for (std::size_t i = 0; i < size; ++i) {
    start[i] = box.to_w(i, original[i]);
    // Distances are taken from where w starts, which differs from the original by the little that to_w moves it inside.
    origin[i] = box.to_x(i, tanh(start[i]));
  }

  ClassWeight weight(options.initial_constant);
  Point best = attempt.start();
  double best_distance = std::numeric_limits<double>::infinity();

  for (int search = 0; search < options.search_steps; ++search) {
    w = start;
    Adam adam(size, options.learning_rate);
    bool succeeded = false;
    double previous = std::numeric_limits<double>::infinity();
    const int check_every = std::max(1, options.steps / 10);

    for (int step = 0; step < options.steps; ++step) {
      for (std::size_t i = 0; i < size; ++i) {
        slope[i] = tanh(w[i]);
        x[i] = box.to_x(i, slope[i]);
      }
      const auto here = co_await attempt.gradient(x, loss);
      double distance = 0;
      for (std::size_t i = 0; i < size; ++i) distance += double{x[i] - origin[i]} * double{x[i] - origin[i]};
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
      const auto c = static_cast<float>(weight.value());
      for (std::size_t i = 0; i < size; ++i)
        gradient[i] = (2 * (x[i] - origin[i]) - c * here.gradient[i]) * box.half[i] * (1 - slope[i] * slope[i]);
      adam.step(w, gradient);
    }

    weight.adjust(succeeded);
  }
  co_return best;
}

}  // namespace mlsec::attacks
