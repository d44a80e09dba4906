#include "nn/operations/concat.hpp"

#include <cstring>

#include "base/text.hpp"
#include "nn/node_writer.hpp"

namespace mlsec::nn {

Result<std::unique_ptr<Operation>> Concat::read(NodeContext& context) {
  if (context.values() != context.node().inputs.size()) return context.refuse("constants cannot be put beside values");
  MLSEC_TRY(const std::size_t axis, context.axis(context.integer("axis", 1), context.rank()));
  for (std::size_t which = 0; which < context.values(); ++which)
    if (context.rank(which) != context.rank()) return context.refuse("its inputs have different numbers of axes");
  MLSEC_TRY_VOID(context.arrange_all(complete_order(context.value().order)));
  return std::unique_ptr<Operation>(std::make_unique<Concat>(Options{context.value().order[axis]}));
}

Result<NodeDescription> Concat::write(NodeWriter& writer) const {
  writer.arrange_all(AxisOrder(writer.input().order));
  const std::size_t axis = axis_in_file(writer.input().order, *writer.output_shape().find_axis(axis_));
  return writer.node("Concat", {}, {{"axis", static_cast<std::int64_t>(axis) + 1}});
}

Result<Shape> Concat::connect(std::span<const Shape> inputs) {
  Shape output = inputs[0];
  const auto found = output.find_axis(axis_);
  if (!found)
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"A concat layer has no axis ", axis_, " in inputs of ", to_text(output), "."})};
  const std::size_t axis = *found;
  outer_ = 1;
  std::size_t inner = 1;
  for (std::size_t i = 0; i < output.rank(); ++i) {
    const auto extent = static_cast<std::size_t>(output[i]);
    if (i < axis) outer_ *= extent;
    if (i > axis) inner *= extent;
  }
  output[axis] = 0;
  widths_.clear();
  for (const Shape& shape : inputs) {
    Shape other = shape;
    if (other.rank() == output.rank()) other[axis] = output[axis];
    if (!(other == output))
      return Error{ErrorCode::shape_mismatch, "from",
                   sentence({"A concat layer cannot put ", to_text(inputs[0]), " and ", to_text(shape),
                             " side by side along axis ", axis, "."})};
    output[axis] += shape[axis];
    widths_.push_back(static_cast<std::size_t>(shape[axis]) * inner);
  }
  width_ = static_cast<std::size_t>(output[axis]) * inner;
  if (output.count() > maximum_elements) return too_large();
  return output;
}

void Concat::forward(const ForwardCall& call) {
  std::size_t place = 0;
  for (std::size_t which = 0; which < widths_.size(); place += widths_[which++])
    for (std::size_t i = 0; i < call.rows * outer_; ++i)
      std::memcpy(call.output + i * width_ + place, call.inputs[which] + i * widths_[which],
                  widths_[which] * sizeof(float));
}

Result<void> Concat::backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) {
  std::size_t place = 0;
  for (std::size_t before = 0; before < which; ++before) place += widths_[before];
  for (std::size_t i = 0; i < call.rows * outer_; ++i)
    std::memcpy(input_cotangent + i * widths_[which], call.output_cotangent + i * width_ + place,
                widths_[which] * sizeof(float));
  return {};
}

}  // namespace mlsec::nn
