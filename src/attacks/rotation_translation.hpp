// Turned and moved images.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Engstrom et al., "Exploring the landscape of spatial robustness", 2019, section 3.2: the grid of all rotations and
/// translations; bilinear, with the lower bound beside the image. The nearest image that succeeds is the result.
struct RotationTranslation {
  static constexpr std::string_view id = "rotation-translation";
  static constexpr std::string_view name = "Rotation and translation";
  static constexpr std::string_view summary = "Turns and moves the image over a grid until the class changes.";
  static constexpr Paper paper{"Exploring the Landscape of Spatial Robustness",
                               "Engstrom, Tran, Tsipras, Schmidt, Madry", 2019, "arXiv:1712.02779"};
  static constexpr Traits traits{.needs = Needs::labels,
                                 .goal = Goal::minimum_norm,
                                 .targeted = true,
                                 .random = false,
                                 .images_only = true,
                                 .blind = true};

  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    double largest_angle = 30;
    double largest_shift = 3;
    int angles = 31;
    int shifts = 5;
    static constexpr auto schema() {
      return mlsec::schema(
          field("largestAngle", &Options::largest_angle, "Largest rotation either way.").range(0, 180).in("degrees"),
          field("largestShift", &Options::largest_shift, "Largest translation in rows and columns.")
              .range(0, 1000)
              .in("pixels"),
          field("angles", &Options::angles, "Number of rotations on the grid.").range(1, 1000),
          field("shifts", &Options::shifts, "Number of translations on each side of the grid.").range(1, 1000));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
