#include "attacks/bandits.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"
#include "attacks/image.hpp"
#include "base/math.hpp"

namespace mlsec::attacks {

Task<Point> Bandits::run(Attempt& attempt, const Options& options) {
  const bool linf = options.norm == threat::Norm::linf;
  const threat::Ball ball = attempt.ball(options.norm, options.radius());
  const double step_size = options.step_size.value_or(options.radius() / 10);
  const Image image(attempt.input());
  Random random = attempt.random("directions");

  // Which guess each feature shares.
  const auto tile = static_cast<std::size_t>(options.tile);
  const std::size_t across = (image.columns + tile - 1) / tile, down = (image.rows + tile - 1) / tile;
  const std::size_t guesses = across * down * image.channels, size = attempt.original().size();
  std::vector<std::uint32_t> guess_of(size);
  for (std::size_t row = 0; row < image.rows; ++row)
    for (std::size_t column = 0; column < image.columns; ++column)
      for (std::size_t channel = 0; channel < image.channels; ++channel)
        guess_of[image.at(row, column, channel)] =
            static_cast<std::uint32_t>((row / tile * across + column / tile) * image.channels + channel);

  Point x = attempt.start(), prior(guesses, 0.0f), noise(guesses), guess(guesses), spread(size), points;
  std::vector<float> unused;
  const auto spread_out = [&](std::span<const float> from) {
    for (std::size_t i = 0; i < size; ++i) spread[i] = from[guess_of[i]];
  };
  for (int step = 0; step < options.steps; ++step) {
    fill_normal(noise, random);
    scale(noise, options.exploration / length(noise));
    points.clear();
    for (double sign : {1.0, -1.0}) {
      guess = prior;
      add_scaled(guess, sign, noise);
      spread_out(guess);
      const double reach = length(spread);
      points.insert(points.end(), x.begin(), x.end());
      const auto point = std::span(points).subspan(points.size() - size);
      if (reach > 0) add_scaled(point, options.probe / reach, spread);
      attempt.box().clip(point);
    }
    const auto there = co_await attempt.outputs(points);
    const std::size_t classes = there.logits.size();
    unused.resize(classes);
    const double rise = double{Margin()(there.all_logits.first(classes), attempt.criterion(), unused)} -
                        double{Margin()(there.all_logits.subspan(classes), attempt.criterion(), unused)};
    // How the score turns when the guess turns along the noise.
    const double slope = rise / (options.probe * options.exploration);
    if (linf) {
      // Exponentiated gradients keep each guess between -1 and 1.
      for (std::size_t i = 0; i < guesses; ++i) {
        const double up = (1 + double{prior[i]}) / 2;
        const double push = exp(std::clamp(options.guess_rate * slope * double{noise[i]}, -300.0, 300.0));
        const double raised = up * push;
        prior[i] = static_cast<float>(std::clamp(2 * raised / (raised + (1 - up) / push) - 1, -0.999, 0.999));
      }
    } else {
      add_scaled(prior, options.guess_rate * slope, noise);
    }
    spread_out(prior);
    ball.ascend(x, spread, step_size);
    ball.project(x);
    if ((co_await attempt.outputs(x)).adversarial) break;
  }
  co_return x;
}

}  // namespace mlsec::attacks
