#include "nn/operations/relu.hpp"

namespace mlsec::nn {

Result<std::unique_ptr<Operation>> Relu::read(const NodeContext&) {
  return std::unique_ptr<Operation>(std::make_unique<Relu>());
}

Result<Shape> Relu::connect(std::span<const Shape> inputs) {
  size_ = inputs[0].count();
  return inputs[0];
}

void Relu::forward(const ForwardCall& call) {
  const float* x = call.inputs[0];
  for (std::size_t i = 0; i < call.rows * size_; ++i) call.output[i] = x[i] > 0 ? x[i] : 0;
}

Result<void> Relu::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  for (std::size_t i = 0; i < call.rows * size_; ++i)
    input_cotangent[i] = call.output[i] > 0 ? call.output_cotangent[i] : 0;
  return {};
}

NodeDescription Relu::write(GraphDescription&, const std::string& prefix, const std::optional<Shape>&) const {
  return {.operation = "Relu", .name = prefix, .inputs = {""}, .outputs = {}, .attributes = {}};
}

}  // namespace mlsec::nn
