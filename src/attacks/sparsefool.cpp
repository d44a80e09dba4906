#include "attacks/sparsefool.hpp"

#include "attacks/features.hpp"
#include "attacks/linearisation.hpp"

namespace mlsec::attacks {

Task<Point> SparseFool::run(Attempt& attempt, const Options& options) {
  const std::size_t label = attempt.criterion().label;
  Point x = attempt.start(), near(x.size()), normal(x.size());
  for (int step = 0; step < options.steps; ++step) {
    // DeepFool from here, with the overshoot of its authors.
    near = x;
    std::size_t other = label;
    for (int inner = 0; inner < options.deepfool_steps; ++inner) {
      const auto here = co_await attempt.jacobian(near);
      if (here.adversarial) {
        other = here.label;
        subtract(normal, here.of(other), here.of(label));
        break;
      }
      const auto classes = likely_classes(here.logits, label, 10);
      const Tangent tangent = nearest_tangent(here, label, classes, threat::Norm::l2);
      if (tangent.normal.empty()) break;
      step_to_hyperplane(threat::Norm::l2, near, tangent.normal, -1.02 * tangent.margin + 1e-9, attempt.box());
    }
    if (other == label) break;
    // Beyond the boundary by lambda; the same side is reached along the steepest features alone.
    const double beyond = options.lambda * (dot(normal, near) - dot(normal, x));
    step_to_hyperplane(threat::Norm::l1, x, normal, beyond, attempt.box());
    if ((co_await attempt.outputs(x)).adversarial) break;
  }
  co_return x;
}

}  // namespace mlsec::attacks
