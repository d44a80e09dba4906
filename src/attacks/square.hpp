// Random search with squares.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Andriushchenko et al., "Square attack: a query-efficient black-box adversarial attack via random search", 2020,
/// algorithms 1 to 3. Inputs that are no images are one row of features.
struct Square {
  static constexpr std::string_view id = "square";
  static constexpr std::string_view name = "Square attack";
  static constexpr std::string_view summary =
      "Random search that changes square patches of the perturbation, seeing nothing but scores.";
  static constexpr Paper paper{"Square Attack: A Query-Efficient Black-Box Adversarial Attack via Random Search",
                               "Andriushchenko, Croce, Flammarion, Hein", 2020, "arXiv:1912.00049"};
  static constexpr Traits traits{.needs = Needs::scores, .goal = Goal::fixed_budget, .targeted = true, .random = true};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    int steps = 5000;
    double first_share = 0.8;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm), epsilon_field(&Options::epsilon),
          field("steps", &Options::steps, "Number of proposals.").range(1, 1000000),
          field("firstShare", &Options::first_share, "The share of the image that the first squares cover.")
              .range(0, 1)
              .for_experts());
    }
  };

  /// `stream` names the random numbers, which other tries within an attempt must not share.
  static Task<Point> run(Attempt& attempt, const Options& options, std::string_view stream = "squares");
};

}  // namespace mlsec::attacks
