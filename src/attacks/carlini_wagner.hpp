// The attack of Carlini and Wagner in the l2 norm.
#pragma once

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Minimises ||delta||^2 + c f(x + delta) by Adam over w, x + delta = tanh(w) scaled to the box, with a search for the
/// smallest c that succeeds: Carlini and Wagner, "Towards evaluating the robustness of neural networks", 2017,
/// section VI-A, with their f6. As long as nothing succeeds, steps that were too few to get anywhere are doubled in
/// length.
struct CarliniWagner {
  static constexpr std::string_view id = "carlini-wagner";
  static constexpr std::string_view name = "Carlini and Wagner (l2)";
  static constexpr std::string_view summary =
      "Searches for the smallest perturbation that changes the class, by optimisation.";
  static constexpr Paper paper{"Towards Evaluating the Robustness of Neural Networks", "Carlini, Wagner", 2017,
                               "arXiv:1608.04644"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false};
  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    int search_steps = 9;
    int steps = 1000;
    double learning_rate = 0.01;
    double initial_constant = 0.001;
    double confidence = 0;
    bool abort_early = true;
    static constexpr auto schema() {
      return mlsec::schema(
          field("searchSteps", &Options::search_steps, "How often the weight c of the class term is adjusted.")
              .range(1, 30),
          field("steps", &Options::steps, "Optimisation steps for each weight.").range(1, 100000),
          field("learningRate", &Options::learning_rate, "Step size of Adam at first.").range(1e-6, 10),
          field("initialConstant", &Options::initial_constant, "The first weight c.").range(1e-10, 1e10).for_experts(),
          field("confidence", &Options::confidence, "By how much the adversarial class's logit must lead.")
              .range(0, 1e6)
              .for_experts(),
          field("abortEarly", &Options::abort_early, "Leave a weight when the objective stops falling.").for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
