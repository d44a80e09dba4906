// An image that a layer takes for another one.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"
#include "base/value.hpp"

namespace mlsec::attacks {

/// Sabour et al., "Adversarial manipulation of deep representations", 2016, equations 1 and 2: the point within the
/// ball whose activations of one layer are nearest to those of a guide. In the place of L-BFGS-B it takes steps of
/// Adam, which shrink along half a cosine, each followed by a projection.
struct FeatureAdversary {
  static constexpr std::string_view id = "feature-adversary";
  static constexpr std::string_view name = "Feature adversaries";
  static constexpr std::string_view summary =
      "Makes an inner layer see another image, the guide, where hardly anything has changed.";
  static constexpr Paper paper{"Adversarial Manipulation of Deep Representations", "Sabour, Cao, Faghri, Fleet", 2016,
                               "arXiv:1511.05122"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::fixed_budget, .targeted = true, .random = true, .activations = true};

  static constexpr threat::Norm norm = threat::Norm::linf;

  struct Options {
    std::optional<double> epsilon;
    int steps = 100;
    std::optional<double> step_size;
    int layer = -2;
    std::optional<NumberArray> guides;
    int guide_tries = 100;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          epsilon_field(&Options::epsilon, "0.3"),
          field("steps", &Options::steps, "Number of gradient steps.").range(1, 100000),
          field("stepSize", &Options::step_size, "How far a feature goes in the first step.")
              .range(0, 1e6)
              .in("input units")
              .otherwise("epsilon / 5")
              .for_experts(),
          field("layer", &Options::layer, "The layer, by index; from the end where it is negative.").range(-1e6, 1e6),
          field("guides", &Options::guides, "An image for each sample that its activations are to be led to.")
              .otherwise("random images of which the model is most certain that they are of a wrong class")
              .one_a_sample(),
          field("guideTries", &Options::guide_tries, "How many random images are tried as a guide.")
              .range(1, 100000)
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
