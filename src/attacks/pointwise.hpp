// Feature by feature back to the original.
#pragma once

#include <optional>

#include "attacks/adversarial_start.hpp"
#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Schott, Rauber, Bethge and Brendel, "Towards the first adversarially robust neural network model on MNIST", 2019,
/// appendix: from noise that is adversarial, features are set back in random order as long as the class stays; then
/// what remains of each change is halved. The start is salt and pepper, of as little as is enough.
struct Pointwise {
  static constexpr std::string_view id = "pointwise";
  static constexpr std::string_view name = "Pointwise attack";
  static constexpr std::string_view summary =
      "Sets every feature back to the original for which the class stays wrong.";
  static constexpr Paper paper{"Towards the First Adversarially Robust Neural Network Model on MNIST",
                               "Schott, Rauber, Bethge, Brendel", 2019, "arXiv:1805.09190"};
  static constexpr Traits traits{.needs = Needs::labels, .goal = Goal::minimum_norm, .targeted = true, .random = true};

  static constexpr threat::Norm norm = threat::Norm::l0;

  struct Options {
    int rounds = 5;
    int start_tries = 200;
    std::optional<NumberArray> starts;
    static constexpr auto schema() {
      return mlsec::schema(
          field("rounds", &Options::rounds, "How often it goes through the features at most.").range(1, 1000),
          start_tries_field(&Options::start_tries, "How many noisy images are tried as a start."),
          starts_field(&Options::starts, "salt and pepper"));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
