// The change of variables of Carlini and Wagner.
#pragma once

#include "base/math.hpp"

namespace mlsec::attacks {

/// x = centre + half * tanh(w), which keeps x inside the box.
struct TanhBox {
  float centre, half;
  TanhBox(float lower, float upper) : centre((lower + upper) / 2), half((upper - lower) / 2) {}

  // A little inside, since the box's faces themselves lie at infinity.
  float to_w(float x) const { return atanh((x - centre) / half * 0.999999f); }
};

}  // namespace mlsec::attacks
