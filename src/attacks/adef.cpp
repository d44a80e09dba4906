#include "attacks/adef.hpp"

#include <cmath>

#include "attacks/features.hpp"
#include "attacks/gaussian_blur.hpp"
#include "attacks/linearisation.hpp"
#include "attacks/resampling.hpp"

namespace mlsec::attacks {

Point deformation(const Image& image, std::span<const float> from, std::span<const float> flow,
                  std::span<const float> normal, double wanted, double smoothing) {
  const Image plane(image.rows, image.columns, 1);
  Point field(flow.size(), 0.0f);
  // With zeros around it the blur is its own adjoint.
  const auto smooth = [&] {
    if (smoothing <= 0) return;
    for (std::size_t axis = 0; axis < 2; ++axis)
      gaussian_blur(plane, smoothing, static_cast<int>(std::ceil(3 * smoothing)), false,
                    std::span(field).subspan(axis * plane.pixels(), plane.pixels()));
  };
  add_warp_slope(image, from, flow, normal, 1, field);
  smooth();
  const double squared = dot(field, field);
  if (!(squared > 0) || !std::isfinite(squared)) return {};
  smooth();
  scale(field, wanted / squared);
  return field;
}

namespace {

double longest_shift(std::span<const float> field) {
  const std::size_t pixels = field.size() / 2;
  double longest = 0;
  for (std::size_t i = 0; i < pixels; ++i)
    longest = std::fmax(longest, std::sqrt(double{field[i]} * double{field[i]} +
                                           double{field[pixels + i]} * double{field[pixels + i]}));
  return longest;
}

}  // namespace

Task<Point> Adef::run(Attempt& attempt, const Options& options) {
  const Image image(attempt.input());
  const threat::Criterion& criterion = attempt.criterion();
  Point x = attempt.start(), flow(2 * image.pixels(), 0.0f), normal(x.size());
  std::vector<std::uint32_t> classes;
  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.jacobian(x);
    if (here.adversarial) co_return x;
    const std::size_t from = criterion.target ? here.label : criterion.label;
    if (criterion.target)
      classes = {static_cast<std::uint32_t>(*criterion.target)};
    else if (step == 0)
      classes = likely_classes(here.logits, from, static_cast<std::size_t>(options.candidates));
    Point nearest;
    double shift = std::numeric_limits<double>::infinity();
    for (std::uint32_t to : classes) {
      subtract(normal, here.of(to), here.of(from));
      const double wanted = double{here.logits[from]} - double{here.logits[to]};
      Point field = deformation(image, attempt.original(), flow, normal, wanted + 1e-6, options.smoothing);
      if (field.empty() || !(longest_shift(field) < shift)) continue;
      shift = longest_shift(field);
      nearest = std::move(field);
    }
    if (nearest.empty()) co_return x;
    add_scaled(flow, 1 + options.overshoot, nearest);
    warp(image, attempt.original(), flow, x);
    attempt.box().clip(x);
  }
  (void)co_await attempt.outputs(x);
  co_return x;
}

}  // namespace mlsec::attacks
