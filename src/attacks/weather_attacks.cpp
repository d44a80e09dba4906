#include "attacks/weather_attacks.hpp"

#include "attacks/motion_blur.hpp"
#include "attacks/weather.hpp"

namespace mlsec::attacks {

namespace {

/// change(t, picture), for least_change.
template <class Change>
auto on_picture(const Attempt& attempt, const Change& change) {
  return [&attempt, &change](double t, std::span<float> x) {
    const Image image(attempt.input());
    Picture picture(image, x, double{attempt.lower()}, double{attempt.width()});
    change(t, picture);
    picture.write(image, double{attempt.lower()}, double{attempt.width()}, x);
  };
}

}  // namespace

Task<Point> MotionBlur::run(Attempt& attempt, const Options& options) {
  Nearest nearest{norm};
  for (int angle = 0; angle < options.angles; ++angle) {
    const auto blur = [&](double t, Picture& picture) {
      const double deviation = t * 8 * picture.scale();
      motion_blur(picture, motion_taps(deviation, 3 * deviation, static_cast<double>(angle) / options.angles));
    };
    const auto change = on_picture(attempt, blur);
    const Point x = co_await least_change(attempt, options.steps, norm, Line(change));
    nearest.offer(attempt, x, threat::distances(attempt.original(), x).linf > 0);
  }
  co_return nearest.take(attempt);
}

Task<Point> Fog::run(Attempt& attempt, const Options& options) {
  const Image image(attempt.input());
  Random random = attempt.random("fog");
  const Picture field = plasma(image.rows, image.columns, 2, random);
  const auto fade = [&](double t, Picture& picture) { blend(picture, 1 - t, t, field); };
  const auto change = on_picture(attempt, fade);
  co_return co_await least_change(attempt, options.steps, norm, Line(change));
}

Task<Point> Frost::run(Attempt& attempt, const Options& options) {
  const Image image(attempt.input());
  Random random = attempt.random("frost");
  const Picture field = frost_field(image.rows, image.columns, random);
  const auto freeze = [&](double t, Picture& picture) { blend(picture, 1 - t, t, field); };
  const auto change = on_picture(attempt, freeze);
  co_return co_await least_change(attempt, options.steps, norm, Line(change));
}

Task<Point> Snow::run(Attempt& attempt, const Options& options) {
  const Image image(attempt.input());
  Random random = attempt.random("snow");
  const Picture field = snow_field(image.rows, image.columns, 5, random);
  const auto whiten = [&](double t, Picture& picture) { lay_snow(picture, t * snow_whitening(5), t, field); };
  const auto change = on_picture(attempt, whiten);
  co_return co_await least_change(attempt, options.steps, norm, Line(change));
}

}  // namespace mlsec::attacks
