#include "nn/operations/add.hpp"

#include <cstring>

#include "base/text.hpp"

namespace mlsec::nn {

Result<std::unique_ptr<Operation>> Add::read(const NodeContext& context) {
  for (std::size_t i = 0; i < context.node().inputs.size(); ++i)
    if (context.constant(i))
      return context.refuse("a constant is only read as the bias of a MatMul whose output goes nowhere else");
  return std::unique_ptr<Operation>(std::make_unique<Add>());
}

Result<Shape> Add::connect(std::span<const Shape> inputs) {
  if (inputs.size() < 2)
    return Error{ErrorCode::shape_mismatch, "from", "An add layer needs at least two inputs, named in from."};
  for (const Shape& shape : inputs)
    if (!(shape == inputs[0]))
      return Error{
          ErrorCode::shape_mismatch, "from",
          sentence({"An add layer takes inputs of one shape, not ", to_text(inputs[0]), " and ", to_text(shape), "."})};
  terms_ = inputs.size();
  size_ = inputs[0].count();
  return inputs[0];
}

void Add::forward(const ForwardCall& call) {
  const std::size_t count = call.rows * size_;
  const float *first = call.inputs[0], *second = call.inputs[1];
  for (std::size_t i = 0; i < count; ++i) call.output[i] = first[i] + second[i];
  for (std::size_t term = 2; term < terms_; ++term) {
    const float* next = call.inputs[term];
    for (std::size_t i = 0; i < count; ++i) call.output[i] += next[i];
  }
}

Result<void> Add::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  std::memcpy(input_cotangent, call.output_cotangent, call.rows * size_ * sizeof(float));
  return {};
}

NodeDescription Add::write(GraphDescription&, const std::string& prefix, const std::optional<Shape>&) const {
  return {.operation = terms_ == 2 ? "Add" : "Sum",
          .name = prefix,
          .inputs = std::vector<std::string>(terms_),
          .outputs = {},
          .attributes = {}};
}

}  // namespace mlsec::nn
