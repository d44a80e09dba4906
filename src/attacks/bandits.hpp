// Gradients estimated from scores.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Ilyas, Engstrom and Madry, "Prior convictions: black-box adversarial attacks with bandits and priors", 2019,
/// algorithms 1 to 3; with tiles, neighbouring pixels share their guess.
struct Bandits {
  static constexpr std::string_view id = "bandits";
  static constexpr std::string_view name = "Bandits";
  static constexpr std::string_view summary =
      "Keeps a running guess of the gradient and corrects it with two scores a step.";
  static constexpr Paper paper{"Prior Convictions: Black-box Adversarial Attacks with Bandits and Priors",
                               "Ilyas, Engstrom, Madry", 2019, "arXiv:1807.07978"};
  static constexpr Traits traits{.needs = Needs::scores, .goal = Goal::fixed_budget, .targeted = true, .random = true};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    int steps = 1000;
    std::optional<double> step_size;
    int tile = 1;
    double exploration = 1;
    double probe = 0.1;
    double guess_rate = 1;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm), epsilon_field(&Options::epsilon),
          field("steps", &Options::steps, "Number of steps, of two scores each.").range(1, 1000000),
          field("stepSize", &Options::step_size, "Length of one step in the norm.")
              .range(0, 1e6)
              .in("input units")
              .otherwise("epsilon / 10")
              .for_experts(),
          field("tile", &Options::tile, "Width of the tiles that share a guess.").range(1, 1000).in("pixels"),
          field("exploration", &Options::exploration, "How far beside the guess scores are asked for.")
              .range(1e-9, 100),
          field("probe", &Options::probe, "How far along the guess scores are asked for.")
              .range(1e-9, 100)
              .in("input units")
              .for_experts(),
          field("guessRate", &Options::guess_rate, "How fast the guess learns.").range(1e-9, 1e4).for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
