// The set an attack may choose from: a norm ball around the original, cut by the box of valid inputs.
#pragma once

#include <span>
#include <vector>

#include "base/random.hpp"
#include "threat/norm.hpp"

namespace mlsec::threat {

/// Norms linf and l2. `epsilon` at least 0. The original must lie within the box.
class Ball {
 public:
  Ball(std::span<const float> original, Norm norm, double epsilon, float lower, float upper);

  /// Moves x to a point of the set: for linf the nearest one; for l2 onto the sphere along the radius, then into the
  /// box (both nearest on their own). Afterwards distances(original, x).in(norm) <= epsilon holds for the float32
  /// values, computed in double.
  void project(std::span<float> x) const;

  /// A point drawn uniformly from the ball (before the box cuts it).
  void random_point(Random& random, std::span<float> x) const;

  /// x += step * the direction of unit norm that increases the loss fastest: sign(g) for linf, g / ||g|| for l2.
  void ascend(std::span<float> x, std::span<const float> gradient, double step) const;

  Norm norm() const { return norm_; }
  double epsilon() const { return epsilon_; }

 private:
  std::span<const float> original_;
  Norm norm_;
  double epsilon_;
  float lower_, upper_;
  std::vector<float> low_, high_;  // linf: the floats nearest to original -+ epsilon from inside, cut by the box
};

}  // namespace mlsec::threat
