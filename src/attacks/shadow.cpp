#include "attacks/shadow.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"

namespace mlsec::attacks {

// Smoothness: squared differences between neighbours. Size: for each channel the square of the mean size. Colour: the
// squared differences of two channels, taken as the squared distance of each from their mean.
double Shadow::penalty(const Image& image, std::span<const float> change, const Options& options,
                       std::span<float> gradient) {
  std::fill(gradient.begin(), gradient.end(), 0.0f);
  double total = 0;
  const auto add_square = [&](double weight, std::size_t a, std::size_t b) {
    const double difference = double{change[a]} - double{change[b]};
    total += weight * difference * difference;
    gradient[a] += static_cast<float>(2 * weight * difference);
    gradient[b] -= static_cast<float>(2 * weight * difference);
  };
  const auto pixels = static_cast<double>(image.pixels());
  for (std::size_t channel = 0; channel < image.channels; ++channel) {
    double sum = 0;
    for (std::size_t row = 0; row < image.rows; ++row)
      for (std::size_t column = 0; column < image.columns; ++column) {
        const std::size_t i = image.at(row, column, channel);
        sum += std::fabs(double{change[i]});
        if (row + 1 < image.rows) add_square(options.variation, i, image.at(row + 1, column, channel));
        if (column + 1 < image.columns) add_square(options.variation, i, image.at(row, column + 1, channel));
        for (std::size_t other = 0; other < channel; ++other)
          add_square(options.colour / static_cast<double>(image.channels), i, image.at(row, column, other));
      }
    const double mean = sum / pixels;
    total += options.size * mean * mean;
    const auto slope = static_cast<float>(2 * options.size * mean / pixels);
    for (std::size_t row = 0; row < image.rows; ++row)
      for (std::size_t column = 0; column < image.columns; ++column) {
        const std::size_t i = image.at(row, column, channel);
        gradient[i] += change[i] > 0 ? slope : change[i] < 0 ? -slope : 0.0f;
      }
  }
  return total;
}

Task<Point> Shadow::run(Attempt& attempt, const Options& options) {
  const Image image(attempt.input());
  const threat::Ball ball = attempt.ball(norm, options.radius());
  const CrossEntropy loss;
  const auto sigma = static_cast<float>(options.noise) * attempt.width();
  const auto count = static_cast<std::size_t>(options.samples);
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  const threat::Box bounds = threat::Box::uniform(size, attempt.lower(), attempt.upper());
  Random random = attempt.random("noise");
  Point x = attempt.start(), change(size), slope(size), points(count * size);
  for (int step = 0; step < options.steps; ++step) {
    for (std::size_t k = 0; k < points.size(); ++k) points[k] = x[k % size] + sigma * random.normal();
    bounds.clip(points);
    const auto there = co_await attempt.gradient(points, loss);
    // Penalties fall, the loss grows.
    subtract(change, x, original);
    (void)penalty(image, change, options, slope);
    for (std::size_t k = 0; k < points.size(); ++k) slope[k % size] -= there.gradient[k] / static_cast<float>(count);
    add_scaled(x, -options.learning_rate, slope);
    ball.project(x);
  }
  co_return x;
}

}  // namespace mlsec::attacks
