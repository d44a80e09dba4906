// Motion, fog, frost and snow, as little of each as is enough.
#pragma once

#include "attacks/common_corruption.hpp"
#include "attacks/least_change.hpp"

namespace mlsec::attacks {

inline constexpr Traits weather_traits{.needs = Needs::labels,
                                       .goal = Goal::minimum_norm,
                                       .targeted = true,
                                       .random = true,
                                       .images_only = true,
                                       .blind = true};

/// The blur of a motion in one of several directions, its deviation up to a quarter of the image.
struct MotionBlur {
  static constexpr std::string_view id = "motion-blur";
  static constexpr std::string_view name = "Motion blur";
  static constexpr std::string_view summary = "Blurs the image along a direction, as little as is enough.";
  static constexpr Paper paper = corruptions_paper;
  static constexpr Traits traits{.needs = Needs::labels,
                                 .goal = Goal::minimum_norm,
                                 .targeted = true,
                                 .random = false,
                                 .images_only = true,
                                 .blind = true};
  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    int steps = 100;
    int angles = 8;
    static constexpr auto schema() {
      return mlsec::schema(steps_field(&Options::steps),
                           field("angles", &Options::angles, "Directions tried, around the circle.").range(1, 1000));
    }
  };
  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// The image fades into a plasma fractal.
struct Fog {
  static constexpr std::string_view id = "fog";
  static constexpr std::string_view name = "Fog";
  static constexpr std::string_view summary = "Lets the image fade into fog, as little as is enough.";
  static constexpr Paper paper = corruptions_paper;
  static constexpr Traits traits = weather_traits;
  static constexpr threat::Norm norm = threat::Norm::l2;
  using Options = LineOptions;
  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// The image disappears behind ice.
struct Frost {
  static constexpr std::string_view id = "frost";
  static constexpr std::string_view name = "Frost";
  static constexpr std::string_view summary = "Lets ice grow over the image, as little as is enough.";
  static constexpr Paper paper = corruptions_paper;
  static constexpr Traits traits = weather_traits;
  static constexpr threat::Norm norm = threat::Norm::l2;
  using Options = LineOptions;
  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// Flakes as in the severest snow of the corruptions, ever brighter, over an image ever whiter.
struct Snow {
  static constexpr std::string_view id = "snow";
  static constexpr std::string_view name = "Snow";
  static constexpr std::string_view summary = "Lets snow fall over the image, as little as is enough.";
  static constexpr Paper paper = corruptions_paper;
  static constexpr Traits traits = weather_traits;
  static constexpr threat::Norm norm = threat::Norm::l2;
  using Options = LineOptions;
  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
