#include "attacks/feature_adversary.hpp"

#include <algorithm>

#include "attacks/adversarial_start.hpp"
#include "attacks/features.hpp"
#include "attacks/schedule.hpp"

namespace mlsec::attacks {

namespace {

/// What a layer makes of a point: a loss that never changes.
struct Recall {
  int layer;
  std::vector<float>* activations;

  float operator()(std::span<const float> values, const threat::Criterion&, std::span<float> cotangent) const {
    activations->assign(values.begin(), values.end());
    std::fill(cotangent.begin(), cotangent.end(), 0.0f);
    return 0;
  }
};

/// The squared distance in l2 of the layer's output from the guide's.
struct ActivationDistance {
  int layer;
  std::vector<float> wanted;

  float operator()(std::span<const float> values, const threat::Criterion&, std::span<float> cotangent) const {
    for (std::size_t i = 0; i < values.size(); ++i) cotangent[i] = 2 * (values[i] - wanted[i]);
    return static_cast<float>(dot(cotangent, cotangent) / 4);
  }
};

}  // namespace

Task<Point> FeatureAdversary::run(Attempt& attempt, const Options& options) {
  const threat::Ball ball = attempt.ball(norm, options.radius());
  Point x = attempt.start(), guide;
  if (options.guides) {
    const auto row = options.guides->numbers.begin() + static_cast<std::ptrdiff_t>(attempt.row() * x.size());
    guide.assign(row, row + static_cast<std::ptrdiff_t>(x.size()));
    for (float& value : guide) value = std::clamp(value, attempt.lower(), attempt.upper());
  } else {
    guide = co_await adversarial_start(attempt, std::nullopt, options.start_tries);
    if (guide.empty()) co_return x;
  }
  ActivationDistance distance{options.layer, {}};
  const Recall recall{options.layer, &distance.wanted};
  (void)co_await attempt.gradient(guide, recall);
  const double first = options.step_size.value_or(options.radius() / 5);
  Adam adam(x.size(), first);
  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.gradient(x, distance);
    adam.set_rate(cosine(first, 0, step, options.steps));
    adam.step(x, here.gradient);
    ball.project(x);
  }
  co_return x;
}

}  // namespace mlsec::attacks
