// The options that every attack has, because the driver serves them.
#pragma once

#include <optional>
#include <vector>

#include "base/schema.hpp"

namespace mlsec::attacks {

template <class Options>
constexpr auto labels_field(std::optional<std::vector<int>> Options::* member) {
  return field("labels", member, "The true class of each sample.")
      .range(0, 1e6)
      .otherwise("the model's own predictions")
      .one_a_sample();
}

/// What samples without a target of their own are led to.
enum class Aim { any_wrong_class, least_likely };
constexpr std::array<std::string_view, 2> enum_names(Aim) { return {"any-wrong-class", "least-likely"}; }

/// Where gradients come from.
enum class GradientSource { model, estimated };
constexpr std::array<std::string_view, 2> enum_names(GradientSource) { return {"model", "estimated"}; }

struct AttackOptions {
  std::optional<std::vector<int>> labels;
  std::optional<std::vector<int>> targets;
  Aim aim = Aim::any_wrong_class;
  GradientSource gradient = GradientSource::model;
  int gradient_samples = 100;
  double gradient_step = 0.01;
  int top = 1;
  double least_probability = 0;
  std::optional<NumberArray> mask, lower_bounds, upper_bounds;
  std::optional<std::vector<int>> immutable, increase_only, decrease_only, integer;
  std::optional<std::vector<std::vector<int>>> one_hot;
  std::int64_t seed = 0;
  int restarts = 1;
  int epsilon_search = 0;
  std::optional<std::int64_t> maximum_queries, maximum_gradients;
  std::optional<double> maximum_seconds;
  std::optional<int> representable;
  bool trajectory = false;

  static constexpr auto schema() {
    return mlsec::schema(
        labels_field(&AttackOptions::labels),
        field("targets", &AttackOptions::targets, "The class each sample shall be taken for.")
            .range(0, 1e6)
            .otherwise("any wrong class")
            .one_a_sample(),
        field("aim", &AttackOptions::aim,
              "What samples without targets are led to: any wrong class, or the one the model holds for least likely.")
            .for_experts(),
        field("gradient", &AttackOptions::gradient,
              "Where gradients come from: the model, or differences of its scores, for models that give no more.")
            .for_experts(),
        field("gradientSamples", &AttackOptions::gradient_samples,
              "How many points an estimated gradient takes; with two for each feature it is exact up to the step.")
            .range(2, 1e6)
            .for_experts(),
        field("gradientStep", &AttackOptions::gradient_step,
              "By how much features are changed for an estimate, relative to the range of the model's inputs.")
            .range(1e-6, 0.5)
            .for_experts(),
        field("topK", &AttackOptions::top,
              "Success takes that the label is not among so many of the likeliest classes; with targets, that the "
              "target is.")
            .range(1, 1e6)
            .for_experts(),
        field("minProbability", &AttackOptions::least_probability,
              "Success takes that the model gives the wrong class, or the target, at least this probability.")
            .range(0, 1)
            .for_experts(),
        field("mask", &AttackOptions::mask, "Which features may change: 1, or 0 for those that may not.")
            .range(0, 1)
            .otherwise("all may")
            .one_a_feature()
            .for_experts(),
        field("lowerBounds", &AttackOptions::lower_bounds, "The least that each feature may be.")
            .otherwise("the model's own bound")
            .one_a_feature()
            .for_experts(),
        field("upperBounds", &AttackOptions::upper_bounds, "The most that each feature may be.")
            .otherwise("the model's own bound")
            .one_a_feature()
            .for_experts(),
        field("immutable", &AttackOptions::immutable, "The features, by index, that may not change.")
            .range(0, 1e9)
            .otherwise("none")
            .for_experts(),
        field("increaseOnly", &AttackOptions::increase_only, "The features, by index, that may only grow.")
            .range(0, 1e9)
            .otherwise("none")
            .for_experts(),
        field("decreaseOnly", &AttackOptions::decrease_only, "The features, by index, that may only shrink.")
            .range(0, 1e9)
            .otherwise("none")
            .for_experts(),
        field("integer", &AttackOptions::integer, "The features, by index, that are whole numbers and stay so.")
            .range(0, 1e9)
            .otherwise("none")
            .for_experts(),
        field("oneHot", &AttackOptions::one_hot,
              "Groups of features, by index, of each of which one is 1 and the others are 0.")
            .range(0, 1e9)
            .otherwise("none")
            .for_experts(),
        field("seed", &AttackOptions::seed, "Chooses the random numbers; the same seed gives the same result.")
            .range(0, 9007199254740991.0),
        field("restarts", &AttackOptions::restarts, "Tries for each sample, each with other random numbers.")
            .range(1, 10000),
        field("epsilonSearch", &AttackOptions::epsilon_search,
              "Bisection steps towards the smallest epsilon that succeeds for each sample; 0 attacks once, at epsilon.")
            .range(0, 40)
            .in("steps")
            .for_experts(),
        field("maxQueries", &AttackOptions::maximum_queries, "Model evaluations after which a sample is given up.")
            .range(1, 1e15)
            .otherwise("no limit")
            .for_experts(),
        field("maxGradients", &AttackOptions::maximum_gradients, "Gradients after which a sample is given up.")
            .range(1, 1e15)
            .otherwise("no limit")
            .for_experts(),
        field("maxSeconds", &AttackOptions::maximum_seconds, "Time after which the samples still in work are given up.")
            .range(0, 1e9)
            .in("seconds")
            .otherwise("no limit")
            .for_experts(),
        field("representable", &AttackOptions::representable,
              "Round results to this many bits a value, so that they survive being saved as an image.")
            .range(1, 16)
            .in("bits")
            .otherwise("no rounding")
            .for_experts(),
        field("trajectory", &AttackOptions::trajectory,
              "Also return the points the attack visited, and the margin at each, at most 1000 a sample.")
            .for_experts());
  }
};

}  // namespace mlsec::attacks
