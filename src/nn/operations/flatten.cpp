#include "nn/operations/flatten.hpp"

#include <cstring>

#include "nn/node_writer.hpp"

namespace mlsec::nn {

namespace {

// Whether it matters that a file has channels first, and nothing else does.
bool lies_channels_first(const std::vector<std::int64_t>& extents, const AxisOrder& order) {
  return moves_elements(extents, order, plain_order(order.size())) &&
         !moves_elements(extents, order, channels_first(order.size()));
}

}  // namespace

Result<std::unique_ptr<Operation>> Flatten::read(NodeContext& context) {
  const std::int64_t given = context.integer("axis", 1), rank = static_cast<std::int64_t>(context.rank());
  if (context.batch_axes() > 0) {
    if (given != 1 && given != -rank) return context.refuse("only axis 1 is supported");
    return read_flattening(context);
  }
  const std::int64_t axis = given < 0 ? given + rank : given;
  if (axis < 0 || axis > rank) return context.refuse("it has no such axis");
  MLSEC_TRY_VOID(context.arrange(plain_order(context.rank())));
  std::vector<std::int64_t> matrix{1, 1};
  for (std::int64_t i = 0; i < rank; ++i) matrix[i < axis ? 0 : 1] *= context.shape()[static_cast<std::size_t>(i)];
  MLSEC_TRY_VOID(context.reshape(matrix));
  context.make(plain_order(2));
  return std::unique_ptr<Operation>();
}

Result<std::unique_ptr<Operation>> Flatten::read_flattening(NodeContext& context) {
  ReadValue& value = context.value();
  const std::vector<std::int64_t> extents = context.extents();
  if (context.shape().rank() == 1) {
    const bool flat = extents.size() == 1;
    value.order = {0};
    if (!flat) return std::unique_ptr<Operation>();
  } else {
    const bool first = lies_channels_first(extents, value.order);
    if (!first) MLSEC_TRY_VOID(context.lay_plain());
    value.order = {0};
    value.flattened = first ? static_cast<std::size_t>(extents[0]) : 0;
  }
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

Result<NodeDescription> Flatten::write(NodeWriter& writer) const {
  const WrittenValue& value = writer.input();
  if (value.shape.rank() > 1) {
    const std::vector<std::int64_t> extents = writer.extents();
    const bool first = lies_channels_first(extents, value.order);
    const bool moved = moves_elements(extents, value.order, plain_order(extents.size()));
    if (moved && (!first || writer.must_transpose())) writer.arrange(plain_order(extents.size()));
    writer.make({0}, first && !writer.must_transpose() ? static_cast<std::size_t>(extents[0]) : 0);
  }
  return writer.node("Flatten");
}

}  // namespace mlsec::nn
