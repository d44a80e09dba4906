// An ensemble that judges robustness.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Two of those of the authors' program. Its third, for models that answer at random, has no use here: models with
/// gradients always answer the same.
enum class AutoAttackVersion { standard, plus };
constexpr std::array<std::string_view, 2> enum_names(AutoAttackVersion) { return {"standard", "plus"}; }

/// Croce and Hein, 2020, section 6: auto-PGD on the cross-entropy, auto-PGD on the ratio towards each class, FAB
/// towards each class, and Square, one after the other until one succeeds. In l1 without Square, which the paper has in
/// linf and l2. `plus`: both losses of auto-PGD and Square five times each, and FAB without a target, before the
/// targeted ones (FAB has no random start, so once is all).
struct AutoAttack {
  static constexpr std::string_view id = "autoattack";
  static constexpr std::string_view name = "AutoAttack";
  static constexpr std::string_view summary =
      "Four attacks without parameters, one after the other: the usual measure of robustness.";
  static constexpr Paper paper{
      "Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks", "Croce, Hein",
      2020, "arXiv:2003.01690"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::fixed_budget, .targeted = true, .random = true};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    AutoAttackVersion version = AutoAttackVersion::standard;
    int steps = 100;
    int target_classes = 9;
    int square_steps = 5000;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm, threat::Norm::linf, threat::Norm::l2, threat::Norm::l1),
          epsilon_field(&Options::epsilon, radius_in_three_norms),
          field("version", &Options::version,
                "The standard four attacks, or also untargeted ones with restarts, which is much slower."),
          field("steps", &Options::steps, "Number of steps of each attack with gradients, for each class aimed at.")
              .range(1, 100000),
          field("targetClasses", &Options::target_classes, "How many classes the targeted attacks aim at.")
              .range(1, 1e6)
              .for_experts(),
          field("squareSteps", &Options::square_steps, "Number of proposals of Square.")
              .range(1, 1000000)
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
