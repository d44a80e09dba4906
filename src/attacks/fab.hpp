// Fast adaptive boundary.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Croce and Hein, "Minimally distorted adversarial examples with a fast adaptive boundary attack", 2020, algorithm 1
/// with the final search of its section 3.3.
struct Fab {
  static constexpr std::string_view id = "fab";
  static constexpr std::string_view name = "Fast adaptive boundary attack";
  static constexpr std::string_view summary =
      "Projects onto the linearised decision boundary with a pull towards the original, and steps back after each "
      "success.";
  static constexpr Paper paper{"Minimally Distorted Adversarial Examples with a Fast Adaptive Boundary Attack",
                               "Croce, Hein", 2020, "arXiv:1907.02044"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    int steps = 100;
    int target_classes = 0;
    double largest_bias = 0.1;
    double overshoot = 1.05;
    double back_step = 0.9;
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm, threat::Norm::linf, threat::Norm::l2, threat::Norm::l1),
          field("steps", &Options::steps, "Number of steps, for each class aimed at.").range(1, 100000),
          field("targetClasses", &Options::target_classes,
                "How many of the most likely wrong classes are aimed at in turn, for one gradient a step each; with 0 "
                "each step goes to the nearest class, for the gradients of all.")
              .range(0, 1e6),
          field("largestBias", &Options::largest_bias, "Largest weight of the original's own projection.")
              .range(0, 1)
              .for_experts(),
          field("overshoot", &Options::overshoot, "Factor by which projections are extended.")
              .range(1, 10)
              .for_experts(),
          field("backStep", &Options::back_step, "The share of the perturbation that is kept after a success.")
              .range(0, 1)
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
