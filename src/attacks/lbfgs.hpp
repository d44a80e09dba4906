// Box-constrained L-BFGS.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Szegedy et al., "Intriguing properties of neural networks", 2014, section 4.1: minimises c ||d|| in l2, squared, +
/// the loss in the box by limited-memory BFGS (steps projected to the box, in the features that are not held by it) and
/// searches for the largest c that succeeds. The paper always aims at a class; untargeted, the loss is that of any
/// class but the label, -log(1 - p(label)).
struct Lbfgs {
  static constexpr std::string_view id = "lbfgs";
  static constexpr std::string_view name = "L-BFGS attack";
  static constexpr std::string_view summary =
      "The first attack of all: a quasi-Newton search for a small perturbation.";
  static constexpr Paper paper{"Intriguing Properties of Neural Networks",
                               "Szegedy, Zaremba, Sutskever, Bruna, Erhan, Goodfellow, Fergus", 2014,
                               "arXiv:1312.6199"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false};

  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    int search_steps = 9;
    int steps = 100;
    double initial_constant = 0.01;
    static constexpr auto schema() {
      return mlsec::schema(
          field("searchSteps", &Options::search_steps,
                "How often the weight of the loss beside the distance is adjusted.")
              .range(1, 30),
          field("steps", &Options::steps, "Optimisation steps for each weight.").range(1, 100000),
          field("initialConstant", &Options::initial_constant, "The first weight.").range(1e-10, 1e10).for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
