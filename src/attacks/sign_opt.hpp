// The distance along directions, from single labels.
#pragma once

#include <optional>

#include "attacks/adversarial_start.hpp"
#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Cheng et al., "Sign-OPT: a query-efficient hard-label adversarial attack", 2020, algorithm 1: descends the distance
/// to the boundary as a function of the direction, whose slopes are known by their signs. The authors probe at 0.001;
/// at 0.02 a probe's label depends more on the slope and less on how exactly the boundary is known.
struct SignOpt {
  static constexpr std::string_view id = "sign-opt";
  static constexpr std::string_view name = "Sign-OPT";
  static constexpr std::string_view summary =
      "Turns the direction towards the nearest boundary, one label for each trial direction.";
  static constexpr Paper paper{"Sign-OPT: A Query-Efficient Hard-label Adversarial Attack",
                               "Cheng, Singh, Chen, Chen, Liu, Hsieh", 2020, "arXiv:1909.10773"};
  static constexpr Traits traits{.needs = Needs::labels, .goal = Goal::minimum_norm, .targeted = true, .random = true};

  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    int steps = 100;
    int directions = 200;
    double step_size = 0.2;
    double probe = 0.02;
    int start_tries = 100;
    static constexpr auto schema() {
      return mlsec::schema(
          field("steps", &Options::steps, "Number of steps.").range(1, 100000),
          field("directions", &Options::directions, "How many trial directions a step asks about.").range(1, 100000),
          field("stepSize", &Options::step_size, "First step of the direction, adapted on the way.").range(1e-9, 1e3),
          field("probe", &Options::probe, "How far a trial direction turns.").range(1e-9, 1).for_experts(),
          start_tries_field(&Options::start_tries, "How many random directions are tried as a start."));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
