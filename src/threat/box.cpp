#include "threat/box.hpp"

namespace mlsec::threat {

void Box::clip(std::span<float> x) const {
  const std::size_t features = sides_->lower.size();
  const float* lower = sides_->lower.data();
  const float* upper = sides_->upper.data();
  for (std::size_t first = 0; first + features <= x.size() && features > 0; first += features) {
    float* values = x.data() + first;
    for (std::size_t i = 0; i < features; ++i) {
      const float value = values[i] < lower[i] ? lower[i] : values[i];
      values[i] = value > upper[i] ? upper[i] : value;
    }
  }
}

bool Box::contains(std::span<const float> x) const {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!(x[i] >= sides_->lower[i] && x[i] <= sides_->upper[i])) return false;
  return true;
}

}  // namespace mlsec::threat
