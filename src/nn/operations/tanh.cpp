#include "nn/operations/tanh.hpp"

#include "base/math.hpp"

namespace mlsec::nn {

Result<std::unique_ptr<Operation>> Tanh::read(const NodeContext&) {
  return std::unique_ptr<Operation>(std::make_unique<Tanh>());
}

Result<Shape> Tanh::connect(std::span<const Shape> inputs) {
  size_ = inputs[0].count();
  return inputs[0];
}

void Tanh::forward(const ForwardCall& call) {
  const float* x = call.inputs[0];
  for (std::size_t i = 0; i < call.rows * size_; ++i) call.output[i] = tanh(x[i]);
}

Result<void> Tanh::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  const float *y = call.output, *dy = call.output_cotangent;
  for (std::size_t i = 0; i < call.rows * size_; ++i) input_cotangent[i] = dy[i] * (1.0f - y[i] * y[i]);
  return {};
}

NodeDescription Tanh::write(GraphDescription&, const std::string& prefix, const std::optional<Shape>&) const {
  return {.operation = "Tanh", .name = prefix, .inputs = {""}, .outputs = {}, .attributes = {}};
}

}  // namespace mlsec::nn
