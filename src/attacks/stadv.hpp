// Pixels moved instead of changed.
#pragma once

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Xiao et al., "Spatially transformed adversarial examples", 2018: minimises max(-margin, -confidence) + smoothness *
/// roughness of the flow over the shifts of all pixels (equations 1 to 4), by Adam instead of L-BFGS. Of the images
/// that succeed the one nearest in l2 is the result.
struct StAdv {
  static constexpr std::string_view id = "stadv";
  static constexpr std::string_view name = "Spatially transformed (stAdv)";
  static constexpr std::string_view summary = "Moves pixels along a smooth flow until the class changes.";
  static constexpr Paper paper{"Spatially Transformed Adversarial Examples", "Xiao, Zhu, Li, He, Liu, Song", 2018,
                               "arXiv:1801.02612"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false, .images_only = true};

  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    int steps = 100;
    double learning_rate = 0.05;
    double smoothness = 0.05;
    double confidence = 0;
    static constexpr auto schema() {
      return mlsec::schema(
          field("steps", &Options::steps, "Optimisation steps.").range(1, 100000),
          field("learningRate", &Options::learning_rate, "Step size of Adam.").range(1e-6, 10).in("pixels"),
          field("smoothness", &Options::smoothness, "Weight of the flow's roughness beside the margin.").range(0, 1e6),
          field("confidence", &Options::confidence, "How far the margin is pushed beyond the boundary.")
              .range(0, 1e6)
              .in("logits")
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
