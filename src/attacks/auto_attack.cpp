#include "attacks/auto_attack.hpp"

#include "attacks/apgd.hpp"
#include "attacks/fab.hpp"
#include "attacks/square.hpp"

namespace mlsec::attacks {

Task<Point> AutoAttack::run(Attempt& attempt, const Options& options) {
  const double radius = options.radius();
  for (ApgdLoss loss : {ApgdLoss::cross_entropy, ApgdLoss::targeted_dlr}) {
    const Apgd::Options apgd{.norm = options.norm,
                             .epsilon = radius,
                             .steps = options.steps,
                             .loss = loss,
                             .target_classes = options.target_classes};
    Point x = co_await Apgd::run(attempt, apgd);
    if ((co_await attempt.outputs(x)).adversarial) co_return x;
  }
  const Fab::Options fab{.norm = options.norm, .steps = options.steps, .target_classes = options.target_classes};
  Point x = co_await Fab::run(attempt, fab);
  attempt.ball(options.norm, radius).project(x);
  if (options.norm == threat::Norm::l1 || (co_await attempt.outputs(x)).adversarial) co_return x;
  const Square::Options square{.norm = options.norm, .epsilon = radius, .steps = options.square_steps};
  co_return co_await Square::run(attempt, square);
}

}  // namespace mlsec::attacks
