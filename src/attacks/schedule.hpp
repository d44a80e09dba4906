// How sizes change on the way.
#pragma once

#include "base/math.hpp"

namespace mlsec::attacks {

/// From `first` at step 0 to `last` at step `steps` along half a cosine (Loshchilov and Hutter, 2017).
inline double cosine(double first, double last, int step, int steps) {
  return last + (first - last) * (1 + cos_turn(0.5 * step / steps)) / 2;
}

}  // namespace mlsec::attacks
