#include "attacks/lowprofool.hpp"

#include <cmath>

#include "attacks/features.hpp"
#include "attacks/linearisation.hpp"
#include "base/text.hpp"

namespace mlsec::attacks {

Result<void> LowProFool::check_features(const Options& options, std::size_t features) {
  if (!options.importance || options.importance->size() == features) return {};
  return Error{ErrorCode::shape_mismatch, "importance",
               sentence({"importance must have ", features, " entries, one for each feature, not ",
                         options.importance->size(), "."})};
}

Task<Point> LowProFool::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  // Weights of mean square 1, so that lambda means the same with and without them.
  Point weights(size, 1.0f);
  if (options.importance) {
    for (std::size_t i = 0; i < size; ++i) weights[i] = static_cast<float>((*options.importance)[i]);
    const double whole = length(weights);
    if (whole > 0) scale(weights, std::sqrt(static_cast<double>(size)) / whole);
  }
  Nearest nearest{norm};
  Point x = attempt.start(), gradient(size);
  std::optional<std::size_t> aim = attempt.criterion().target;
  if (!aim) {
    const auto clean = co_await attempt.outputs(x);
    aim = likely_classes(clean.logits, attempt.criterion().label, 1)[0];
  }
  const struct Towards {
    std::size_t target;
    float operator()(std::span<const float> logits, const threat::Criterion& criterion,
                     std::span<float> cotangent) const {
      return CrossEntropy()(logits, {criterion.label, target}, cotangent);
    }
  } loss{*aim};
  double rate = options.step_size;
  for (int step = 0; step < options.steps; ++step, rate *= options.decay) {
    const auto here = co_await attempt.gradient(x, loss);
    nearest.offer(attempt, x, here.adversarial);
    double weighted = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const double change = double{weights[i]} * double{x[i] - original[i]};
      weighted += change * change;
    }
    weighted = std::sqrt(weighted);
    for (std::size_t i = 0; i < size; ++i) {
      const float square = weights[i] * weights[i];
      const auto pull =
          weighted > 0 ? static_cast<float>(options.lambda / weighted) * square * (x[i] - original[i]) : 0.0f;
      gradient[i] = here.gradient[i] - pull;
    }
    add_scaled(x, rate, gradient);
    attempt.box().clip(x);
  }
  const auto last = co_await attempt.outputs(x);
  nearest.offer(attempt, x, last.adversarial);
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
