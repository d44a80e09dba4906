#include "nn/operations/flatten.hpp"

#include <cstring>

namespace mlsec::nn {

Result<std::unique_ptr<Operation>> Flatten::read(const NodeContext& context) {
  if (context.integer("axis", 1) != 1) return context.refuse("only axis 1 is supported");
  return std::unique_ptr<Operation>(std::make_unique<Flatten>());
}

Result<Shape> Flatten::connect(std::span<const Shape> inputs) {
  size_ = inputs[0].count();
  return Shape{static_cast<std::int64_t>(size_)};
}

void Flatten::forward(const ForwardCall& call) {
  std::memcpy(call.output, call.inputs[0], call.rows * size_ * sizeof(float));
}

Result<void> Flatten::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  std::memcpy(input_cotangent, call.output_cotangent, call.rows * size_ * sizeof(float));
  return {};
}

Result<NodeDescription> Flatten::write(GraphDescription&, const std::string& prefix, const std::optional<Shape>&) const {
  return NodeDescription{.operation = "Flatten", .name = prefix, .inputs = {""}, .outputs = {}, .attributes = {}};
}

}  // namespace mlsec::nn
