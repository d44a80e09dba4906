#include "attacks/apgd.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"
#include "attacks/linearisation.hpp"
#include "threat/order.hpp"

namespace mlsec::attacks {

namespace {

constexpr double momentum = 0.75;

/// x += a step of l1 length `step`, alike in the `count` features of the largest slopes.
void sparse_step(std::span<float> x, std::span<const float> gradient, double step, std::size_t count) {
  std::vector<double> slopes(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) slopes[i] = std::fabs(double{gradient[i]});
  const auto order = threat::descending(slopes);
  const auto each = static_cast<float>(step / static_cast<double>(count));
  for (std::size_t i = 0; i < count; ++i) {
    const float slope = gradient[order[i]];
    x[order[i]] += slope > 0 ? each : (slope < 0 ? -each : 0.0f);
  }
}

/// One run from x; x becomes the point of the largest loss, and the result says whether it is adversarial.
Task<bool> run_once(Attempt& attempt, const Apgd::Options& options, const LossReference& loss, const threat::Ball& ball,
                    int steps, Point& x) {
  const bool sparse = options.norm == threat::Norm::l1;
  const std::size_t size = x.size();
  Point best = x, previous = x, ahead(size), gradient(size), best_gradient(size);
  double eta = sparse ? ball.epsilon() : 2 * ball.epsilon(), last_loss = 0, best_loss = 0;

  // Checkpoints at shares of the steps that come ever closer; for l1 at every 25th part.
  double share = 0.22, share_step = 0.22;
  const int period = std::max(1, static_cast<int>(std::ceil(0.04 * steps)));
  int checkpoint = sparse ? period : std::max(1, static_cast<int>(std::ceil(share * steps)));
  int last_checkpoint = 0, increases = 0;
  bool halved = true;
  double loss_at_checkpoint = 0;
  const double features = static_cast<double>(size);
  double sparsity = 0.2, changed = features;

  for (int step = 0; step < steps; ++step) {
    const auto here = co_await attempt.gradient(x, loss);
    if (here.adversarial) co_return true;
    const double loss_here = here.loss;
    if (step > 0 && loss_here > last_loss) ++increases;
    last_loss = loss_here;
    gradient.assign(here.gradient.begin(), here.gradient.end());
    if (step == 0 || loss_here > best_loss) {
      best_loss = loss_here;
      best = x;
      best_gradient = gradient;
    }
    if (step == 0) loss_at_checkpoint = best_loss;
    if (step == checkpoint) {
      if (sparse) {
        const double now = threat::distances(attempt.original(), best).l0;
        sparsity = std::max(now / 1.5, 1.0) / features;
        // Long steps again from the best point while its support shrinks, else shorter ones.
        const bool shrinks = now < 0.95 * changed;
        eta = shrinks ? ball.epsilon() : std::max(eta / 1.5, ball.epsilon() / 10);
        changed = now;
        if (shrinks) {
          x = best;
          gradient = best_gradient;
        }
        checkpoint += period;
      } else {
        const bool too_few = increases < options.rho * (checkpoint - last_checkpoint);
        const bool stuck = !halved && best_loss <= loss_at_checkpoint;
        halved = too_few || stuck;
        if (halved) {
          eta /= 2;
          x = best;
          gradient = best_gradient;
        }
        last_checkpoint = checkpoint;
        share_step = std::max(share_step - 0.03, 0.06);
        share += share_step;
        checkpoint = std::max(checkpoint + 1, static_cast<int>(std::ceil(share * steps)));
      }
      loss_at_checkpoint = best_loss;
      increases = 0;
    }
    ahead = x;
    if (sparse) {
      sparse_step(ahead, gradient, eta, std::max<std::size_t>(1, static_cast<std::size_t>(sparsity * features)));
      ball.project(ahead);
    } else {
      ball.ascend(ahead, gradient, eta);
      ball.project(ahead);
      if (step > 0) {
        const auto keep = static_cast<float>(momentum), push = static_cast<float>(1 - momentum);
        for (std::size_t i = 0; i < size; ++i) ahead[i] = x[i] + keep * (ahead[i] - x[i]) + push * (x[i] - previous[i]);
        ball.project(ahead);
      }
    }
    previous = x;
    x = ahead;
  }
  const auto last = co_await attempt.gradient(x, loss);
  if (last.adversarial) co_return true;
  if (!(last.loss > best_loss)) x = best;
  co_return false;
}

}  // namespace

Task<Point> Apgd::run(Attempt& attempt, const Options& options, std::string_view stream) {
  const double radius = options.radius();
  const threat::Ball ball = attempt.ball(options.norm, radius);
  Point x = attempt.start();
  std::vector<std::uint32_t> classes{0};
  if (options.loss == ApgdLoss::targeted_dlr && !attempt.criterion().target) {
    const auto clean = co_await attempt.outputs(x);
    classes = likely_classes(clean.logits, attempt.criterion().label, static_cast<std::size_t>(options.target_classes));
  }
  Random random = attempt.random(stream);
  for (std::uint32_t aim : classes) {
    const CrossEntropy cross_entropy;
    LogitRatio ratio;
    if (options.loss == ApgdLoss::targeted_dlr && !attempt.criterion().target) ratio.towards = aim;
    const LossReference loss =
        options.loss == ApgdLoss::cross_entropy ? LossReference(cross_entropy) : LossReference(ratio);
    ball.random_point(random, x);
    if (options.norm == threat::Norm::l1) {
      // From large balls down to the one that is asked for.
      for (int stage = 3; stage > 1; --stage) {
        const threat::Ball wide = attempt.ball(options.norm, stage * radius);
        wide.project(x);
        (void)co_await run_once(attempt, options, loss, wide, options.steps * 3 / 10, x);
      }
      ball.project(x);
    }
    const int steps = options.norm == threat::Norm::l1 ? options.steps - options.steps * 3 / 10 * 2 : options.steps;
    if (co_await run_once(attempt, options, loss, ball, steps, x)) break;
  }
  co_return x;
}

}  // namespace mlsec::attacks
