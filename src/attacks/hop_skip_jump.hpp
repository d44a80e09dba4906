// Gradients of the boundary from labels alone.
#pragma once

#include <optional>

#include "attacks/adversarial_start.hpp"
#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Chen, Jordan and Wainwright, "HopSkipJumpAttack: a query-efficient decision-based attack", 2020, algorithm 2.
struct HopSkipJump {
  static constexpr std::string_view id = "hop-skip-jump";
  static constexpr std::string_view name = "HopSkipJump";
  static constexpr std::string_view summary =
      "Estimates the direction of the decision boundary from labels alone, and jumps along it.";
  static constexpr Paper paper{"HopSkipJumpAttack: A Query-Efficient Decision-Based Attack", "Chen, Jordan, Wainwright",
                               2020, "arXiv:1904.02144"};
  static constexpr Traits traits{.needs = Needs::labels, .goal = Goal::minimum_norm, .targeted = true, .random = true};

  struct Options {
    threat::Norm norm = threat::Norm::l2;
    int steps = 64;
    int first_evaluations = 100;
    int most_evaluations = 10000;
    double gamma = 1;
    int start_tries = 200;
    std::optional<NumberArray> starts;
    static constexpr auto schema() {
      return mlsec::schema(norm_field(&Options::norm, threat::Norm::l2, threat::Norm::linf),
                           field("steps", &Options::steps, "Number of jumps.").range(1, 100000),
                           field("firstEvaluations", &Options::first_evaluations,
                                 "How many labels the first estimate takes; later ones grow as the root of the jumps.")
                               .range(1, 1000000),
                           field("mostEvaluations", &Options::most_evaluations, "The most labels an estimate takes.")
                               .range(1, 1000000)
                               .for_experts(),
                           field("gamma", &Options::gamma, "Where the search along the way to the original ends.")
                               .range(1e-9, 1e9)
                               .for_experts(),
                           start_tries_field(&Options::start_tries), starts_field(&Options::starts));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
