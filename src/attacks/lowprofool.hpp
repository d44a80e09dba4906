// Imperceptible changes of tables.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Ballet et al., "Imperceptible adversarial attacks on tabular data", 2019, algorithm 1: the loss towards the wanted
/// class plus lambda times the length of the change, its features weighted by how much a reader would look at them.
struct LowProFool {
  static constexpr std::string_view id = "lowprofool";
  static constexpr std::string_view name = "LowProFool";
  static constexpr std::string_view summary = "Changes the features of a table that people look at least.";
  static constexpr Paper paper{"Imperceptible Adversarial Attacks on Tabular Data",
                               "Ballet, Renard, Aigrain, Laugel, Frossard, Detyniecki", 2019, "arXiv:1911.03274"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false};

  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    int steps = 100;
    double step_size = 0.2;
    double lambda = 1.5;
    double decay = 0.95;
    std::optional<std::vector<double>> importance;
    static constexpr auto schema() {
      return mlsec::schema(
          field("steps", &Options::steps, "Number of gradient steps.").range(1, 100000),
          field("stepSize", &Options::step_size, "First factor of the gradient.").range(1e-9, 1e6),
          field("lambda", &Options::lambda, "The weight of the change's length.").range(0, 1e6),
          field("decay", &Options::decay, "Factor of the step size after each step.").range(0.1, 1).for_experts(),
          field("importance", &Options::importance, "How much each feature is looked at; one number a feature.")
              .range(0, 1e6)
              .otherwise("all alike"));
    }
  };

  static Result<void> check_features(const Options& options, std::size_t features);
  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
