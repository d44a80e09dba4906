#include "nn/operations/leaky_relu.hpp"

namespace mlsec::nn {

Result<std::unique_ptr<Operation>> LeakyRelu::read(const NodeContext& context) {
  return std::unique_ptr<Operation>(std::make_unique<LeakyRelu>(context.number("alpha", 0.01f)));
}

Result<Shape> LeakyRelu::connect(std::span<const Shape> inputs) {
  size_ = inputs[0].count();
  return inputs[0];
}

void LeakyRelu::forward(const ForwardCall& call) {
  const float* x = call.inputs[0];
  const float slope = slope_;
  for (std::size_t i = 0; i < call.rows * size_; ++i) call.output[i] = x[i] > 0 ? x[i] : slope * x[i];
}

Result<void> LeakyRelu::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  const float *x = call.inputs[0], *dy = call.output_cotangent;
  const float slope = slope_;
  for (std::size_t i = 0; i < call.rows * size_; ++i) input_cotangent[i] = x[i] > 0 ? dy[i] : slope * dy[i];
  return {};
}

NodeDescription LeakyRelu::write(GraphDescription&, const std::string& prefix, const std::optional<Shape>&) const {
  return {.operation = "LeakyRelu", .name = prefix, .inputs = {""}, .outputs = {}, .attributes = {{"alpha", slope_}}};
}

}  // namespace mlsec::nn
