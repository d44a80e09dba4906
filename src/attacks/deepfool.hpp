// Steps to the nearest linearised decision boundary.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Moosavi-Dezfooli, Fawzi and Frossard, "DeepFool: a simple and accurate method to fool deep neural networks", 2016,
/// algorithm 2; section 3.3 for linf. The paper knows no box: here the sum of the steps keeps to it, and the last
/// quarter of them fit it at once.
struct DeepFool {
  static constexpr std::string_view id = "deepfool";
  static constexpr std::string_view name = "DeepFool";
  static constexpr std::string_view summary =
      "Goes to the nearest decision boundary of the linearised model, again and again.";
  static constexpr Paper paper{"DeepFool: A Simple and Accurate Method to Fool Deep Neural Networks",
                               "Moosavi-Dezfooli, Fawzi, Frossard", 2016, "arXiv:1511.04599"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = false, .random = false};

  struct Options {
    threat::Norm norm = threat::Norm::l2;
    int steps = 50;
    double overshoot = 0.02;
    int candidates = 10;
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm), field("steps", &Options::steps, "Largest number of steps.").range(1, 100000),
          field("overshoot", &Options::overshoot,
                "How much farther than to the boundary it goes, relative to the whole.")
              .range(0, 10),
          field("candidates", &Options::candidates, "How many classes, those of the largest logits, it may go to.")
              .range(1, 1e6)
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
