// Newton's method on the label's probability.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Jang, Wu and Jha, "Objective metrics and gradient descent algorithms for adversarial examples in machine learning",
/// 2017, algorithm 1.
struct NewtonFool {
  static constexpr std::string_view id = "newtonfool";
  static constexpr std::string_view name = "NewtonFool";
  static constexpr std::string_view summary = "Lowers the probability of the label by steps of Newton's method.";
  static constexpr Paper paper{
      "Objective Metrics and Gradient Descent Algorithms for Adversarial Examples in Machine Learning", "Jang, Wu, Jha",
      2017, "doi:10.1145/3134600.3134635"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = false, .random = false};

  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    int steps = 100;
    double eta = 0.01;
    static constexpr auto schema() {
      return mlsec::schema(
          field("steps", &Options::steps, "Largest number of steps.").range(1, 100000),
          field("eta", &Options::eta, "Longest step, relative to the length of the input in l2.").range(1e-9, 1));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
