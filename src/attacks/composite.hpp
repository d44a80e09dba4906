// Changes of meaning and of pixels, together.
#pragma once

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

enum class ChangeOrder { scheduled, random, fixed };
constexpr std::array<std::string_view, 3> enum_names(ChangeOrder) { return {"scheduled", "random", "fixed"}; }

/// Hsiung, Tsai, Chen and Ho, "Towards compositional adversarial robustness", 2023: hue, saturation, rotation,
/// brightness, contrast and a perturbation in linf one after another, each within its own limits and found by projected
/// gradient ascent of the cross-entropy on the whole chain, in an order that is searched for as well (algorithms 1 and
/// 2). A limit of 0 leaves a change out; images without three channels have neither hue nor saturation. Hue and
/// saturation are those of attacks/composition.hpp instead of HSV's; the gradient by the order's matrix is divided by
/// its largest entry; the order is the best of all permutations.
struct Composite {
  static constexpr std::string_view id = "composite";
  static constexpr std::string_view name = "Composite adversarial attack";
  static constexpr std::string_view summary =
      "Changes colours, angle, brightness, contrast and pixels, in a searched order.";
  static constexpr Paper paper{
      "Towards Compositional Adversarial Robustness: Generalizing Adversarial Training to Composite Semantic "
      "Perturbations",
      "Hsiung, Tsai, Chen, Ho", 2023, "arXiv:2202.04235"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::own_limits, .targeted = true, .random = true, .images_only = true};

  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    double hue = 180;
    double saturation = 0.3;
    double rotation = 10;
    double brightness = 0.2;
    double contrast = 0.3;
    double pixels = 8.0 / 255;
    ChangeOrder order = ChangeOrder::scheduled;
    int rounds = 5;
    int steps = 10;
    static constexpr auto schema() {
      return mlsec::schema(
          field("hue", &Options::hue, "How far hues are turned, at most.").range(0, 180).in("degrees"),
          field("saturation", &Options::saturation, "How much saturation is multiplied by, 1 more or less than this.")
              .range(0, 1),
          field("rotation", &Options::rotation, "How far the image is turned, at most.").range(0, 180).in("degrees"),
          field("brightness", &Options::brightness, "How much is added everywhere, as a share of the range of inputs.")
              .range(0, 1),
          field("contrast", &Options::contrast, "How much values are multiplied by, 1 more or less than this.")
              .range(0, 1),
          field("pixels", &Options::pixels, "How much each value is changed, as a share of the range of inputs.")
              .range(0, 1),
          field("order", &Options::order, "How the order of the changes is chosen."),
          field("rounds", &Options::rounds, "How many orders are tried, each going on from the last.").range(1, 10000),
          field("steps", &Options::steps, "Gradient steps for each change in each round.").range(1, 100000));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
