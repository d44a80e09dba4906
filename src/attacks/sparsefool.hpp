// Few features, by a flat boundary.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Modas, Moosavi-Dezfooli and Frossard, "SparseFool: a few pixels make a big difference", 2019, algorithms 1 and 2.
struct SparseFool {
  static constexpr std::string_view id = "sparsefool";
  static constexpr std::string_view name = "SparseFool";
  static constexpr std::string_view summary =
      "Crosses the boundary that DeepFool finds by changing as few features as its normal allows.";
  static constexpr Paper paper{"SparseFool: A Few Pixels Make a Big Difference", "Modas, Moosavi-Dezfooli, Frossard",
                               2019, "arXiv:1811.02248"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = false, .random = false};

  static constexpr threat::Norm norm = threat::Norm::l1;

  struct Options {
    int steps = 20;
    double lambda = 3;
    int deepfool_steps = 50;
    static constexpr auto schema() {
      return mlsec::schema(
          field("steps", &Options::steps, "Largest number of steps.").range(1, 100000),
          field("lambda", &Options::lambda, "How far beyond the boundary it goes, relative to DeepFool's step.")
              .range(1, 100),
          field("deepfoolSteps", &Options::deepfool_steps, "Largest number of steps to find the boundary.")
              .range(1, 100000)
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
