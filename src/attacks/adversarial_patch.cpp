#include "attacks/adversarial_patch.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"
#include "attacks/patch_map.hpp"
#include "base/math.hpp"

namespace mlsec::attacks {

namespace {

/// A placement that keeps the whole patch on the image where there is room for it, else its middle.
Placement draw(Random& random, const Image& image, std::size_t side, const AdversarialPatch::Options& options) {
  const auto between = [&](double low, double high) { return low + (high - low) * double{random.uniform()}; };
  Placement place;
  place.scale = between(options.least_scale, options.largest_scale);
  place.turns = between(-options.largest_angle, options.largest_angle) / 360;
  const double turned =
      options.form == PatchForm::round ? 1 : std::fabs(sin_turn(place.turns)) + std::fabs(cos_turn(place.turns));
  const double half = place.scale * turned * static_cast<double>(side) / 2;
  const auto along = [&](std::size_t extent) {
    const double first = half - 0.5, last = static_cast<double>(extent) - 0.5 - half;
    return first <= last ? between(first, last) : between(0, static_cast<double>(extent) - 1);
  };
  place.row = along(image.rows);
  place.column = along(image.columns);
  return place;
}

}  // namespace

std::size_t AdversarialPatch::Options::side(const model::InputSpecification& input) const {
  const Image image(input);
  const double shorter = static_cast<double>(std::min(image.rows, image.columns));
  return std::max<std::size_t>(1, static_cast<std::size_t>(std::round(size * shorter)));
}

Shape AdversarialPatch::Options::pattern_shape(const model::InputSpecification& input) const {
  const auto extent = static_cast<std::int64_t>(side(input));
  return {extent, extent, static_cast<std::int64_t>(Image(input).channels)};
}

Result<void> AdversarialPatch::Options::check(const Options& options) {
  if (options.least_scale <= options.largest_scale) return {};
  return Error{ErrorCode::out_of_range, "minScale", "minScale must not be larger than maxScale."};
}

Task<Finished> AdversarialPatch::run(SetAttempt& attempt, const Options& options) {
  const Image image(attempt.input());
  const std::size_t features = attempt.features(), side = options.side(attempt.input());
  const bool round = options.form == PatchForm::round;
  const std::size_t batch = static_cast<std::size_t>(options.batch_size);
  Point patch(side * side * image.channels, (attempt.lower() + attempt.upper()) / 2);
  Point descent(patch.size());
  Adam adam(patch.size(), options.learning_rate * double{attempt.width()});
  std::vector<float> points(batch * features);
  std::vector<std::uint32_t> samples(batch);
  const auto make = [&](std::size_t sample, std::span<float> point) {
    Random random = attempt.random("measuring", static_cast<std::uint32_t>(sample));
    const auto image_there = attempt.sample(sample);
    std::copy(image_there.begin(), image_there.end(), point.begin());
    PatchMap(image, side, round, draw(random, image, side, options)).apply(patch, point);
  };
  attempt.offer(patch, 0);
  const int round_length = std::max(1, options.steps / 10);
  for (int step = 0; step < options.steps; ++step) {
    attempt.progress(static_cast<std::size_t>(step), static_cast<std::size_t>(options.steps));
    Random random = attempt.random("placements", static_cast<std::uint32_t>(step));
    std::vector<PatchMap> maps;
    for (std::size_t i = 0; i < batch; ++i) {
      samples[i] = random.below(static_cast<std::uint32_t>(attempt.size()));
      const auto sample = attempt.sample(samples[i]);
      const auto point = std::span(points).subspan(i * features, features);
      std::copy(sample.begin(), sample.end(), point.begin());
      maps.emplace_back(image, side, round, draw(random, image, side, options)).apply(patch, point);
    }
    const auto here = co_await attempt.gradient(points, samples, CrossEntropy{});
    std::fill(descent.begin(), descent.end(), 0.0f);
    for (std::size_t i = 0; i < batch; ++i) maps[i].pull_back(here.gradients.subspan(i * features, features), descent);
    scale(descent, -1.0 / static_cast<double>(batch));
    adam.step(patch, descent);
    for (float& value : patch) value = std::clamp(value, attempt.lower(), attempt.upper());
    if ((step + 1) % round_length == 0 || step + 1 == options.steps)
      attempt.offer(patch, co_await count_fooled(attempt, make));
  }
  co_return Finished{};
}

}  // namespace mlsec::attacks
