#include "attacks/fab.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"
#include "attacks/linearisation.hpp"

namespace mlsec::attacks {

Task<Point> Fab::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size(), label = attempt.criterion().label;
  Nearest nearest{options.norm};

  // Each class aimed at in turn, or all of them at once.
  Point x = attempt.start();
  const auto clean = co_await attempt.outputs(x);
  const auto all = likely_classes(clean.logits, label, clean.logits.size());
  std::vector<std::uint32_t> aims(all.begin(),
                                  all.begin() + std::min<std::ptrdiff_t>(options.target_classes, std::ssize(all)));
  if (attempt.criterion().target) aims.assign(1, static_cast<std::uint32_t>(*attempt.criterion().target));
  const bool aiming = !aims.empty();
  if (!aiming) aims.push_back(0);

  Random random = attempt.random("start");
  Point from_original(size), way(size);
  for (std::uint32_t aim : aims) {
    x = attempt.start();
    if (attempt.restart() > 0) {
      // Restarts begin anywhere at half the distance that is known.
      attempt.ball(options.norm, nearest.found() ? nearest.distance / 2 : 1.0).random_point(random, x);
    }
    for (int step = 0; step < options.steps; ++step) {
      Tangent tangent;
      if (aiming) {
        const auto here = co_await attempt.gradient(x, LogitDifference{aim, label});
        tangent = {aim, here.loss, Point(here.gradient.begin(), here.gradient.end())};
      } else {
        const auto here = co_await attempt.jacobian(x);
        tangent = nearest_tangent(here, label, all, options.norm);
      }
      if (tangent.normal.empty()) break;
      const double margin_of_original = tangent.margin + dot(tangent.normal, original) - dot(tangent.normal, x);
      way = x;
      from_original.assign(original.begin(), original.end());
      step_to_hyperplane(options.norm, way, tangent.normal, -tangent.margin, attempt.box());
      step_to_hyperplane(options.norm, from_original, tangent.normal, -margin_of_original, attempt.box());
      const double near = threat::distances(x, way).in(options.norm);
      const double far = threat::distances(original, from_original).in(options.norm);
      const double bias = near + far > 0 ? std::min(near / (near + far), options.largest_bias) : 0;
      for (std::size_t i = 0; i < size; ++i) {
        const double here = double{x[i]} + options.overshoot * (double{way[i]} - double{x[i]});
        const double there = double{original[i]} + options.overshoot * (double{from_original[i]} - double{original[i]});
        x[i] = static_cast<float>((1 - bias) * here + bias * there);
      }
      attempt.box().clip(x);
      const auto there = co_await attempt.outputs(x);
      if (!there.adversarial) continue;
      // Back towards the original, so that the next step crosses the boundary from inside (section 3.2).
      nearest.offer(attempt, x, true);
      interpolate(x, original, x, options.back_step);
    }
  }
  if (!nearest.found()) co_return attempt.start();

  // Section 3.3: where the margin between the two best known points on the way to the original would be 0.
  const Margin loss;
  std::vector<float> unused(clean.logits.size());
  const auto margin_at = [&](const Answer& answer) { return double{loss(answer.logits, attempt.criterion(), unused)}; };
  Point ends(2 * size);
  std::copy(original.begin(), original.end(), ends.begin());
  std::copy(nearest.point.begin(), nearest.point.end(), ends.begin() + static_cast<std::ptrdiff_t>(size));
  const Point outer = nearest.point;
  const auto both = co_await attempt.outputs(ends);
  double low = 0, high = 1, low_margin = margin_at(both);
  double high_margin = loss(both.all_logits.subspan(both.logits.size()), attempt.criterion(), unused);
  for (int search = 0; search < 3; ++search) {
    const double zero = low_margin < 0 && high_margin > low_margin
                            ? low - low_margin * (high - low) / (high_margin - low_margin)
                            : (low + high) / 2;
    // A little beyond, for the zero itself is not yet adversarial.
    interpolate(x, original, outer, std::min(high, zero + 1e-4 * (high - low)));
    const auto here = co_await attempt.outputs(x);
    if (nearest.offer(attempt, x, here.adversarial)) {
      high = zero;
      high_margin = margin_at(here);
    } else {
      low = zero;
      low_margin = margin_at(here);
    }
  }
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
