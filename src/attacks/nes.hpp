// Gradients estimated from scores.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Ilyas et al., "Black-box adversarial attacks with limited queries and information", 2018, algorithm 1, in the place
/// of the gradient of projected gradient descent.
struct Nes {
  static constexpr std::string_view id = "nes";
  static constexpr std::string_view name = "Natural evolution strategies";
  static constexpr std::string_view summary =
      "Projected descent along a gradient estimated by random differences of scores.";
  static constexpr Paper paper{"Black-box Adversarial Attacks with Limited Queries and Information",
                               "Ilyas, Engstrom, Athalye, Lin", 2018, "arXiv:1804.08598"};
  static constexpr Traits traits{.needs = Needs::scores, .goal = Goal::fixed_budget, .targeted = true, .random = true};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    int steps = 100;
    std::optional<double> step_size;
    int samples = 100;
    double sigma = 0.001;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm), epsilon_field(&Options::epsilon),
          field("steps", &Options::steps, "Number of steps.").range(1, 100000),
          field("stepSize", &Options::step_size, "Length of one step in the norm.")
              .range(0, 1e6)
              .in("input units")
              .otherwise("2.5 epsilon / steps")
              .for_experts(),
          field("samples", &Options::samples, "How many points an estimate takes.").range(2, 100000),
          field("sigma", &Options::sigma, "How far away they are, relative to the box.").range(1e-9, 10));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
