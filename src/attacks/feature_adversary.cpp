#include "attacks/feature_adversary.hpp"

#include <algorithm>
#include <limits>

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

/// Of so many random points the one of which the model is most certain that it is of a wrong class, or of the target.
Task<Point> most_certain(Attempt& attempt, int tries) {
  constexpr int at_once = 32;
  const std::size_t size = attempt.original().size();
  Random random = attempt.random("guides");
  Point best = attempt.start(), points;
  float largest = -std::numeric_limits<float>::infinity();
  std::vector<float> unused;
  for (int done = 0; done < tries; done += at_once) {
    const auto rows = static_cast<std::size_t>(std::min(at_once, tries - done));
    points.resize(rows * size);
    for (std::size_t k = 0; k < rows; ++k)
      fill_uniform(std::span(points).subspan(k * size, size), random, attempt.box());
    const auto there = co_await attempt.outputs(points, Role::probe);
    unused.resize(there.logits.size());
    for (std::size_t k = 0; k < rows; ++k) {
      const float margin =
          Margin()(there.all_logits.subspan(k * unused.size(), unused.size()), attempt.criterion(), unused);
      if (!(margin > largest)) continue;
      largest = margin;
      const auto point = std::span<const float>(points).subspan(k * size, size);
      best.assign(point.begin(), point.end());
    }
  }
  co_return best;
}

}  // namespace

Task<Point> FeatureAdversary::run(Attempt& attempt, const Options& options) {
  const threat::Ball ball = attempt.ball(norm, options.radius());
  Point x = attempt.start(), guide;
  if (options.guides) {
    const auto row = options.guides->numbers.begin() + static_cast<std::ptrdiff_t>(attempt.row() * x.size());
    guide.assign(row, row + static_cast<std::ptrdiff_t>(x.size()));
    for (float& value : guide) value = std::clamp(value, attempt.lower(), attempt.upper());
  } else {
    guide = co_await most_certain(attempt, options.guide_tries);
  }
  ActivationDistance distance{options.layer, {}};
  const Recall recall{options.layer, &distance.wanted};
  (void)co_await attempt.gradient(guide, recall, Role::probe);
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
