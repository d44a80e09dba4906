// One perturbation for all samples, by gradient steps over batches of them.
#pragma once

#include <optional>

#include "attacks/epsilon.hpp"
#include "attacks/set_attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Shafahi, Najibi, Xu, Dickerson, Davis and Goldstein, "Universal adversarial training", 2020, algorithm 1: the mean
/// over a batch of the clipped loss (equation 4) is increased, each step in the steepest direction of the norm.
struct UniversalGradient {
  static constexpr std::string_view id = "universal-gradient";
  static constexpr std::string_view name = "Universal perturbation by gradients";
  static constexpr std::string_view summary =
      "Steps in the direction in which the mean loss of a batch of samples grows fastest.";
  static constexpr Paper paper{"Universal Adversarial Training", "Shafahi, Najibi, Xu, Dickerson, Davis, Goldstein",
                               2020, "arXiv:1811.11304"};
  static constexpr Traits traits{.needs = Needs::gradients, .random = true};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    int passes = 10;
    int batch_size = 64;
    std::optional<double> step_size;
    double loss_limit = 9;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm), epsilon_field(&Options::epsilon),
          field("passes", &Options::passes, "How often it goes through the samples.").range(1, 10000),
          field("batchSize", &Options::batch_size, "Samples for each step.").range(1, 65536).in("samples"),
          field("stepSize", &Options::step_size, "Length of one step in the norm.")
              .range(0, 1e6)
              .in("input units")
              .otherwise("a tenth of epsilon")
              .for_experts(),
          field("lossLimit", &Options::loss_limit, "The loss beyond which a sample is left alone.")
              .range(0, 1e6)
              .for_experts());
    }
  };

  static Task<Finished> run(SetAttempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
