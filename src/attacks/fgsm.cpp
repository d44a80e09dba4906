#include "attacks/fgsm.hpp"

#include <algorithm>

#include "attacks/features.hpp"
#include "nn/loss.hpp"

namespace mlsec::attacks {

namespace {

/// Cross-entropy towards the class of the smallest logit.
struct LeastLikely {
  float operator()(std::span<const float> logits, const threat::Criterion& criterion,
                   std::span<float> cotangent) const {
    const auto least = std::min_element(logits.begin(), logits.end()) - logits.begin();
    return CrossEntropy()(logits, {criterion.label, static_cast<std::size_t>(least)}, cotangent);
  }
};

}  // namespace

Task<Point> Fgsm::run(Attempt& attempt, const Options& options) {
  const threat::Ball ball = attempt.ball(options.norm, options.radius());
  Point x = attempt.start();
  const double random_step = options.random_share * options.radius();
  if (random_step > 0) {
    Random random = attempt.random("start");
    Point noise(x.size());
    fill_normal(noise, random);
    ball.ascend(x, noise, random_step);
    ball.project(x);
  }
  const CrossEntropy cross_entropy;
  const LeastLikely least_likely;
  const LossReference loss = options.least_likely ? LossReference(least_likely) : LossReference(cross_entropy);
  const auto here = co_await attempt.gradient(x, loss);
  ball.ascend(x, here.gradient, options.radius() - random_step);
  ball.project(x);
  co_return x;
}

}  // namespace mlsec::attacks
