// A patch that fools the model wherever it is laid.
#pragma once

#include <array>
#include <string_view>

#include "attacks/points_together.hpp"
#include "attacks/set_attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

enum class PatchForm { round, square };
constexpr std::array<std::string_view, 2> enum_names(PatchForm) { return {"round", "square"}; }

/// Brown, Mané, Roy, Abadi and Gilmer, "Adversarial patch", 2017, section 2: the expectation of log p(target) over
/// samples, places, scales and angles is increased, here by Adam; without a target, that of -log p(the model's answer).
struct AdversarialPatch {
  static constexpr std::string_view id = "adversarial-patch";
  static constexpr std::string_view name = "Adversarial patch";
  static constexpr std::string_view summary =
      "Learns a patch that fools the model on any image, at any place, turned and scaled as one likes.";
  static constexpr Paper paper{"Adversarial Patch", "Brown, Mané, Roy, Abadi, Gilmer", 2017, "arXiv:1712.09665"};
  static constexpr Traits traits{.needs = Needs::gradients, .random = true, .images_only = true};

  struct Options {
    double size = 0.4;
    PatchForm form = PatchForm::round;
    int steps = 300;
    int batch_size = 32;
    double learning_rate = 0.05;
    double least_scale = 0.8;
    double largest_scale = 1.2;
    double largest_angle = 30;

    /// Its pixels along a side.
    std::size_t side(const model::InputSpecification& input) const;
    Shape pattern_shape(const model::InputSpecification& input) const;

    static constexpr auto schema() {
      return mlsec::schema(
          field("size", &Options::size, "Width of the patch, as a share of the image's shorter side.").range(0.01, 1),
          field("form", &Options::form, "Whether it is a disc or a square."),
          field("steps", &Options::steps, "Number of gradient steps.").range(1, 100000),
          field("batchSize", &Options::batch_size, "Images, each with a placement of its own, for each step.")
              .range(1, 4096)
              .in("images")
              .for_experts(),
          field("learningRate", &Options::learning_rate, "Step size of Adam, relative to the range of valid inputs.")
              .range(1e-6, 10)
              .for_experts(),
          field("minScale", &Options::least_scale, "How small the patch may get, relative to its size.").range(0.1, 10),
          field("maxScale", &Options::largest_scale, "How large it may get.").range(0.1, 10),
          field("maxRotation", &Options::largest_angle, "How far it may be turned, either way.")
              .range(0, 180)
              .in("degrees"));
    }
    static Result<void> check(const Options& options);
  };

  static Result<void> check_features(const Options& options, std::size_t features) {
    return check_points_together("batchSize", options.batch_size, features);
  }

  static Task<Finished> run(SetAttempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
