// The normal of the decision boundary from labels alone.
#pragma once

#include "attacks/attempt.hpp"

namespace mlsec::attacks {

/// The mean of random unit directions, each with the sign of whether x + probe * direction is adversarial, less the
/// mean sign (Chen, Jordan and Wainwright, 2020, equation 16), at unit length in l2; 0 where all labels agree and say
/// nothing.
Task<Point> label_gradient(Attempt& attempt, const Point& x, int evaluations, double probe, Random& random);

}  // namespace mlsec::attacks
