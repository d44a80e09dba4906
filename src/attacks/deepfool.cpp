#include "attacks/deepfool.hpp"

#include "attacks/features.hpp"
#include "attacks/linearisation.hpp"

namespace mlsec::attacks {

Task<Point> DeepFool::run(Attempt& attempt, const Options& options) {
  const std::size_t label = attempt.criterion().label;
  // The sum of all steps without and with the overshoot; the latter, kept to the box, is what the model is asked about.
  Point sum = attempt.start(), x = attempt.start(), inside;
  std::vector<std::uint32_t> classes;
  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.jacobian(x);
    if (here.adversarial) co_return x;
    if (step == 0) classes = likely_classes(here.logits, label, static_cast<std::size_t>(options.candidates));
    const Tangent tangent = nearest_tangent(here, label, classes, options.norm);
    if (tangent.normal.empty()) co_return x;  // flat
    // The tangent plane at x, seen from the point without the overshoot.
    inside = sum;
    attempt.box().clip(inside);
    const double margin = tangent.margin - dot(tangent.normal, x) + dot(tangent.normal, inside);
    // The step itself knows of no box, as in algorithm 2. What the box takes from it the next steps add: the boundary
    // is approached from this side, and crossed by less than by a step that fits the box at once. Where half of the
    // steps have not crossed it, such a step it is, lest the sum go ever farther from the box.
    if (2 * step > options.steps) {
      sum = inside;
      step_to_hyperplane(options.norm, sum, tangent.normal, -margin, attempt.box());
    } else if (options.norm == threat::Norm::l2) {
      add_scaled(sum, -margin / dot(tangent.normal, tangent.normal), tangent.normal);
    } else {
      add_signs(sum, -margin / size_in(threat::Norm::l1, tangent.normal), tangent.normal);
    }
    interpolate(x, attempt.original(), sum, 1 + options.overshoot);
    attempt.box().clip(x);
  }
  (void)co_await attempt.outputs(x);
  co_return x;
}

}  // namespace mlsec::attacks
