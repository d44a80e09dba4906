// Augmented Lagrangian.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Rony, Granger, Pedersoli and Ben Ayed, "Augmented Lagrangian adversarial attacks", 2021, algorithm 2: the distance
/// plus a penalty of the logit ratio, whose multiplier is adapted at every step. In l2 slopes are normalised feature by
/// feature, as in the paper, and in l1 by the length of the whole gradient; steps are measured by the distance of the
/// first success, so that they suit 5 features as well as 784. In l1 the last fifth of the steps is proximal: the size
/// of the change is taken off by soft thresholds, as a slope of it that jumps at 0 keeps small changes alive.
struct Alma {
  static constexpr std::string_view id = "alma";
  static constexpr std::string_view name = "Augmented Lagrangian attack";
  static constexpr std::string_view summary =
      "Minimises the distance with a penalty for the right answer whose weight it learns on the way.";
  static constexpr Paper paper{"Augmented Lagrangian Adversarial Attacks", "Rony, Granger, Pedersoli, Ben Ayed", 2021,
                               "arXiv:2011.11857"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false};

  struct Options {
    threat::Norm norm = threat::Norm::l2;
    int steps = 1000;
    std::optional<double> first_step;
    double smoothing = 0.9;
    int check_every = 10;
    double step(double width) const { return first_step.value_or(width * (norm == threat::Norm::l1 ? 0.5 : 0.1)); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm, threat::Norm::l2, threat::Norm::l1),
          field("steps", &Options::steps, "Number of gradient steps.").range(1, 100000),
          field("firstStep", &Options::first_step,
                "How far the first step goes in the norm; steps grow until the first success and shrink after it.")
              .range(1e-9, 1e6)
              .in("input units")
              .otherwise("0.1 of the box's width for l2, 0.5 for l1"),
          field("smoothing", &Options::smoothing, "What stays of the multiplier, the momentum and the mean slope.")
              .range(0, 0.9999)
              .for_experts(),
          field("checkEvery", &Options::check_every,
                "After how many steps without success the penalty is made steeper.")
              .range(1, 100000)
              .in("steps")
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
