#include "attacks/noise.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"
#include "attacks/gaussian_blur.hpp"

namespace mlsec::attacks {

Task<Point> AdditiveNoise::run(Attempt& attempt, const Options& options) {
  const threat::Ball ball = attempt.ball(options.norm, options.radius());
  Random random = attempt.random("noise");
  Point x = attempt.start(), noise(x.size());
  for (int tries = 0; tries < options.tries; ++tries) {
    if (options.noise == NoiseKind::gaussian)
      fill_normal(noise, random);
    else
      fill_uniform(noise, random, -1, 1);
    x = attempt.start();
    const double size = size_in(options.norm, noise);
    if (size > 0) add_scaled(x, options.radius() / size, noise);
    ball.project(x);
    if ((co_await attempt.outputs(x)).adversarial) break;
  }
  co_return x;
}

Task<Point> SaltAndPepper::run(Attempt& attempt, const Options& options) {
  Random random = attempt.random("noise");
  Nearest nearest{norm};
  Point x(attempt.original().size());
  double least = 1;  // the share of features in the nearest success
  const int rising = std::max(1, options.steps / 4);
  for (int step = 1; step <= options.steps; ++step) {
    // Larger shares until one succeeds, then ever new draws of smaller ones.
    const double share =
        nearest.found() ? least * (0.4 + 0.6 * double{random.uniform()}) : std::min(1.0, double(step) / rising);
    x = attempt.start();
    for (float& value : x)
      if (double{random.uniform()} < share) value = random.bits() & 1 ? attempt.upper() : attempt.lower();
    attempt.box().clip(x);
    if (nearest.offer(attempt, x, (co_await attempt.outputs(x)).adversarial)) least = share;
  }
  co_return nearest.take(attempt);
}

Task<Point> BlendedNoise::run(Attempt& attempt, const Options& options) {
  Random random = attempt.random("noise");
  Point noise(attempt.original().size());
  fill_uniform(noise, random, attempt.lower(), attempt.upper());
  const auto blend = [&](double t, std::span<float> x) { interpolate(x, x, noise, t); };
  co_return co_await least_change(attempt, options.steps, norm, Line(blend));
}

Task<Point> Contrast::run(Attempt& attempt, const Options& options) {
  const Point grey(attempt.original().size(), (attempt.lower() + attempt.upper()) / 2);
  const auto blend = [&](double t, std::span<float> x) { interpolate(x, x, grey, t); };
  co_return co_await least_change(attempt, options.steps, norm, Line(blend));
}

Task<Point> Brightness::run(Attempt& attempt, const Options& options) {
  const double width = double{attempt.upper()} - double{attempt.lower()};
  Nearest nearest{norm};
  for (double sign : {1.0, -1.0}) {
    const auto shift = [&](double t, std::span<float> x) {
      for (float& value : x) value += static_cast<float>(sign * t * width);
    };
    const Point x = co_await least_change(attempt, options.steps, norm, Line(shift));
    nearest.offer(attempt, x, threat::distances(attempt.original(), x).linf > 0);
  }
  co_return nearest.take(attempt);
}

Task<Point> Blur::run(Attempt& attempt, const Options& options) {
  const Image image(attempt.input());
  const auto extent = static_cast<double>(std::max(image.rows, image.columns));
  const auto blur = [&](double t, std::span<float> x) {
    const double deviation = t * t * extent;  // finer where a little is enough
    gaussian_blur(image, deviation, static_cast<int>(std::ceil(std::min(3 * deviation, extent))), true, x);
  };
  co_return co_await least_change(attempt, options.steps, norm, Line(blur));
}

Task<Point> Inversion::run(Attempt& attempt, const Options&) {
  Point x = attempt.start();
  for (float& value : x) value = attempt.lower() + attempt.upper() - value;
  attempt.box().clip(x);
  (void)co_await attempt.outputs(x);
  co_return x;
}

}  // namespace mlsec::attacks
