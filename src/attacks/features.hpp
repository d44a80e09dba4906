// What attacks do to every feature: the loops that are compiled for speed, so that the attacks need not be. Sums are
// taken in double.
#pragma once

#include <span>
#include <vector>

#include "base/random.hpp"
#include "threat/box.hpp"
#include "threat/norm.hpp"

namespace mlsec::attacks {

double dot(std::span<const float> a, std::span<const float> b);

/// ||a|| in l2.
double length(std::span<const float> a);

/// ||a|| in any norm.
double size_in(threat::Norm norm, std::span<const float> a);

/// x += factor * direction.
void add_scaled(std::span<float> x, double factor, std::span<const float> direction);

/// x *= factor.
void scale(std::span<float> x, double factor);

/// x += size * sign(direction); where the direction is 0, x stays.
void add_signs(std::span<float> x, double size, std::span<const float> direction);

/// out = a - b.
void subtract(std::span<float> out, std::span<const float> a, std::span<const float> b);

/// out = from + share * (to - from).
void interpolate(std::span<float> out, std::span<const float> from, std::span<const float> to, double share);

void fill_normal(std::span<float> out, Random& random);
void fill_uniform(std::span<float> out, Random& random, float low, float high);
/// A point of the box.
void fill_uniform(std::span<float> out, Random& random, const threat::Box& box);

/// The shortest step d with normal . d = wanted that keeps x + d in the box, in one of l0, l1, l2 and linf, added to x.
/// Where the box allows none, x goes as far as it can, and the result is false. For l2 and linf the length along
/// |normal| (or its signs) solves a piecewise linear equation, by Newton's method from 0; for l1 and l0 features are
/// taken in the order of what they give for each unit, or altogether (Croce and Hein, 2020, arXiv:1907.02044, section
/// 2.1).
bool step_to_hyperplane(threat::Norm norm, std::span<float> x, std::span<const float> normal, double wanted,
                        const threat::Box& box);

/// Kingma and Ba, 2015, with their constants: a descent.
class Adam {
 public:
  Adam(std::size_t size, double rate) : m_(size, 0.0f), v_(size, 0.0f), rate_(rate) {}

  void step(std::span<float> w, std::span<const float> gradient);
  void set_rate(double rate) { rate_ = rate; }

 private:
  std::vector<float> m_, v_;
  double rate_, first_ = 1, second_ = 1;
};

}  // namespace mlsec::attacks
