#include "attacks/pgd.hpp"

#include <cmath>

#include "attacks/features.hpp"
#include "nn/loss.hpp"

namespace mlsec::attacks {

Task<Point> Pgd::run(Attempt& attempt, const Options& options) {
  const threat::Ball ball = attempt.ball(options.norm, options.radius());
  const CrossEntropy cross_entropy;
  const Margin margin;
  Divergence divergence;
  Point x = attempt.start();
  if (options.loss == PgdLoss::kl_divergence) {
    const auto clean = co_await attempt.outputs(x);
    divergence.probabilities.resize(clean.logits.size());
    nn::softmax(clean.logits, divergence.probabilities);
  }
  const LossReference loss = options.loss == PgdLoss::margin          ? LossReference(margin)
                             : options.loss == PgdLoss::kl_divergence ? LossReference(divergence)
                                                                      : LossReference(cross_entropy);
  if (options.random_start) {
    Random random = attempt.random("start");
    ball.random_point(random, x);
  }
  // Every feature moves by about the rate: together as far as a steepest step.
  const double features = static_cast<double>(x.size());
  const double share = options.norm == threat::Norm::linf ? 1
                       : options.norm == threat::Norm::l2 ? std::sqrt(features)
                                                          : features;
  Adam adam(options.adam ? x.size() : 0, options.step() / share);
  Point slope;
  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.gradient(x, loss);
    if (here.adversarial && options.early_stop) break;
    if (options.adam) {
      slope.assign(here.gradient.begin(), here.gradient.end());
      scale(slope, -1);
      adam.step(x, slope);
    } else {
      ball.ascend(x, here.gradient, options.step());
    }
    ball.project(x);
  }
  co_return x;
}

}  // namespace mlsec::attacks
