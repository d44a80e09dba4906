// The change of variables of Carlini and Wagner.
#pragma once

#include <vector>

#include "base/math.hpp"
#include "threat/box.hpp"

namespace mlsec::attacks {

/// x = centre + half * tanh(w), which keeps each feature x inside the box.
struct TanhBox {
  std::vector<float> centre, half;

  explicit TanhBox(const threat::Box& box) : centre(box.lower().size()), half(centre.size()) {
    for (std::size_t i = 0; i < centre.size(); ++i) {
      centre[i] = (box.lower()[i] + box.upper()[i]) / 2;
      half[i] = (box.upper()[i] - box.lower()[i]) / 2;
    }
  }

  float to_x(std::size_t i, float tanh_of_w) const { return centre[i] + half[i] * tanh_of_w; }

  /// tanh(w) of x; 0 for a feature that is fixed.
  float tanh_of(std::size_t i, float x) const { return half[i] > 0 ? (x - centre[i]) / half[i] : 0; }

  // A little inside, since the box's faces themselves lie at infinity.
  float to_w(std::size_t i, float x) const { return atanh(tanh_of(i, x) * 0.999999f); }
};

}  // namespace mlsec::attacks
