// Descent in l1 along few features.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Tramer and Boneh, "Adversarial training and robustness for multiple perturbations", 2019, algorithm 1: each step
/// goes along the features whose slopes are above a quantile and whose box lets them go.
struct SparseL1Descent {
  static constexpr std::string_view id = "sparse-l1-descent";
  static constexpr std::string_view name = "Sparse l1 descent";
  static constexpr std::string_view summary =
      "Steps along the few features with the steepest slopes, within a ball of l1.";
  static constexpr Paper paper{"Adversarial Training and Robustness for Multiple Perturbations", "Tramer, Boneh", 2019,
                               "arXiv:1904.13000"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::fixed_budget, .targeted = true, .random = false};

  static constexpr threat::Norm norm = threat::Norm::l1;

  struct Options {
    std::optional<double> epsilon;
    int steps = 20;
    double step_size = 1;
    double quantile = 0.99;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          epsilon_field(&Options::epsilon, "10"),
          field("steps", &Options::steps, "Number of gradient steps.").range(1, 100000),
          field("stepSize", &Options::step_size, "Length of one step in l1.").range(0, 1e6).in("input units"),
          field("quantile", &Options::quantile, "The share of the features that a step leaves alone.").range(0, 1));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
