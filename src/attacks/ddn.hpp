// Direction and norm, decoupled.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Rony et al., "Decoupling direction and norm for efficient gradient-based l2 adversarial attacks and defenses", 2019,
/// algorithm 1. Rounding to levels is the option `representable` of every attack.
struct Ddn {
  static constexpr std::string_view id = "ddn";
  static constexpr std::string_view name = "Decoupled direction and norm";
  static constexpr std::string_view summary =
      "Follows the gradient on a sphere that shrinks after each success and grows after each failure.";
  static constexpr Paper paper{
      "Decoupling Direction and Norm for Efficient Gradient-Based L2 Adversarial Attacks and Defenses",
      "Rony, Hafemann, Oliveira, Ben Ayed, Sabourin, Granger", 2019, "arXiv:1811.09600"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false};

  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    int steps = 100;
    double gamma = 0.05;
    double initial_epsilon = 1;
    static constexpr auto schema() {
      return mlsec::schema(field("steps", &Options::steps, "Number of gradient steps.").range(1, 100000),
                           field("gamma", &Options::gamma, "By what share the radius shrinks and grows.")
                               .range(1e-6, 0.99)
                               .for_experts(),
                           field("initialEpsilon", &Options::initial_epsilon, "The first radius.")
                               .range(1e-9, 1e6)
                               .in("input units")
                               .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
