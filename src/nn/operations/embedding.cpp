#include "nn/operations/embedding.hpp"

#include <cmath>
#include <cstring>

#include "nn/initializer.hpp"
#include "nn/node_writer.hpp"

namespace mlsec::nn {

Result<std::unique_ptr<Operation>> Embedding::read(NodeContext& context) {
  if (!context.value().whole) return context.refuse("its indices must be cast to whole numbers");
  if (context.integer("axis", 0) != 0) return context.refuse("only rows of a constant can be looked up");
  MLSEC_TRY(const Constant* table, context.floats(0, 2));
  MLSEC_TRY_VOID(context.complete());
  AxisOrder order = context.value().order;
  order.push_back(static_cast<int>(order.size()));
  context.make(std::move(order));
  context.value().whole = false;
  return std::unique_ptr<Operation>(std::make_unique<Embedding>(Tensor(table->shape, table->floats)));
}

Result<NodeDescription> Embedding::write(NodeWriter& writer) const {
  constexpr std::int64_t int64 = 7;
  writer.arrange(AxisOrder(writer.input().order));
  NodeDescription cast = writer.node("Cast", {}, {{"to", int64}});
  cast.name += ".cast";
  writer.step(std::move(cast), "tokens");
  AxisOrder order = writer.input().order;
  order.push_back(static_cast<int>(order.size()));
  writer.make(std::move(order));
  NodeDescription gather = writer.node("Gather");
  gather.inputs.insert(gather.inputs.begin(), writer.add_values("table", parameters_[0].value));
  return gather;
}

Result<Shape> Embedding::connect(std::span<const Shape> inputs) {
  size_ = inputs[0].count();
  const Shape table{options_.tokens, options_.units};
  std::vector<std::int64_t> extents(inputs[0].begin(), inputs[0].end());
  extents.push_back(options_.units);
  if (extents.size() >= Shape::max_rank || table.count() > maximum_elements ||
      size_ > maximum_elements / static_cast<std::size_t>(options_.units))
    return too_large();
  if (parameters_.empty()) parameters_.push_back({"table", Tensor::filled(table, 0)});
  return Shape(std::span<const std::int64_t>(extents));
}

void Embedding::initialise(Random& random) {
  const auto units = static_cast<std::size_t>(options_.units);
  nn::initialise(Initializer::lecun_normal, {units, units}, random, parameters_[0].value);
}

std::size_t Embedding::token_of(float input) const {
  const auto last = static_cast<float>(options_.tokens - 1);
  return static_cast<std::size_t>(input > 0 ? (input < last ? input + 0.5f : last) : 0);
}

void Embedding::forward(const ForwardCall& call) {
  const auto units = static_cast<std::size_t>(options_.units);
  for (std::size_t i = 0; i < call.rows * size_; ++i)
    std::memcpy(call.output + i * units, parameters_[0].value.data() + token_of(call.inputs[0][i]) * units,
                units * sizeof(float));
}

// Outputs do not move with a token's number.
Result<void> Embedding::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  std::memset(input_cotangent, 0, call.rows * size_ * sizeof(float));
  return {};
}

void Embedding::add_gradients_of(const BackwardCall& call, std::size_t row, std::span<float* const> gradients) {
  const auto units = static_cast<std::size_t>(options_.units);
  for (std::size_t i = row * size_; i < (row + 1) * size_; ++i) {
    float* to = gradients[0] + token_of(call.inputs[0][i]) * units;
    for (std::size_t unit = 0; unit < units; ++unit) to[unit] += call.output_cotangent[i * units + unit];
  }
}

}  // namespace mlsec::nn
