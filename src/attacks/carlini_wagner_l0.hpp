// The attack of Carlini and Wagner in the l0 norm.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Carlini and Wagner, 2017, section VI-B: the attack in l2 over a set of features that shrinks. After each success the
/// features that contribute least to it, by gradient times change, are set back and fixed.
struct CarliniWagnerL0 {
  static constexpr std::string_view id = "carlini-wagner-l0";
  static constexpr std::string_view name = "Carlini and Wagner (l0)";
  static constexpr std::string_view summary = "Drops the features that contribute least, again and again.";
  static constexpr Paper paper{"Towards Evaluating the Robustness of Neural Networks", "Carlini, Wagner", 2017,
                               "arXiv:1608.04644"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false};

  static constexpr threat::Norm norm = threat::Norm::l0;

  struct Options {
    int steps = 1000;
    double learning_rate = 0.01;
    double initial_constant = 1e-3;
    double largest_constant = 2e6;
    static constexpr auto schema() {
      return mlsec::schema(
          field("steps", &Options::steps, "Optimisation steps for each weight and set of features.").range(1, 100000),
          field("learningRate", &Options::learning_rate, "Step size of Adam.").range(1e-6, 10),
          field("initialConstant", &Options::initial_constant, "The first weight c.").range(1e-10, 1e10).for_experts(),
          field("largestConstant", &Options::largest_constant, "The weight c at which it gives up.")
              .range(1e-10, 1e10)
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
