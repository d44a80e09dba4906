#include "attacks/virtual_adversarial.hpp"

#include "attacks/features.hpp"
#include "nn/loss.hpp"

namespace mlsec::attacks {

Task<Point> VirtualAdversarial::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  const threat::Ball ball = attempt.ball(norm, options.radius());
  Point x = attempt.start(), direction(x.size());
  const auto clean = co_await attempt.outputs(x);
  Divergence divergence;
  divergence.probabilities.resize(clean.logits.size());
  nn::softmax(clean.logits, divergence.probabilities);
  Random random = attempt.random("direction");
  fill_normal(direction, random);
  for (int iteration = 0; iteration < options.iterations; ++iteration) {
    x.assign(original.begin(), original.end());
    const double size = length(direction);
    if (size == 0) break;
    add_scaled(x, options.probe / size, direction);
    attempt.box().clip(x);
    const auto here = co_await attempt.gradient(x, divergence);
    direction.assign(here.gradient.begin(), here.gradient.end());
  }
  // The divergence is even around the original: either way may be the worse one farther out.
  Point both;
  for (double sign : {1.0, -1.0}) {
    x.assign(original.begin(), original.end());
    if (length(direction) > 0) add_scaled(x, sign * options.radius() / length(direction), direction);
    ball.project(x);
    both.insert(both.end(), x.begin(), x.end());
  }
  const auto there = co_await attempt.outputs(both);
  std::vector<float> unused(there.logits.size());
  const float forward = divergence(there.all_logits.first(unused.size()), attempt.criterion(), unused);
  const float backward = divergence(there.all_logits.subspan(unused.size()), attempt.criterion(), unused);
  const auto first = both.begin() + static_cast<std::ptrdiff_t>(backward > forward ? x.size() : 0);
  x.assign(first, first + static_cast<std::ptrdiff_t>(x.size()));
  co_return x;
}

}  // namespace mlsec::attacks
