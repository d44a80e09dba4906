// Projected gradient descent against what is random.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/points_together.hpp"
#include "attacks/traits.hpp"
#include "base/result.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Athalye et al., "Synthesizing robust adversarial examples", 2018, section 2.1, expectation over transformation:
/// each step follows the mean gradient over random rotations and shifts of the image and random noise, bilinear and
/// with the lower bound beside the image. With noise alone it is the attack on smoothed models of Salman et al., 2019.
/// A model that answers at random is asked as often, with noise 0 at the same point. Whether the result succeeds is
/// asked of the model itself, without transformation.
struct EotPgd {
  static constexpr std::string_view id = "eot-pgd";
  static constexpr std::string_view name = "Expectation over transformation";
  static constexpr std::string_view summary =
      "Projected gradient descent along the mean gradient of randomly transformed inputs.";
  static constexpr Paper paper{"Synthesizing Robust Adversarial Examples", "Athalye, Engstrom, Ilyas, Kwok", 2018,
                               "arXiv:1707.07397"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::fixed_budget, .targeted = true, .random = true};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    int steps = 40;
    std::optional<double> step_size;
    int samples = 10;
    double noise = 0.1;
    double angle = 0;
    double shift = 0;
    bool random_start = true;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm, threat::Norm::linf, threat::Norm::l2, threat::Norm::l1),
          epsilon_field(&Options::epsilon, radius_in_three_norms),
          field("steps", &Options::steps, "Number of gradient steps.").range(1, 100000),
          field("stepSize", &Options::step_size, "Length of one step in the norm.")
              .range(0, 1e6)
              .in("input units")
              .otherwise("2.5 epsilon / steps")
              .for_experts(),
          field("samples", &Options::samples, "How many gradients are averaged for a step.").range(1, 10000),
          field("noise", &Options::noise,
                "Standard deviation of the normal noise that is added, relative to the range of the model's inputs.")
              .range(0, 10),
          field("angle", &Options::angle, "Largest rotation of images either way.").range(0, 180).in("degrees"),
          field("shift", &Options::shift, "Largest shift of images in rows and columns.").range(0, 1000).in("pixels"),
          field("randomStart", &Options::random_start, "Start at a random point of the ball instead of the original.")
              .for_experts());
    }
  };

  /// All points of a step are in memory together.
  static Result<void> check_features(const Options& options, std::size_t features) {
    return check_points_together("samples", options.samples, features);
  }

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
