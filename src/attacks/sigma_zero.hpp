// Few features, by gradients of a smooth l0.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Cina et al., "sigma-zero: gradient-based optimization of l0-norm adversarial examples", 2025, algorithm 1. As in
/// the authors' program the steps are Adam's, on the slope divided by its largest entry: plain ones stay where
/// gradients turn at every step, as those of robust networks do.
struct SigmaZero {
  static constexpr std::string_view id = "sigma-zero";
  static constexpr std::string_view name = "sigma-zero";
  static constexpr std::string_view summary =
      "Minimises a smooth count of changed features and drops the small ones at every step.";
  static constexpr Paper paper{"sigma-zero: Gradient-based Optimization of l0-norm Adversarial Examples",
                               "Cina, Villani, Pintor, Schoenherr, Biggio, Pelillo", 2025, "arXiv:2402.01879"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false};

  static constexpr threat::Norm norm = threat::Norm::l0;

  struct Options {
    int steps = 1000;
    double step_size = 1;
    double sigma = 0.001;
    double first_threshold = 0.3;
    double threshold_step = 0.01;
    static constexpr auto schema() {
      return mlsec::schema(
          field("steps", &Options::steps, "Number of gradient steps.").range(1, 100000),
          field("stepSize", &Options::step_size,
                "Largest change of a feature in the first step, relative to the box; the last is a tenth of it.")
              .range(1e-9, 100),
          field("sigma", &Options::sigma, "How sharply changed features are told from others.")
              .range(1e-12, 1e3)
              .for_experts(),
          field("firstThreshold", &Options::first_threshold, "Changes below it are dropped; relative to the box.")
              .range(0, 1)
              .for_experts(),
          field("thresholdStep", &Options::threshold_step, "How fast that threshold is adapted.")
              .range(0, 1)
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
