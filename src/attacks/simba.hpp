// One direction at a time.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

enum class SimbaBasis { pixel, dct };
constexpr std::array<std::string_view, 2> enum_names(SimbaBasis) { return {"pixel", "dct"}; }

/// Guo et al., "Simple black-box adversarial attacks", 2019, algorithm 1: directions of an orthonormal basis, pixels or
/// cosines, in random order, each tried with both signs.
struct Simba {
  static constexpr std::string_view id = "simba";
  static constexpr std::string_view name = "SimBA";
  static constexpr std::string_view summary =
      "Tries one direction after the other and keeps each step that lowers the score.";
  static constexpr Paper paper{"Simple Black-box Adversarial Attacks", "Guo, Gardner, You, Wilson, Weinberger", 2019,
                               "arXiv:1905.07121"};
  static constexpr Traits traits{.needs = Needs::scores, .goal = Goal::minimum_norm, .targeted = true, .random = true};

  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    int steps = 3000;
    double step_size = 0.2;
    SimbaBasis basis = SimbaBasis::pixel;
    double frequencies = 1;
    static constexpr auto schema() {
      return mlsec::schema(
          field("steps", &Options::steps, "Number of directions tried.").range(1, 1000000),
          field("stepSize", &Options::step_size, "Length of a step.").range(1e-9, 1e6).in("input units"),
          field("basis", &Options::basis, "Which directions: single pixels, or cosines over the image."),
          field("frequencies", &Options::frequencies, "The share of the cosines of each side, the lowest ones, to use.")
              .range(0.01, 1)
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
