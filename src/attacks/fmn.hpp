// Fast minimum norm.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Pintor, Roli, Brendel and Biggio, "Fast minimum-norm adversarial attacks through adaptive norm constraints", 2021,
/// algorithm 1, with the final sizes of its section 3. The projections are those onto ball and box together; where
/// three steps have not succeeded, points are moved out to the sphere until one does, not for l0.
struct Fmn {
  static constexpr std::string_view id = "fmn";
  static constexpr std::string_view name = "Fast minimum-norm attack";
  static constexpr std::string_view summary =
      "Follows the gradient inside a ball whose radius is fitted to the decision boundary on the way.";
  static constexpr Paper paper{"Fast Minimum-norm Adversarial Attacks through Adaptive Norm Constraints",
                               "Pintor, Roli, Brendel, Biggio", 2021, "arXiv:2102.12827"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false};

  struct Options {
    threat::Norm norm = threat::Norm::l2;
    int steps = 100;
    double step_size = 1;
    double gamma = 0.05;
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm, threat::Norm::l0, threat::Norm::l1, threat::Norm::l2, threat::Norm::linf),
          field("steps", &Options::steps, "Number of gradient steps.").range(1, 100000),
          field("stepSize", &Options::step_size, "Length of the first step in l2.")
              .range(1e-9, 1e6)
              .in("input units")
              .for_experts(),
          field("gamma", &Options::gamma, "By what share the radius first shrinks and grows.")
              .range(1e-6, 0.99)
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
