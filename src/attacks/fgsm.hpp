// Fast gradient sign method.
#pragma once

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// x + epsilon * sign(gradient of the loss): Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial
/// examples", 2015, section 4; in the other norms the steepest step. With a random share it is the R+FGSM of Tramer et
/// al., "Ensemble adversarial training", 2018, section 4.1; aimed at the least likely class the one-step method of
/// Kurakin, Goodfellow and Bengio, 2017.
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
    double random_share = 0;
    bool least_likely = false;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm, threat::Norm::linf, threat::Norm::l2, threat::Norm::l1),
          epsilon_field(&Options::epsilon, radius_in_three_norms),
          field(
              "randomShare", &Options::random_share,
              "The share of epsilon that goes into a step along random signs before the gradient is asked for (R+FGSM "
              "has a half).")
              .range(0, 1)
              .for_experts(),
          field("leastLikely", &Options::least_likely, "Aim at the class with the smallest logit.").for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
