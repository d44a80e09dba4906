// The smallest deformation that the tangent of the model asks for.
#pragma once

#include "attacks/attempt.hpp"
#include "attacks/image.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Alaifari, Alberti and Gauksson, "ADef: an iterative algorithm to construct adversarial deformations", 2019: with a =
/// the gradient of a difference of logits times the image's slopes at each pixel, the field -margin S S a / ||S a||^2,
/// S a Gaussian blur, is the smallest smooth one that closes the margin in the first order; the class whose field has
/// the shortest longest shift is taken, again and again (section 2.3). Here all fields are added up and move the
/// original, so that it is resampled once only.
struct Adef {
  static constexpr std::string_view id = "adef";
  static constexpr std::string_view name = "ADef";
  static constexpr std::string_view summary = "Deforms the image step by step towards the nearest boundary.";
  static constexpr Paper paper{"ADef: an Iterative Algorithm to Construct Adversarial Deformations",
                               "Alaifari, Alberti, Gauksson", 2019, "arXiv:1804.07729"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false, .images_only = true};

  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    int steps = 100;
    double smoothing = 1;
    double overshoot = 0.2;
    int candidates = 10;
    static constexpr auto schema() {
      return mlsec::schema(
          field("steps", &Options::steps, "Most deformations added up.").range(1, 100000),
          field("smoothing", &Options::smoothing, "Standard deviation of the blur that smooths the field; 0 for none.")
              .range(0, 100)
              .in("pixels"),
          field("overshoot", &Options::overshoot, "How much farther each step goes, as a share of it.")
              .range(0, 100)
              .for_experts(),
          field("candidates", &Options::candidates, "Classes looked at, the likeliest first.")
              .range(1, 1e6)
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// The first-order field that raises normal . warp(flow) by `wanted`, smoothed; empty where there is none.
Point deformation(const Image& image, std::span<const float> from, std::span<const float> flow,
                  std::span<const float> normal, double wanted, double smoothing);

}  // namespace mlsec::attacks
