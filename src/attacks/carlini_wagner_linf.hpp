// The attack of Carlini and Wagner in the linf norm.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Carlini and Wagner, 2017, section VI-C: c f(x + d) + the sum of what changes exceed tau, which falls after each
/// success; c doubles until there is one. The paper's factor is 0.9; 0.97 comes nearer for a few questions more, as
/// each search begins where the last succeeded.
struct CarliniWagnerLinf {
  static constexpr std::string_view id = "carlini-wagner-linf";
  static constexpr std::string_view name = "Carlini and Wagner (linf)";
  static constexpr std::string_view summary =
      "Minimises the largest change by punishing all changes above a threshold that falls.";
  static constexpr Paper paper{"Towards Evaluating the Robustness of Neural Networks", "Carlini, Wagner", 2017,
                               "arXiv:1608.04644"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false};

  static constexpr threat::Norm norm = threat::Norm::linf;

  struct Options {
    int steps = 1000;
    double learning_rate = 0.005;
    double initial_constant = 1e-5;
    double largest_constant = 20;
    double threshold_factor = 0.97;
    static constexpr auto schema() {
      return mlsec::schema(
          field("steps", &Options::steps, "Optimisation steps for each weight and threshold.").range(1, 100000),
          field("learningRate", &Options::learning_rate, "Step size of Adam.").range(1e-6, 10),
          field("initialConstant", &Options::initial_constant, "The first weight c.").range(1e-10, 1e10).for_experts(),
          field("largestConstant", &Options::largest_constant, "The weight c at which it gives up.")
              .range(1e-10, 1e10)
              .for_experts(),
          field("thresholdFactor", &Options::threshold_factor, "Factor of the threshold after a success.")
              .range(0.01, 0.999)
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
