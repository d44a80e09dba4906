#include "attacks/deepfool.hpp"

#include "attacks/features.hpp"
#include "attacks/linearisation.hpp"

namespace mlsec::attacks {

Task<Point> DeepFool::run(Attempt& attempt, const Options& options) {
  const std::size_t label = attempt.criterion().label;
  Point on_boundary = attempt.start(), x = attempt.start();  // without and with the overshoot
  std::vector<std::uint32_t> classes;
  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.jacobian(x);
    if (here.adversarial) co_return x;
    if (step == 0) classes = likely_classes(here.logits, label, static_cast<std::size_t>(options.candidates));
    const Tangent tangent = nearest_tangent(here, label, classes, options.norm);
    if (tangent.normal.empty()) co_return x;  // flat
    // The tangent plane at x, seen from the point without the overshoot.
    const double margin = tangent.margin - dot(tangent.normal, x) + dot(tangent.normal, on_boundary);
    step_to_hyperplane(options.norm, on_boundary, tangent.normal, -margin, attempt.box());
    interpolate(x, attempt.original(), on_boundary, 1 + options.overshoot);
    attempt.box().clip(x);
  }
  (void)co_await attempt.outputs(x);
  co_return x;
}

}  // namespace mlsec::attacks
