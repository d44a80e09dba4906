// The change of variables of Carlini and Wagner.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "base/math.hpp"
#include "threat/box.hpp"

namespace mlsec::attacks {

/// x = centre + half * tanh(w). In the paper the box's faces lie at w = infinity, where black and white pixels hardly
/// move. Here `half` reaches a tenth beyond the faces, and w is held where x is between them.
struct TanhBox {
  static constexpr float widening = 1.1f;
  std::vector<float> centre, half;

  explicit TanhBox(const threat::Box& box) : centre(box.lower().size()), half(centre.size()) {
    for (std::size_t i = 0; i < centre.size(); ++i) {
      centre[i] = (box.lower()[i] + box.upper()[i]) / 2;
      half[i] = (box.upper()[i] - box.lower()[i]) / 2 * widening;
    }
  }

  float to_x(std::size_t i, float tanh_of_w) const { return centre[i] + half[i] * tanh_of_w; }

  /// tanh(w) of x; 0 for a feature that is fixed.
  float tanh_of(std::size_t i, float x) const { return half[i] > 0 ? (x - centre[i]) / half[i] : 0; }

  float to_w(std::size_t i, float x) const { return atanh(tanh_of(i, x)); }

  void hold(std::span<float> w) const {
    const float face = atanh(1 / widening);
    for (float& value : w) value = std::clamp(value, -face, face);
  }
};

}  // namespace mlsec::attacks
