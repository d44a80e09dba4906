// Auto-PGD.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

enum class ApgdLoss { cross_entropy, dlr, targeted_dlr };
constexpr std::array<std::string_view, 3> enum_names(ApgdLoss) { return {"cross-entropy", "dlr", "targeted-dlr"}; }

/// Croce and Hein, "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks",
/// 2020, algorithm 1; for l1 "Mind the box: l1-APGD for sparse adversarial attacks on image classifiers", 2021,
/// arXiv:2103.01208, algorithm 1 with the radii of its section 4.4.
struct Apgd {
  static constexpr std::string_view id = "apgd";
  static constexpr std::string_view name = "Auto-PGD";
  static constexpr std::string_view summary =
      "Projected gradient descent that chooses its steps itself, with momentum and returns to the best point.";
  static constexpr Paper paper{
      "Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks", "Croce, Hein",
      2020, "arXiv:2003.01690"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::fixed_budget, .targeted = true, .random = true};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    int steps = 100;
    ApgdLoss loss = ApgdLoss::cross_entropy;
    int target_classes = 9;
    double rho = 0.75;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm, threat::Norm::linf, threat::Norm::l2, threat::Norm::l1),
          epsilon_field(&Options::epsilon, radius_in_three_norms),
          field("steps", &Options::steps, "Number of gradient steps, for each class aimed at.").range(1, 100000),
          field(
              "loss", &Options::loss,
              "What is increased: the cross-entropy, the difference of logits ratio, or that ratio towards each of the "
              "most likely wrong classes in turn."),
          field("targetClasses", &Options::target_classes, "How many classes the targeted ratio aims at.")
              .range(1, 1e6)
              .for_experts(),
          field("rho", &Options::rho, "The share of steps that must increase the loss, lest steps be halved.")
              .range(0, 1)
              .for_experts());
    }
  };

  /// `stream` names the random numbers, which other tries within an attempt must not share.
  static Task<Point> run(Attempt& attempt, const Options& options, std::string_view stream = "start");
};

}  // namespace mlsec::attacks
