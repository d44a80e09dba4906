// Saliency maps of the Jacobian.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Papernot et al., "The limitations of deep learning in adversarial settings", 2016, algorithms 2 and 3 with the
/// saliency of equation 8, or 9 where theta is negative; singly or in pairs of features, which are searched for
/// exactly. The network's outputs are its probabilities, or its logits: JSMA-F and JSMA-Z of Carlini and Wagner, 2017,
/// section VIII. Untargeted, the class after the label's is aimed at.
struct Jsma {
  static constexpr std::string_view id = "jsma";
  static constexpr std::string_view name = "Jacobian saliency map attack";
  static constexpr std::string_view summary =
      "Sets the features that most raise the aimed-at class and lower all others, one or two at a time.";
  static constexpr Paper paper{"The Limitations of Deep Learning in Adversarial Settings",
                               "Papernot, McDaniel, Jha, Fredrikson, Celik, Swami", 2016, "arXiv:1511.07528"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false};

  static constexpr threat::Norm norm = threat::Norm::l0;

  struct Options {
    bool pairs = true;
    bool probabilities = true;
    double theta = 1;
    double gamma = 0.1;
    static constexpr auto schema() {
      return mlsec::schema(
          field("pairs", &Options::pairs, "Change two features at a time, as the paper does, rather than one."),
          field("probabilities", &Options::probabilities,
                "Weigh the slopes of probabilities, which know the class to be left; otherwise those of logits."),
          field("theta", &Options::theta, "By what share of the box a feature changes; negative ones lower features.")
              .range(-1, 1),
          field("gamma", &Options::gamma, "Largest share of the features that may change; at least two may.")
              .range(0, 1));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
