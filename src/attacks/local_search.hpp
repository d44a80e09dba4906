// Greedy search among the pixels near those that mattered last.
#pragma once

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Narodytska and Kasiviswanathan, "Simple black-box adversarial perturbations for deep networks", 2017, algorithm
/// LocSearchAdv. The paper measures what pixels matter by values outside the box; here each is tried at the value that
/// it would be given.
struct LocalSearch {
  static constexpr std::string_view id = "local-search";
  static constexpr std::string_view name = "Local search";
  static constexpr std::string_view summary = "Changes the pixels that matter most, then looks around them for others.";
  static constexpr Paper paper{"Simple Black-Box Adversarial Perturbations for Deep Networks",
                               "Narodytska, Kasiviswanathan", 2017, "arXiv:1612.06299"};
  static constexpr Traits traits{.needs = Needs::scores, .goal = Goal::minimum_norm, .targeted = true, .random = true};

  static constexpr threat::Norm norm = threat::Norm::l0;

  struct Options {
    double factor = 1.5;
    int reach = 5;
    int pixels = 5;
    int rounds = 150;
    static constexpr auto schema() {
      return mlsec::schema(
          field("factor", &Options::factor,
                "By what a pixel's distance from the middle of its range is multiplied; beyond one end of the range it "
                "goes on at the other.")
              .range(0, 2),
          field("reach", &Options::reach, "How far from the pixels changed last the next ones are looked for.")
              .range(1, 1000)
              .in("pixels"),
          field("pixels", &Options::pixels, "How many pixels are changed in a round.").range(1, 1000),
          field("rounds", &Options::rounds, "Number of rounds.").range(1, 100000));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
