// Elastic net.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Chen et al., "EAD: elastic-net attacks to deep neural networks via adversarial examples", 2018: c f + ||d||^2 in l2
/// + beta ||d|| in l1 by FISTA with shrinking (equations 4 to 8), and a search for c as Carlini and Wagner's, but that
/// it begins with a c that moves something.
struct Ead {
  static constexpr std::string_view id = "ead";
  static constexpr std::string_view name = "Elastic-net attack";
  static constexpr std::string_view summary = "Minimises a mixture of l1 and l2, which leaves most features unchanged.";
  static constexpr Paper paper{"EAD: Elastic-Net Attacks to Deep Neural Networks via Adversarial Examples",
                               "Chen, Sharma, Zhang, Yi, Hsieh", 2018, "arXiv:1709.04114"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false};

  /// The l1 rule of the paper chooses the result.
  static constexpr threat::Norm norm = threat::Norm::l1;

  struct Options {
    int search_steps = 9;
    int steps = 1000;
    double learning_rate = 0.01;
    double initial_constant = 0.001;
    double beta = 0.01;
    double confidence = 0;
    bool abort_early = true;
    static constexpr auto schema() {
      return mlsec::schema(
          field("searchSteps", &Options::search_steps, "How often the weight c of the class term is adjusted.")
              .range(1, 30),
          field("steps", &Options::steps, "Optimisation steps for each weight.").range(1, 100000),
          field("learningRate", &Options::learning_rate, "First step size; it falls as the root of the steps left.")
              .range(1e-6, 10),
          field("initialConstant", &Options::initial_constant,
                "The first weight c, or more if that would leave every feature unchanged.")
              .range(1e-10, 1e10)
              .for_experts(),
          field("beta", &Options::beta,
                "By how much each step pulls every feature towards the original: the larger, the fewer change.")
              .range(0, 1e6),
          field("confidence", &Options::confidence, "By how much the adversarial class's logit must lead.")
              .range(0, 1e6)
              .for_experts(),
          field("abortEarly", &Options::abort_early, "Leave a weight when the objective stops falling.").for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
