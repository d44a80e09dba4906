// Gradients from differences of scores.
#pragma once

#include "attacks/attempt.hpp"

namespace mlsec::attacks {

/// The margin's gradient at x, from pairs of points at +-size * direction: the mean of difference / (2 size) *
/// direction. Directions are normal, or signs. One query a point; `samples` is rounded down to an even number, at
/// least 2.
Task<Point> score_gradient(Attempt& attempt, const Point& x, int samples, double size, bool signs, Random& random);

}  // namespace mlsec::attacks
