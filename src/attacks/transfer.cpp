#include "attacks/transfer.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"
#include "attacks/gaussian_blur.hpp"
#include "attacks/image.hpp"

namespace mlsec::attacks {

namespace {

/// Which feature of the image each feature of the shrunk and moved one is (nearest pixels); -1 beside it.
std::vector<std::int32_t> shrunk(const Image& image, double smallest, Random& random) {
  const auto extent = [&](std::size_t full) {
    const auto least = static_cast<std::size_t>(smallest * static_cast<double>(full));
    return std::max<std::size_t>(1, least + random.below(static_cast<std::uint32_t>(full - least + 1)));
  };
  const std::size_t columns = extent(image.columns);
  const std::size_t rows = std::max<std::size_t>(1, image.rows * columns / image.columns);
  const std::size_t top = random.below(static_cast<std::uint32_t>(image.rows - rows + 1));
  const std::size_t left = random.below(static_cast<std::uint32_t>(image.columns - columns + 1));
  std::vector<std::int32_t> source(image.features(), -1);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column)
      for (std::size_t channel = 0; channel < image.channels; ++channel)
        source[image.at(top + row, left + column, channel)] =
            static_cast<std::int32_t>(image.at(row * image.rows / rows, column * image.columns / columns, channel));
  return source;
}

}  // namespace

Task<Point> transfer(Attempt& attempt, TransferSettings s) {
  const threat::Ball ball = attempt.ball(s.norm, s.epsilon);
  const Image image(attempt.input());
  const CrossEntropy loss;
  const std::size_t size = attempt.original().size();
  Random random = attempt.random("transfer");
  Point x = attempt.start(), momentum(size, 0.0f), gradient(size), variance(size, 0.0f), points;
  std::vector<std::int32_t> source;

  for (int step = 0; step < s.steps; ++step) {
    Point ahead = x;
    if (s.nesterov) {
      add_scaled(ahead, s.step * s.decay, momentum);
      attempt.box().clip(ahead);
    }
    points.clear();
    float factor = 1;
    for (int scale = 0; scale < s.scales; ++scale, factor /= 2)
      for (float value : ahead) points.push_back(factor * value);
    source.clear();
    if (s.diversity > 0 && double{random.uniform()} < s.diversity) {
      source = shrunk(image, s.smallest_size, random);
      for (std::size_t i = 0; i < size; ++i) points[i] = source[i] < 0 ? 0 : ahead[static_cast<std::size_t>(source[i])];
    }
    attempt.box().clip(points);
    const auto here = co_await attempt.gradient(points, loss);
    gradient.assign(size, 0.0f);
    factor = 1;
    for (int scale = 0; scale < s.scales; ++scale, factor /= 2)
      add_scaled(gradient, factor / static_cast<float>(s.scales),
                 here.gradient.subspan(static_cast<std::size_t>(scale) * size, size));
    if (!source.empty()) {
      gradient.assign(size, 0.0f);
      for (std::size_t i = 0; i < size; ++i)
        if (source[i] >= 0) gradient[static_cast<std::size_t>(source[i])] += here.gradient[i];
    }
    if (s.variance_samples > 0) {
      const Point plain = gradient;
      add_scaled(gradient, 1, variance);
      const auto count = static_cast<std::size_t>(s.variance_samples);
      const auto radius = static_cast<float>(s.variance_radius * s.epsilon);
      points.resize(count * size);
      fill_uniform(points, random, -radius, radius);
      for (std::size_t i = 0; i < points.size(); ++i) points[i] += ahead[i % size];
      attempt.box().clip(points);
      const auto around = co_await attempt.gradient(points, loss);
      variance.assign(size, 0.0f);
      for (std::size_t i = 0; i < points.size(); ++i) variance[i % size] += around.gradient[i];
      scale(variance, 1.0 / static_cast<double>(count));
      add_scaled(variance, -1, plain);
    }
    if (s.kernel > 1) gaussian_blur(image, s.kernel / 2 / s.kernel_deviations, s.kernel / 2, false, gradient);
    // The mean rather than the sum of equation 6 of Dong et al.: only then is what Nesterov's method looks ahead of the
    // length of a step, whatever the number of features.
    const double slope = size_in(threat::Norm::l1, gradient) / static_cast<double>(size);
    scale(momentum, s.decay);
    if (slope > 0) add_scaled(momentum, 1 / slope, gradient);
    ball.ascend(x, momentum, s.step);
    ball.project(x);
  }
  co_return x;
}

Task<Point> MiFgsm::run(Attempt& attempt, const Options& options) {
  return transfer(attempt, detail::transfer_settings(options));
}

Task<Point> NiFgsm::run(Attempt& attempt, const Options& options) {
  auto settings = detail::transfer_settings(options);
  settings.nesterov = true;
  return transfer(attempt, settings);
}

Task<Point> SiNiFgsm::run(Attempt& attempt, const Options& options) {
  auto settings = detail::transfer_settings(options);
  settings.nesterov = true;
  settings.scales = options.scales;
  return transfer(attempt, settings);
}

Task<Point> VmiFgsm::run(Attempt& attempt, const Options& options) {
  auto settings = detail::transfer_settings(options);
  settings.variance_samples = options.samples;
  settings.variance_radius = options.radius_factor;
  return transfer(attempt, settings);
}

Task<Point> VniFgsm::run(Attempt& attempt, const Options& options) {
  auto settings = detail::transfer_settings(options);
  settings.nesterov = true;
  settings.variance_samples = options.samples;
  settings.variance_radius = options.radius_factor;
  return transfer(attempt, settings);
}

Task<Point> DiFgsm::run(Attempt& attempt, const Options& options) {
  auto settings = detail::transfer_settings(options);
  settings.diversity = options.probability;
  settings.smallest_size = options.smallest_size;
  return transfer(attempt, settings);
}

Task<Point> TiFgsm::run(Attempt& attempt, const Options& options) {
  auto settings = detail::transfer_settings(options);
  settings.kernel = options.kernel;
  return transfer(attempt, settings);
}

}  // namespace mlsec::attacks
