// A few pixels, by differential evolution.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Su, Vargas and Sakurai, "One pixel attack for fooling deep neural networks", 2019, section 3: differential evolution
/// of positions and values, without crossover. Children are made from the best candidate, and their factor is drawn, as
/// SciPy's differential evolution does: with the paper's random parents 3 pixels succeed a third as often.
struct OnePixel {
  static constexpr std::string_view id = "one-pixel";
  static constexpr std::string_view name = "One-pixel attack";
  static constexpr std::string_view summary = "Evolves the place and the colour of one pixel, or of a few.";
  static constexpr Paper paper{"One Pixel Attack for Fooling Deep Neural Networks", "Su, Vargas, Sakurai", 2019,
                               "arXiv:1710.08864"};
  static constexpr Traits traits{.needs = Needs::scores, .goal = Goal::minimum_norm, .targeted = true, .random = true};

  static constexpr threat::Norm norm = threat::Norm::l0;

  struct Options {
    int pixels = 1;
    int population = 400;
    int generations = 100;
    double mutation = 0.5;
    static constexpr auto schema() {
      return mlsec::schema(field("pixels", &Options::pixels, "How many pixels change.").range(1, 1000),
                           field("population", &Options::population, "Number of candidates.").range(4, 100000),
                           field("generations", &Options::generations, "Number of generations.").range(1, 100000),
                           field("mutation", &Options::mutation,
                                 "How far candidates move by the difference of two others: from it to its double.")
                               .range(0, 1)
                               .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
