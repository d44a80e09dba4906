// The change of variables of Carlini and Wagner.
#pragma once

#include <span>
#include <vector>

#include "threat/box.hpp"

namespace mlsec::attacks {

/// x = centre + half * tanh(w). In the paper the box's faces lie at w = infinity, where black and white pixels hardly
/// move. Here `half` reaches a tenth beyond the faces, and w is held where x is between them.
///
/// The loops over features are functions of a file of their own: in a coroutine they would not vectorise, as its
/// variables lie in memory, the number of features among them.
class TanhBox {
 public:
  explicit TanhBox(const threat::Box& box);

  /// A feature's reach on either side of its centre; 0 for one that is fixed.
  std::span<const float> half() const { return half_; }

  /// w of x; 0 for a feature that is fixed.
  float to_w(std::size_t feature, float x) const;
  void to_w(std::span<const float> x, std::span<float> w) const;

  /// x and tanh(w).
  void to_x(std::span<const float> w, std::span<float> tanh_of_w, std::span<float> x) const;

  /// Makes a slope in x one in w.
  void slope_in_w(std::span<const float> tanh_of_w, std::span<float> slope) const;

  void hold(std::span<float> w) const;

 private:
  std::vector<float> centre_, half_;
};

}  // namespace mlsec::attacks
