// All features a little, by differential evolution.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Kotyan and Vargas, "Adversarial robustness assessment: why in evaluation both L0 and Linf attacks are necessary",
/// 2022, section 3.2: the one-pixel attack's counterpart in linf, of whose two kinds of evolution this is the
/// differential one (Storn and Price, 1997; around the best candidate, without crossover, what leaves the ball being
/// put back). The paper's search for the smallest threshold is `epsilonSearch`.
struct Threshold {
  static constexpr std::string_view id = "threshold";
  static constexpr std::string_view name = "Threshold attack";
  static constexpr std::string_view summary = "Evolves a perturbation of all features, none beyond the threshold.";
  static constexpr Paper paper{
      "Adversarial Robustness Assessment: Why in Evaluation Both L0 and Linf Attacks Are Necessary", "Kotyan, Vargas",
      2022, "arXiv:1906.06026"};
  static constexpr Traits traits{.needs = Needs::scores, .goal = Goal::fixed_budget, .targeted = true, .random = true};

  static constexpr threat::Norm norm = threat::Norm::linf;

  struct Options {
    std::optional<double> epsilon;
    int population = 400;
    int generations = 100;
    double mutation = 0.5;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          epsilon_field(&Options::epsilon, "0.3"),
          field("population", &Options::population, "Number of candidates.").range(4, 100000),
          field("generations", &Options::generations, "Number of generations.").range(1, 100000),
          field("mutation", &Options::mutation, "How far candidates move by the difference of two others.")
              .range(0, 2)
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
