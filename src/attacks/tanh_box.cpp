#include "attacks/tanh_box.hpp"

#include "base/math.hpp"

namespace mlsec::attacks {

namespace {

constexpr float widening = 1.1f;

}  // namespace

[[clang::minsize]] TanhBox::TanhBox(const threat::Box& box) : centre_(box.lower().size()), half_(centre_.size()) {
  for (std::size_t i = 0; i < centre_.size(); ++i) {
    centre_[i] = (box.lower()[i] + box.upper()[i]) / 2;
    half_[i] = (box.upper()[i] - box.lower()[i]) / 2 * widening;
  }
}

float TanhBox::to_w(std::size_t feature, float x) const {
  return half_[feature] > 0 ? atanh((x - centre_[feature]) / half_[feature]) : 0;
}

[[clang::minsize]] void TanhBox::to_w(std::span<const float> x, std::span<float> w) const {
  for (std::size_t i = 0; i < w.size(); ++i) w[i] = to_w(i, x[i]);
}

void TanhBox::to_x(std::span<const float> w, std::span<float> tanh_of_w, std::span<float> x) const {
  const float* const centre = centre_.data();
  const float* const half = half_.data();
  for (std::size_t i = 0; i < w.size(); ++i) {
    tanh_of_w[i] = tanh(w[i]);
    x[i] = centre[i] + half[i] * tanh_of_w[i];
  }
}

void TanhBox::slope_in_w(std::span<const float> tanh_of_w, std::span<float> slope) const {
  const float* const half = half_.data();
  for (std::size_t i = 0; i < slope.size(); ++i) slope[i] *= half[i] * (1 - tanh_of_w[i] * tanh_of_w[i]);
}

void TanhBox::hold(std::span<float> w) const {
  const float face = atanh(1 / widening);
  for (float& value : w) value = value > face ? face : value < -face ? -face : value;
}

}  // namespace mlsec::attacks
