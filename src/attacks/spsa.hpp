// Gradients estimated from scores.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Uesato et al., "Adversarial risk and the dangers of evaluating against weak attacks", 2018, section 4: simultaneous
/// perturbation stochastic approximation of the margin, followed by Adam within the ball.
struct Spsa {
  static constexpr std::string_view id = "spsa";
  static constexpr std::string_view name = "SPSA";
  static constexpr std::string_view summary =
      "Adam along slopes measured by changing all features at once, up or down.";
  static constexpr Paper paper{"Adversarial Risk and the Dangers of Evaluating Against Weak Attacks",
                               "Uesato, O'Donoghue, van den Oord, Kohli", 2018, "arXiv:1802.05666"};
  static constexpr Traits traits{.needs = Needs::scores, .goal = Goal::fixed_budget, .targeted = true, .random = true};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    int steps = 100;
    double learning_rate = 0.01;
    int samples = 128;
    double delta = 0.01;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(norm_field(&Options::norm), epsilon_field(&Options::epsilon),
                           field("steps", &Options::steps, "Number of steps.").range(1, 100000),
                           field("learningRate", &Options::learning_rate, "Step size of Adam.").range(1e-6, 10),
                           field("samples", &Options::samples, "How many points an estimate takes.").range(2, 100000),
                           field("delta", &Options::delta, "By how much features are changed for it.")
                               .range(1e-9, 1e6)
                               .in("input units"));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
