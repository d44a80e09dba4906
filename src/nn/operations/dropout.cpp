#include "nn/operations/dropout.hpp"

#include <cstring>

namespace mlsec::nn {

Result<Shape> Dropout::connect(std::span<const Shape> inputs) {
  size_ = inputs[0].count();
  return inputs[0];
}

void Dropout::forward(const ForwardCall& call) {
  const float* x = call.inputs[0];
  if (!call.training) {
    std::memcpy(call.output, x, call.rows * size_ * sizeof(float));
    return;
  }
  MLSEC_CHECK(call.training->samples.size() >= call.rows);
  auto& factors = call.memory.floats;
  if (factors.size() < call.rows * size_) factors.resize(call.rows * size_);
  const Purpose purpose = purpose_of("dropout " + std::to_string(call.node));
  const float kept = 1.0f / (1.0f - rate_);
  for (std::size_t row = 0; row < call.rows; ++row) {
    Random random(call.training->seed, call.training->samples[row], purpose, call.training->step);
    float* of_row = factors.data() + row * size_;
    for (std::size_t i = 0; i < size_; ++i) of_row[i] = random.uniform() < rate_ ? 0.0f : kept;
  }
  const float* factor = factors.data();
  for (std::size_t i = 0; i < call.rows * size_; ++i) call.output[i] = x[i] * factor[i];
}

Result<void> Dropout::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  const float *factor = call.memory.floats.data(), *dy = call.output_cotangent;
  if (call.memory.training)
    for (std::size_t i = 0; i < call.rows * size_; ++i) input_cotangent[i] = dy[i] * factor[i];
  else
    std::memcpy(input_cotangent, dy, call.rows * size_ * sizeof(float));
  return {};
}

Result<NodeDescription> Dropout::write(GraphDescription&, const std::string& prefix, const std::optional<Shape>&) const {
  return NodeDescription{.operation = "Dropout", .name = prefix, .inputs = {""}, .outputs = {}, .attributes = {}};
}

}  // namespace mlsec::nn
