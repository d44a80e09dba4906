#include "attacks/ead.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/class_weight.hpp"
#include "attacks/features.hpp"

namespace mlsec::attacks {

namespace {

/// A weight c whose first step moves the steepest feature by ten times what shrinking takes back: with a tenth of it
/// nothing would ever leave the original, and a search would be spent on finding that. At most as large as options are.
double least_weight(std::span<const float> slope, const Ead::Options& options) {
  float steepest = 0;
  for (const float each : slope) steepest = std::max(steepest, std::fabs(each));
  return steepest > 0 ? std::min(1e10, 10 * options.beta / (options.learning_rate * double{steepest})) : 0;
}

}  // namespace

Task<Point> Ead::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  const auto lower = attempt.box().lower(), upper = attempt.box().upper();
  const ConfidentMargin loss{static_cast<float>(options.confidence)};
  const auto beta = static_cast<float>(options.beta);
  const auto at_original = co_await attempt.gradient(original, loss);
  ClassWeight weight(std::max(options.initial_constant, least_weight(at_original.gradient, options)));
  Nearest nearest{norm};
  Point x(size), y(size), next(size);

  for (int search = 0; search < options.search_steps; ++search) {
    x = y = attempt.start();
    bool succeeded = false;
    // The least since the search began, and checks in turn that found it unchanged: momentum makes the objective rise
    // before it falls again.
    double least = std::numeric_limits<double>::infinity(), previous = least;
    int unchanged = 0;
    const int check_every = std::max(1, options.steps / 10);
    for (int step = 0; step < options.steps; ++step) {
      const auto here = co_await attempt.gradient(y, loss);
      const auto c = static_cast<float>(weight.value());
      const auto rate =
          static_cast<float>(options.learning_rate * std::sqrt(1 - static_cast<double>(step) / options.steps));
      double objective = -weight.value() * here.loss;
      for (std::size_t i = 0; i < size; ++i) {
        const float d = y[i] - original[i];
        objective += double{d} * double{d} + double{beta} * std::fabs(double{d});
        // A step on the smooth part, then shrinking towards the original by beta itself, as equation 5 has it, not by
        // beta times the step's size: beside c and l2 it is l1 with a weight of beta / rate.
        const float moved = y[i] - rate * (2 * d - c * here.gradient[i]);
        const float change = moved - original[i];
        next[i] = change > beta    ? std::min(moved - beta, upper[i])
                  : change < -beta ? std::max(moved + beta, lower[i])
                                   : original[i];
      }
      // Momentum (equation 6), kept in the box: models are only asked about valid inputs.
      const float push = static_cast<float>(step) / static_cast<float>(step + 3);
      for (std::size_t i = 0; i < size; ++i) y[i] = next[i] + push * (next[i] - x[i]);
      attempt.box().clip(y);
      x = next;
      const auto there = co_await attempt.outputs(x);
      std::vector<float> unused(there.logits.size());
      const bool success = there.adversarial && loss(there.logits, attempt.criterion(), unused) >= loss.confidence;
      succeeded = succeeded || success;
      nearest.offer(attempt, x, success);
      least = std::min(least, objective);
      if (options.abort_early && step % check_every == 0) {
        unchanged = least > previous * (previous > 0 ? 0.9999 : 1.0001) ? unchanged + 1 : 0;
        if (unchanged == 2) break;
        previous = least;
      }
    }
    weight.adjust(succeeded);
  }
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
