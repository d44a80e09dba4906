#include "nn/operations/sigmoid.hpp"

#include "base/math.hpp"

namespace mlsec::nn {

Result<std::unique_ptr<Operation>> Sigmoid::read(const NodeContext&) {
  return std::unique_ptr<Operation>(std::make_unique<Sigmoid>());
}

Result<Shape> Sigmoid::connect(std::span<const Shape> inputs) {
  size_ = inputs[0].count();
  return inputs[0];
}

void Sigmoid::forward(const ForwardCall& call) {
  const float* x = call.inputs[0];
  for (std::size_t i = 0; i < call.rows * size_; ++i) call.output[i] = sigmoid(x[i]);
}

Result<void> Sigmoid::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  const float *y = call.output, *dy = call.output_cotangent;
  for (std::size_t i = 0; i < call.rows * size_; ++i) input_cotangent[i] = dy[i] * (y[i] * (1.0f - y[i]));
  return {};
}

NodeDescription Sigmoid::write(GraphDescription&, const std::string& prefix, const std::optional<Shape>&) const {
  return {.operation = "Sigmoid", .name = prefix, .inputs = {""}, .outputs = {}, .attributes = {}};
}

}  // namespace mlsec::nn
