// Interval bounds as a middle and a radius, for maps that are linear in both.
#pragma once

#include "tensor/tensor.hpp"

namespace mlsec::nn {

class CentredBounds {
 public:
  CentredBounds(const float* lower, const float* upper, std::size_t count)
      : middle_(Shape{static_cast<std::int64_t>(count)}), radius_(middle_.shape()) {
    for (std::size_t i = 0; i < count; ++i) {
      middle_[i] = 0.5f * lower[i] + 0.5f * upper[i];
      radius_[i] = 0.5f * upper[i] - 0.5f * lower[i];
    }
  }
  const float* middle() const { return middle_.data(); }
  const float* radius() const { return radius_.data(); }

 private:
  Tensor middle_, radius_;
};

/// Turns a middle and a radius into the bounds middle - radius and middle + radius.
inline void spread(std::size_t count, float* middle, float* radius) {
  for (std::size_t i = 0; i < count; ++i) {
    const float m = middle[i], r = radius[i];
    middle[i] = m - r;
    radius[i] = m + r;
  }
}

}  // namespace mlsec::nn
