// One perturbation for all samples, put together of the steps that single samples need.
#pragma once

#include <optional>

#include "attacks/epsilon.hpp"
#include "attacks/set_attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Moosavi-Dezfooli, Fawzi, Fawzi and Frossard, "Universal adversarial perturbations", 2017, algorithm 1. The inner
/// step is DeepFool's (2016, algorithm 2) from where the perturbed sample lies, the shortest in l2 whatever the norm of
/// the perturbation (equation 1), within the box of valid inputs; with a target it goes to the boundary between the
/// present answer and the target.
struct Uap {
  static constexpr std::string_view id = "uap";
  static constexpr std::string_view name = "Universal perturbation";
  static constexpr std::string_view summary =
      "Goes through the samples and adds, for each that is not fooled yet, the smallest step that fools it.";
  static constexpr Paper paper{"Universal Adversarial Perturbations", "Moosavi-Dezfooli, Fawzi, Fawzi, Frossard", 2017,
                               "arXiv:1610.08401"};
  static constexpr Traits traits{.needs = Needs::gradients, .random = true};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    double delta = 0.2;
    int passes = 10;
    int steps = 10;
    double overshoot = 0.02;
    int candidates = 10;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm), epsilon_field(&Options::epsilon),
          field("delta", &Options::delta, "The share of samples that need not be fooled: it ends when so few are left.")
              .range(0, 1),
          field("passes", &Options::passes, "How often it goes through the samples at most.").range(1, 10000),
          field("steps", &Options::steps, "Steps towards the boundary of one sample at most.")
              .range(1, 1000)
              .for_experts(),
          field("overshoot", &Options::overshoot, "How much farther than to the boundary it goes, relative to the way.")
              .range(0, 10)
              .for_experts(),
          field("candidates", &Options::candidates, "How many classes, those of the largest logits, it may go to.")
              .range(1, 1e6)
              .for_experts());
    }
  };

  static Task<Finished> run(SetAttempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
