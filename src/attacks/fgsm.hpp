// Fast gradient sign method.
#pragma once

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// x + epsilon * sign(gradient of the loss): Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial
/// examples", 2015, section 4. For l2 the step is epsilon along the normalised gradient.
struct Fgsm {
  static constexpr std::string_view id = "fgsm";
  static constexpr std::string_view name = "Fast gradient sign method";
  static constexpr std::string_view summary =
      "One step of size epsilon in the direction in which the loss grows fastest.";
  static constexpr Paper paper{"Explaining and Harnessing Adversarial Examples", "Goodfellow, Shlens, Szegedy", 2015,
                               "arXiv:1412.6572"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::fixed_budget, .targeted = true, .random = false};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(norm_field(&Options::norm), epsilon_field(&Options::epsilon));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
