#include "nn/operations/normalisation.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace mlsec::nn {

namespace {

enum : std::size_t { scale, shift };

}  // namespace

Result<Shape> Normalisation::connect(std::span<const Shape> inputs) {
  const Shape& shape = inputs[0];
  const std::int64_t channels = shape.rank() == 0 ? 1 : shape[shape.rank() - 1];
  channels_ = static_cast<std::size_t>(channels);
  pixels_ = shape.count() / channels_;
  MLSEC_TRY(groups_, groups_of(pixels_, channels_));
  count_ = pixels_ * channels_ / (groups_.pixels * groups_.channels);
  if (parameters_.empty()) {
    parameters_.push_back({"scale", Tensor::filled(Shape{channels}, 1)});
    parameters_.push_back({"shift", Tensor::filled(Shape{channels}, 0)});
  }
  if (parameters_[scale].value.size() != channels_)
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"A ", id(), " layer of ", parameters_[scale].value.size(), " channels does not fit ",
                           to_text(shape), "."})};
  return shape;
}

void Normalisation::initialise(Random&) {
  for (std::size_t i : {scale, shift})
    for (float& value : parameters_[i].value.values()) value = i == scale ? 1 : 0;
}

// Calls visit(group, first pixel, first channel).
template <class Visit>
void Normalisation::for_each_group(Visit visit) const {
  std::size_t group = 0;
  for (std::size_t pixel = 0; pixel < pixels_; pixel += groups_.pixels)
    for (std::size_t channel = 0; channel < channels_; channel += groups_.channels) visit(group++, pixel, channel);
}

void Normalisation::forward(const ForwardCall& call) {
  auto& kept = call.memory.floats;  // mean and inverse deviation of each group
  kept.resize(std::max(kept.size(), call.rows * count_ * 2));
  const float *factor = parameters_[scale].value.data(), *offset = parameters_[shift].value.data();
  const double values = static_cast<double>(groups_.pixels * groups_.channels);
  for (std::size_t row = 0; row < call.rows; ++row) {
    const float* x = call.inputs[0] + row * pixels_ * channels_;
    float* y = call.output + row * pixels_ * channels_;
    for_each_group([&](std::size_t group, std::size_t pixel, std::size_t channel) {
      double sum = 0, squares = 0;
      const auto each = [&](auto visit) {
        for (std::size_t p = pixel; p < pixel + groups_.pixels; ++p)
          for (std::size_t c = channel; c < channel + groups_.channels; ++c) visit(p * channels_ + c, c);
      };
      each([&](std::size_t i, std::size_t) { sum += x[i]; });
      const double mean = sum / values;
      each([&](std::size_t i, std::size_t) { squares += (x[i] - mean) * (x[i] - mean); });
      const auto inverse = static_cast<float>(1 / std::sqrt(squares / values + static_cast<double>(epsilon_)));
      const auto middle = static_cast<float>(mean);
      kept[(row * count_ + group) * 2] = middle;
      kept[(row * count_ + group) * 2 + 1] = inverse;
      each([&](std::size_t i, std::size_t c) { y[i] = (x[i] - middle) * inverse * factor[c] + offset[c]; });
    });
  }
}

// With u = (x - mean) / deviation, the derivative of u takes d to (d - mean(d) - u mean(d u)) / deviation, a symmetric
// map; the scale comes before it on the way back and behind it on the way forward.
void Normalisation::apply_jacobian(const float* x, const NodeMemory& memory, std::size_t row, const float* in,
                                   float* out, bool scale_first) const {
  const float* factor = parameters_[scale].value.data();
  const double values = static_cast<double>(groups_.pixels * groups_.channels);
  for_each_group([&](std::size_t group, std::size_t pixel, std::size_t channel) {
    const float mean = memory.floats[(row * count_ + group) * 2];
    const float inverse = memory.floats[(row * count_ + group) * 2 + 1];
    const auto each = [&](auto visit) {
      for (std::size_t p = pixel; p < pixel + groups_.pixels; ++p)
        for (std::size_t c = channel; c < channel + groups_.channels; ++c) visit(p * channels_ + c, c);
    };
    double sum = 0, product = 0;
    each([&](std::size_t i, std::size_t c) {
      const float d = scale_first ? in[i] * factor[c] : in[i];
      sum += d;
      product += static_cast<double>(d) * ((x[i] - mean) * inverse);
    });
    const auto middle = static_cast<float>(sum / values), lean = static_cast<float>(product / values);
    each([&](std::size_t i, std::size_t c) {
      const float d = scale_first ? in[i] * factor[c] : in[i];
      const float result = (d - middle - (x[i] - mean) * inverse * lean) * inverse;
      out[i] = scale_first ? result : result * factor[c];
    });
  });
}

Result<void> Normalisation::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  const std::size_t size = pixels_ * channels_;
  for (std::size_t row = 0; row < call.rows; ++row)
    apply_jacobian(call.inputs[0] + row * size, call.memory, row, call.output_cotangent + row * size,
                   input_cotangent + row * size, true);
  return {};
}

Result<void> Normalisation::forward_tangent(const TangentCall& call) {
  const std::size_t size = pixels_ * channels_;
  for (std::size_t row = 0; row < call.rows; ++row)
    apply_jacobian(call.inputs[0] + row * size, call.memory, row, call.input_tangents[0] + row * size,
                   call.output_tangent + row * size, false);
  return {};
}

void Normalisation::add_gradients_of(const BackwardCall& call, std::size_t row, std::span<float* const> gradients) {
  const std::size_t size = pixels_ * channels_;
  const float *x = call.inputs[0] + row * size, *dy = call.output_cotangent + row * size;
  for_each_group([&](std::size_t group, std::size_t pixel, std::size_t channel) {
    const float mean = call.memory.floats[(row * count_ + group) * 2];
    const float inverse = call.memory.floats[(row * count_ + group) * 2 + 1];
    for (std::size_t p = pixel; p < pixel + groups_.pixels; ++p)
      for (std::size_t c = channel; c < channel + groups_.channels; ++c) {
        const std::size_t i = p * channels_ + c;
        gradients[scale][c] += dy[i] * ((x[i] - mean) * inverse);
        gradients[shift][c] += dy[i];
      }
  });
}

Result<Normalisation::Groups> GroupNorm::groups_of(std::size_t pixels, std::size_t channels) const {
  if (channels % count_ != 0)
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"A groupNorm layer cannot cut ", channels, " channels into ", count_, " groups."})};
  return Groups{pixels, channels / count_};
}

}  // namespace mlsec::nn
