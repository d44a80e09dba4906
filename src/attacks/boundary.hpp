// The boundary attack: labels only.
#pragma once

#include "attacks/adversarial_start.hpp"
#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// A random walk along the decision boundary towards the original: Brendel, Rauber and Bethge, "Decision-based
/// adversarial attacks", 2018.
struct Boundary {
  static constexpr std::string_view id = "boundary";
  static constexpr std::string_view name = "Boundary attack";
  static constexpr std::string_view summary =
      "Walks along the decision boundary towards the original, seeing nothing but labels.";
  static constexpr Paper paper{
      "Decision-Based Adversarial Attacks: Reliable Attacks Against Black-Box Machine Learning Models",
      "Brendel, Rauber, Bethge", 2018, "arXiv:1712.04248"};
  static constexpr Traits traits{.needs = Needs::labels, .goal = Goal::minimum_norm, .targeted = true, .random = true};
  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    int steps = 5000;
    double spherical_step = 0.01;
    double source_step = 0.01;
    double adaptation = 1.5;
    int start_tries = 200;
    std::optional<NumberArray> starts;
    static constexpr auto schema() {
      return mlsec::schema(
          field("steps", &Options::steps, "Number of proposals.").range(1, 1000000),
          field("sphericalStep", &Options::spherical_step, "First size of the sideways step, relative to the distance.")
              .range(1e-7, 1)
              .for_experts(),
          field("sourceStep", &Options::source_step,
                "First size of the step towards the original, relative to the distance.")
              .range(1e-7, 1)
              .for_experts(),
          field("adaptation", &Options::adaptation, "Factor by which both steps grow and shrink.")
              .range(1, 10)
              .for_experts(),
          start_tries_field(&Options::start_tries), starts_field(&Options::starts));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
