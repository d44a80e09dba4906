// The options that every attack on a set has, because its driver serves them.
#pragma once

#include <optional>

#include "base/schema.hpp"

namespace mlsec::attacks {

struct SetAttackOptions {
  std::optional<int> target;
  std::int64_t seed = 0;
  std::optional<std::int64_t> maximum_queries, maximum_gradients;
  std::optional<double> maximum_seconds;

  static constexpr auto schema() {
    return mlsec::schema(
        field("target", &SetAttackOptions::target, "The class that all samples shall be taken for.")
            .range(0, 1e6)
            .otherwise("any other than the model's answer to each"),
        field("seed", &SetAttackOptions::seed, "Chooses the random numbers; the same seed gives the same result.")
            .range(0, 9007199254740991.0),
        field("maxQueries", &SetAttackOptions::maximum_queries,
              "Model evaluations after which the best so far is the result.")
            .range(1, 1e15)
            .otherwise("no limit")
            .for_experts(),
        field("maxGradients", &SetAttackOptions::maximum_gradients,
              "Gradients after which the best so far is the result.")
            .range(1, 1e15)
            .otherwise("no limit")
            .for_experts(),
        field("maxSeconds", &SetAttackOptions::maximum_seconds, "Time after which the best so far is the result.")
            .range(0, 1e9)
            .in("seconds")
            .otherwise("no limit")
            .for_experts());
  }
};

}  // namespace mlsec::attacks
