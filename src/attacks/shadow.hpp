// Large changes that look like lighting.
#pragma once

#include <optional>
#include <span>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/image.hpp"
#include "attacks/points_together.hpp"
#include "attacks/traits.hpp"
#include "base/result.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Ghiasi, Shafahi and Goldstein, "Breaking certified defenses: semantic adversarial examples with spoofed robustness
/// certificates", 2020, equation 1 with the penalties of section 3: perturbations as large as the
/// bounds allow, kept smooth, small in the mean and alike in all channels. The loss is averaged over normal noise,
/// under which a smoothed model decides, and so grows where it is certain as well.
struct Shadow {
  static constexpr std::string_view id = "shadow";
  static constexpr std::string_view name = "Shadow attack";
  static constexpr std::string_view summary =
      "Changes an image much but smoothly, as a shadow does, until even a smoothed model is certain.";
  static constexpr Paper paper{
      "Breaking Certified Defenses: Semantic Adversarial Examples with Spoofed Robustness Certificates",
      "Ghiasi, Shafahi, Goldstein", 2020, "arXiv:2003.08937"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::fixed_budget, .targeted = true, .random = true, .images_only = true};

  static constexpr threat::Norm norm = threat::Norm::linf;

  struct Options {
    std::optional<double> epsilon;
    int steps = 300;
    double learning_rate = 0.1;
    int samples = 20;
    double noise = 0.25;
    double variation = 0.3;
    double size = 1;
    double colour = 0.5;
    double radius() const { return epsilon.value_or(1); }
    static constexpr auto schema() {
      return mlsec::schema(
          epsilon_field(&Options::epsilon, "1"),
          field("steps", &Options::steps, "Number of gradient steps.").range(1, 100000),
          field("learningRate", &Options::learning_rate, "Length of a step, as a factor of the gradient.")
              .range(1e-6, 1e6),
          field("samples", &Options::samples, "How many gradients are averaged for a step.").range(1, 10000),
          field("noise", &Options::noise,
                "Standard deviation of the normal noise that is added, relative to the range of the model's inputs.")
              .range(0, 10),
          field("variation", &Options::variation, "Weight of the penalty for neighbouring pixels that change unlike.")
              .range(0, 1e6),
          field("size", &Options::size, "Weight of the penalty for the mean size of the change in each channel.")
              .range(0, 1e6),
          field("colour", &Options::colour, "Weight of the penalty for channels that change unlike.").range(0, 1e6));
    }
  };

  /// All points of a step are in memory together.
  static Result<void> check_features(const Options& options, std::size_t features) {
    return check_points_together("samples", options.samples, features);
  }

  static Task<Point> run(Attempt& attempt, const Options& options);

  /// The three penalties of a change of the image, weighted, and their gradient.
  static double penalty(const Image& image, std::span<const float> change, const Options& options,
                        std::span<float> gradient);
};

}  // namespace mlsec::attacks
