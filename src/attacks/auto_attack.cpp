#include "attacks/auto_attack.hpp"

#include <string>

#include "attacks/apgd.hpp"
#include "attacks/fab.hpp"
#include "attacks/square.hpp"

namespace mlsec::attacks {

Task<Point> AutoAttack::run(Attempt& attempt, const Options& options) {
  const double radius = options.radius();
  const bool plus = options.version == AutoAttackVersion::plus;
  const int tries = plus ? 5 : 1;
  const auto stream = [](const char* name, int round) { return round == 0 ? name : name + std::to_string(round); };
  const auto apgd = [&](ApgdLoss loss) {
    return Apgd::Options{.norm = options.norm,
                         .epsilon = radius,
                         .steps = options.steps,
                         .loss = loss,
                         .target_classes = options.target_classes};
  };
  const auto fab = [&](int target_classes) {
    return Fab::Options{.norm = options.norm, .steps = options.steps, .target_classes = target_classes};
  };
  Point x;

  for (ApgdLoss loss : {ApgdLoss::cross_entropy, ApgdLoss::dlr})
    for (int round = 0; round < tries && (plus || loss == ApgdLoss::cross_entropy); ++round) {
      const std::string name = stream("start", round);
      x = co_await Apgd::run(attempt, apgd(loss), name);
      if ((co_await attempt.outputs(x)).adversarial) co_return x;
    }

  const auto square = [&] {
    return Square::Options{.norm = options.norm, .epsilon = radius, .steps = options.square_steps};
  };
  const bool scores = options.norm != threat::Norm::l1;
  if (plus) {
    x = co_await Fab::run(attempt, fab(0));
    attempt.ball(options.norm, radius).project(x);
    if ((co_await attempt.outputs(x)).adversarial) co_return x;
    for (int round = 0; round < tries && scores; ++round) {
      const std::string name = stream("squares", round);
      x = co_await Square::run(attempt, square(), name);
      if ((co_await attempt.outputs(x)).adversarial) co_return x;
    }
  }

  x = co_await Apgd::run(attempt, apgd(ApgdLoss::targeted_dlr));
  if ((co_await attempt.outputs(x)).adversarial) co_return x;
  x = co_await Fab::run(attempt, fab(options.target_classes));
  attempt.ball(options.norm, radius).project(x);
  if (plus || !scores || (co_await attempt.outputs(x)).adversarial) co_return x;
  co_return co_await Square::run(attempt, square());
}

}  // namespace mlsec::attacks
