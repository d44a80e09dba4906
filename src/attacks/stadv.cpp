#include "attacks/stadv.hpp"

#include "attacks/features.hpp"
#include "attacks/flow.hpp"
#include "attacks/resampling.hpp"

namespace mlsec::attacks {

Task<Point> StAdv::run(Attempt& attempt, const Options& options) {
  const Image image(attempt.input());
  const Margin margin;
  Point flow(2 * image.pixels(), 0.0f), slope(flow.size()), x = attempt.start();
  Adam adam(flow.size(), options.learning_rate);
  Nearest nearest{norm};
  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.gradient(x, margin);
    nearest.offer(attempt, x, here.adversarial);
    slope.assign(slope.size(), 0.0f);
    if (double{here.loss} <= options.confidence)
      add_warp_slope(image, attempt.original(), flow, here.gradient, -1, slope);
    flow_roughness(image, flow, options.smoothness, slope);
    adam.step(flow, slope);
    warp(image, attempt.original(), flow, x);
    attempt.box().clip(x);
  }
  const auto last = co_await attempt.outputs(x);
  nearest.offer(attempt, x, last.adversarial);
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
