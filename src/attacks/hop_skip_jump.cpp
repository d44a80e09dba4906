#include "attacks/hop_skip_jump.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/adversarial_start.hpp"
#include "attacks/features.hpp"
#include "attacks/label_gradient.hpp"

namespace mlsec::attacks {

namespace {

/// From an adversarial point towards the original as far as the boundary: along the line for l2, by clipping the
/// largest changes for linf; until the two sides are `tolerance` apart, relative to the distance.
Task<Point> to_boundary(Attempt& attempt, threat::Norm norm, const Point& outer, double tolerance) {
  const double distance = threat::distances(attempt.original(), outer).in(norm);
  Point best = outer, middle(outer.size());
  double inside = 0, outside = 1;
  while (outside - inside > tolerance) {
    const double share = (inside + outside) / 2;
    if (norm == threat::Norm::l2) {
      interpolate(middle, outer, attempt.original(), share);
    } else {
      middle = outer;
      attempt.ball(norm, distance * (1 - share)).project(middle);
    }
    if ((co_await attempt.outputs(middle)).adversarial) {
      inside = share;
      best = middle;
    } else {
      outside = share;
    }
  }
  co_return best;
}

}  // namespace

Task<Point> HopSkipJump::run(Attempt& attempt, const Options& options) {
  const bool l2 = options.norm == threat::Norm::l2;
  const double dimension = static_cast<double>(attempt.original().size());
  Random random = attempt.random("directions");
  Point x = co_await adversarial_start(attempt, options.starts, options.start_tries);
  if (x.empty()) co_return attempt.start();
  // Section IV: the tolerance of the search and the size of the probes.
  const double tolerance =
      std::max(options.gamma / (std::sqrt(dimension) * dimension * (l2 ? 1 : std::sqrt(dimension))), 1e-7);
  x = co_await to_boundary(attempt, options.norm, x, tolerance);
  for (int step = 1; step <= options.steps; ++step) {
    const double distance = threat::distances(attempt.original(), x).in(options.norm);
    if (distance == 0) break;
    const double probe = step == 1 ? 0.1 * double{attempt.width()}
                         : l2      ? std::sqrt(dimension) * tolerance * distance
                                   : dimension * tolerance * distance;
    const int evaluations = static_cast<int>(
        std::min(options.first_evaluations * std::sqrt(static_cast<double>(step)), double(options.most_evaluations)));
    Point direction = co_await label_gradient(attempt, x, evaluations, std::max(probe, 1e-5), random);
    if (length(direction) == 0) break;
    if (!l2)
      for (float& value : direction) value = value > 0 ? 1.0f : (value < 0 ? -1.0f : 0.0f);
    // Halve the jump until it stays adversarial.
    double jump = distance / std::sqrt(static_cast<double>(step));
    Point candidate;
    bool adversarial = false;
    for (int halving = 0; halving < 30 && !adversarial; ++halving, jump /= 2) {
      candidate = x;
      add_scaled(candidate, jump, direction);
      attempt.box().clip(candidate);
      adversarial = (co_await attempt.outputs(candidate)).adversarial;
    }
    if (adversarial) x = co_await to_boundary(attempt, options.norm, candidate, tolerance);
  }
  co_return x;
}

}  // namespace mlsec::attacks
