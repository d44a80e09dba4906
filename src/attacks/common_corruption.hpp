// Images as weather, sensors and compression leave them.
#pragma once

#include "attacks/attempt.hpp"
#include "attacks/corruptions.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

inline constexpr Paper corruptions_paper{
    "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations", "Hendrycks, Dietterich", 2019,
    "arXiv:1903.12261"};

/// One corruption of one severity; it looks at nothing, and succeeds where the model errs.
struct CommonCorruption {
  static constexpr std::string_view id = "corruption";
  static constexpr std::string_view name = "Common corruption";
  static constexpr std::string_view summary = "Corrupts the image as noise, blur, weather or compression do.";
  static constexpr Paper paper = corruptions_paper;
  static constexpr Traits traits{.needs = Needs::labels,
                                 .goal = Goal::own_limits,
                                 .targeted = true,
                                 .random = true,
                                 .images_only = true,
                                 .blind = true};

  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    CorruptionKind corruption = CorruptionKind::gaussian_noise;
    int severity = 3;
    static constexpr auto schema() {
      return mlsec::schema(field("corruption", &Options::corruption, "What is done to the image."),
                           field("severity", &Options::severity, "How much of it.").range(1, 5));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
