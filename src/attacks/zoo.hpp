// Coordinate descent on scores.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Chen et al., "ZOO: zeroth order optimization based black-box attacks", 2017, algorithms 1 and 2: the objective of
/// Carlini and Wagner, its slopes measured in a few features at a time, each of which has an Adam of its own.
struct Zoo {
  static constexpr std::string_view id = "zoo";
  static constexpr std::string_view name = "Zeroth-order optimisation";
  static constexpr std::string_view summary =
      "The optimisation of Carlini and Wagner with slopes measured by differences of scores.";
  static constexpr Paper paper{"ZOO: Zeroth Order Optimization Based Black-box Attacks",
                               "Chen, Zhang, Sharma, Yi, Hsieh", 2017, "arXiv:1708.03999"};
  static constexpr Traits traits{.needs = Needs::scores, .goal = Goal::minimum_norm, .targeted = true, .random = true};

  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    int search_steps = 9;
    int steps = 1000;
    int coordinates = 128;
    double learning_rate = 0.01;
    double initial_constant = 0.001;
    double probe = 0.0001;
    static constexpr auto schema() {
      return mlsec::schema(
          field("searchSteps", &Options::search_steps, "How often the weight c of the class term is adjusted.")
              .range(1, 30),
          field("steps", &Options::steps, "Steps for each weight.").range(1, 100000),
          field("coordinates", &Options::coordinates, "How many features a step moves, for two scores each.")
              .range(1, 100000),
          field("learningRate", &Options::learning_rate, "Step size of Adam.").range(1e-6, 10),
          field("initialConstant", &Options::initial_constant, "The first weight c.").range(1e-10, 1e10).for_experts(),
          field("probe", &Options::probe, "By how much a feature is changed to measure its slope.")
              .range(1e-9, 1)
              .in("input units")
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
