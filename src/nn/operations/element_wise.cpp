#include "nn/operations/element_wise.hpp"

#include <algorithm>
#include <limits>

namespace mlsec::nn {

Result<Shape> ElementWise::connect(std::span<const Shape> inputs) {
  size_ = inputs[0].count();
  return inputs[0];
}

void ElementWise::forward(const ForwardCall& call) { values(call.rows * size_, call.inputs[0], call.output); }

Result<void> ElementWise::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  times_slope(call.rows * size_, call.inputs[0], call.output, call.output_cotangent, input_cotangent);
  return {};
}

Result<void> ElementWise::forward_tangent(const TangentCall& call) {
  times_slope(call.rows * size_, call.inputs[0], call.output, call.input_tangents[0], call.output_tangent);
  return {};
}

Result<void> ElementWise::backward_input_tangent(const BackwardTangentCall& call, std::size_t,
                                                 float* input_cotangent_tangent) {
  // (f'(x) dy)' = f'(x) dy' + f''(x) x' dy.
  const BackwardCall& primal = call.primal;
  const std::size_t count = primal.rows * size_;
  const float *x = primal.inputs[0], *y = primal.output, *dy = primal.output_cotangent, *along = call.input_tangents[0];
  times_slope(count, x, y, call.output_cotangent_tangent, input_cotangent_tangent);
  constexpr std::size_t block = 256;
  float bend[block];
  for (std::size_t first = 0; first < count; first += block) {
    const std::size_t some = std::min(block, count - first);
    times_curvature(some, x + first, y + first, along + first, bend);
    for (std::size_t i = 0; i < some; ++i) input_cotangent_tangent[first + i] += bend[i] * dy[first + i];
  }
  return {};
}

Result<void> ElementWise::interval(const IntervalCall& call) {
  const std::size_t count = call.rows * size_;
  const float *from = call.lower[0], *to = call.upper[0];
  float *lower = call.output_lower, *upper = call.output_upper;
  values(count, from, lower);
  values(count, to, upper);
  const auto bottom = least();
  if (!bottom && !pole_at_0()) return {};
  float at_bottom = 0;
  if (bottom) values(1, &*bottom, &at_bottom);
  for (std::size_t i = 0; i < count; ++i) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const bool pole = pole_at_0() && from[i] <= 0 && to[i] >= 0;
    const float a = pole ? -infinity : lower[i], b = pole ? infinity : upper[i];
    lower[i] = bottom && from[i] <= *bottom && *bottom <= to[i] ? at_bottom : std::min(a, b);
    upper[i] = std::max(a, b);
  }
  return {};
}

}  // namespace mlsec::nn
