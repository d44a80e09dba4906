#include "attacks/deepfool.hpp"

#include "attacks/features.hpp"
#include "attacks/linearisation.hpp"

namespace mlsec::attacks {

Task<Point> DeepFool::run(Attempt& attempt, const Options& options) {
  const std::size_t label = attempt.criterion().label;
  // The sum of all steps, kept to the box, and it with the overshoot, which is what the model is asked about.
  Point sum = attempt.start(), x = attempt.start();
  std::vector<std::uint32_t> classes;
  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.jacobian(x);
    if (here.adversarial) co_return x;
    if (step == 0) classes = likely_classes(here.logits, label, static_cast<std::size_t>(options.candidates));
    const Tangent tangent = nearest_tangent(here, label, classes, options.norm);
    if (tangent.normal.empty()) co_return x;  // flat
    // The tangent plane at x, seen from the point without the overshoot.
    const double margin = tangent.margin - dot(tangent.normal, x) + dot(tangent.normal, sum);
    // The step itself knows of no box, as in algorithm 2. What the box takes from it the next steps make up for: the
    // boundary is approached from this side, and crossed by less than by a step that fits the box at once. Where three
    // quarters of the steps have not crossed it, such a step it is.
    if (4 * step > 3 * options.steps) {
      step_to_hyperplane(options.norm, sum, tangent.normal, -margin, attempt.box());
    } else if (options.norm == threat::Norm::l2) {
      add_scaled(sum, -margin / dot(tangent.normal, tangent.normal), tangent.normal);
    } else {
      add_signs(sum, -margin / size_in(threat::Norm::l1, tangent.normal), tangent.normal);
    }
    attempt.box().clip(sum);
    interpolate(x, attempt.original(), sum, 1 + options.overshoot);
    attempt.box().clip(x);
  }
  (void)co_await attempt.outputs(x);
  co_return x;
}

}  // namespace mlsec::attacks
