// The set an attack may choose from: a norm ball around the original, cut by the box that its features keep to.
#pragma once

#include <span>
#include <vector>

#include "base/random.hpp"
#include "threat/box.hpp"
#include "threat/norm.hpp"

namespace mlsec::threat {

/// `epsilon` at least 0; for l0 the number of features that may change, rounded down. The original must lie within the
/// box.
class Ball {
 public:
  Ball(std::span<const float> original, Norm norm, double epsilon, Box box);

  /// Moves x to a point of the set: for linf, l1 and l0 the nearest one in l2; for l2 onto the sphere along the radius,
  /// then into the box (both nearest on their own). Afterwards distances(original, x).in(norm) <= epsilon holds for the
  /// float32 values, computed in double.
  void project(std::span<float> x) const;

  /// A point drawn uniformly from the ball (before the box cuts it); for l0 features drawn without replacement, each of
  /// them anywhere in the box.
  void random_point(Random& random, std::span<float> x) const;

  /// x += the step of length `step` that increases the loss fastest: step * sign(g) for linf, step * g / ||g|| for l2;
  /// for l1 along the largest gradients, each feature as far as the box lets it go; for l0 the `step` features with the
  /// most to gain go to the faces of the box. x must lie within the box for l1 and l0.
  void ascend(std::span<float> x, std::span<const float> gradient, double step) const;

  Norm norm() const { return norm_; }
  double epsilon() const { return epsilon_; }

 private:
  void project_l0(std::span<float> x) const;
  void project_l1(std::span<float> x) const;
  void ascend_to_faces(std::span<float> x, std::span<const float> gradient, double step) const;

  std::span<const float> original_;
  Norm norm_;
  double epsilon_;
  Box box_;
  std::vector<float> low_, high_;  // linf: the floats nearest to original -+ epsilon from inside, cut by the box
};

}  // namespace mlsec::threat
