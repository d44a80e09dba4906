#include "attacks/newtonfool.hpp"

#include <algorithm>

#include "attacks/features.hpp"
#include "nn/loss.hpp"

namespace mlsec::attacks {

namespace {

/// Minus the label's probability.
struct Improbability {
  float operator()(std::span<const float> logits, const threat::Criterion& criterion,
                   std::span<float> cotangent) const {
    nn::softmax(logits, cotangent);
    const float p = cotangent[criterion.label];
    for (std::size_t k = 0; k < cotangent.size(); ++k) cotangent[k] *= k == criterion.label ? p - 1 : p;
    return -p;
  }
};

}  // namespace

Task<Point> NewtonFool::run(Attempt& attempt, const Options& options) {
  const double input_size = length(attempt.original());
  Point x = attempt.start();
  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.gradient(x, Improbability());
    if (here.adversarial) co_return x;
    const double slope = length(here.gradient), classes = static_cast<double>(here.logits.size());
    if (slope == 0) co_return x;
    // How far the probability is to fall in this step (the paper's delta), and the step of Newton's method for that.
    // A thousandth below chance, which with two classes is the boundary itself.
    const double fall = std::min(options.eta * input_size * slope, 1e-3 - double{here.loss} - 1 / classes);
    if (!(fall > 0)) co_return x;
    add_scaled(x, fall / (slope * slope), here.gradient);
    attempt.box().clip(x);
  }
  (void)co_await attempt.outputs(x);
  co_return x;
}

}  // namespace mlsec::attacks
