#include "nn/operations/dense.hpp"

#include <cmath>
#include <cstring>

#include "base/text.hpp"
#include "engine/outer_product.hpp"
#include "engine/squared_norm.hpp"
#include "nn/node_writer.hpp"
#include "nn/operations/centred_bounds.hpp"
#include "nn/operations/conv2d.hpp"
#include "nn/operations/matmul.hpp"

namespace mlsec::nn {

Dense::Dense(Tensor weights, Tensor bias) {
  options_.units = static_cast<int>(weights.shape()[0]);
  options_.bias = bias.size() > 0;
  parameters_.push_back({"weights", std::move(weights)});
  if (options_.bias) parameters_.push_back({"bias", std::move(bias)});
}

Result<std::unique_ptr<Operation>> Dense::read(NodeContext& context) {
  if (context.values() == 2 && context.node().operation == "MatMul") return MatMul::read(context);
  const bool left = context.first_is_constant();
  if (left && context.node().operation == "Gemm")
    return context.refuse("its first input must come from the model's input");
  if (context.integer("transA", 0) != 0) {
    // A batch cannot become columns.
    if (context.batch_axes() > 0 || context.rank() != 2) return context.refuse("transA is not supported");
    MLSEC_TRY_VOID(context.complete());
    std::swap(context.value().order[0], context.value().order[1]);
  }
  const float alpha = context.number("alpha", 1), beta = context.number("beta", 1);
  MLSEC_TRY(const Constant* matrix, context.floats(left ? 0 : 1, 2));
  const bool output_major = left || context.integer("transB", 0) != 0;
  const std::int64_t outputs = matrix->shape[output_major ? 0 : 1], inputs = matrix->shape[output_major ? 1 : 0];
  const std::size_t columns = static_cast<std::size_t>(inputs), rows = static_cast<std::size_t>(outputs);
  const std::size_t rank = context.rank();
  if (rank == 0 || (left && rank == 1)) return context.refuse("its matrices do not fit");
  // The axis over which products are summed is to be the engine's last one.
  if (context.value().flattened == 0) MLSEC_TRY_VOID(context.bring_last(rank - (left ? 2 : 1)));
  const std::size_t flattened = context.value().flattened;
  if (flattened > 0 && context.size() != columns) return context.refuse("its weights do not fit its input");
  Tensor weights(Shape{outputs, inputs});
  for (std::size_t column = 0; column < columns; ++column) {
    const std::size_t place = flattened > 0 ? place_in_engine(flattened, columns, column) : column;
    for (std::size_t row = 0; row < rows; ++row)
      weights[row * columns + place] =
          alpha * matrix->floats[output_major ? row * columns + column : column * rows + row];
  }
  Tensor bias;
  if (context.present(2)) {
    const Constant* constant = context.constant(2);
    if (!constant || (constant->floats.size() != rows && constant->floats.size() != 1) ||
        static_cast<std::size_t>(constant->shape.last()) != constant->floats.size())
      return context.refuse("its bias must be one constant for each output");
    bias = Tensor::filled(Shape{outputs}, beta * constant->floats[0]);
    if (constant->floats.size() > 1)
      for (std::size_t row = 0; row < rows; ++row) bias[row] = beta * constant->floats[row];
  }
  if (context.shape().rank() > 1) return dense_at_each_place(context, std::move(weights), std::move(bias));
  context.make({0});
  return std::unique_ptr<Operation>(std::make_unique<Dense>(std::move(weights), std::move(bias)));
}

Result<Shape> Dense::connect(std::span<const Shape> inputs) {
  if (inputs[0].rank() != 1)
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"A dense layer takes a flat input, not ", to_text(inputs[0]),
                           ": put a flatten layer in front of it."})};
  inputs_ = inputs[0].count();
  const Shape shape{options_.units, static_cast<std::int64_t>(inputs_)};
  if (shape.count() > maximum_elements) return too_large();
  if (parameters_.empty()) {
    parameters_.push_back({"weights", Tensor::filled(shape, 0)});
    if (options_.bias) parameters_.push_back({"bias", Tensor::filled(Shape{options_.units}, 0)});
  }
  if (!(parameters_[0].value.shape() == shape))
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"A dense layer with weights ", to_text(parameters_[0].value.shape()), " does not fit ",
                           inputs_, " inputs."})};
  return Shape{options_.units};
}

void Dense::initialise(Random& random) {
  nn::initialise(options_.initializer, {inputs_, static_cast<std::size_t>(options_.units)}, random, weights());
  if (options_.bias)
    for (float& value : parameters_[1].value.values()) value = 0;
}

void Dense::parameters_changed() {
  forward_.expire();
  backward_.expire();
  magnitudes_.expire();
}

engine::Linear& Dense::forward_weights() {
  const auto units = static_cast<std::size_t>(options_.units);
  if (!forward_.packed()) forward_.pack(inputs_, units, weights().data(), bias(), engine::WeightOrder::output_major);
  return forward_;
}

void Dense::forward(const ForwardCall& call) { forward_weights().run(call.rows, call.inputs[0], call.output); }

void Dense::forward_and_relu(const ForwardCall& call) {
  forward_weights().run(call.rows, call.inputs[0], call.output, {.bias = true, .relu = true});
}

Result<void> Dense::forward_tangent(const TangentCall& call) {
  forward_weights().run(call.rows, call.input_tangents[0], call.output_tangent, engine::only_products);
  return {};
}

Result<void> Dense::interval(const IntervalCall& call) {
  const auto units = static_cast<std::size_t>(options_.units);
  if (!magnitudes_.packed()) {
    Tensor magnitudes = weights().copy();
    for (float& value : magnitudes.values()) value = std::fabs(value);
    magnitudes_.pack(inputs_, units, magnitudes.data(), nullptr, engine::WeightOrder::output_major);
  }
  const CentredBounds bounds(call.lower[0], call.upper[0], call.rows * inputs_);
  forward_weights().run(call.rows, bounds.middle(), call.output_lower);
  magnitudes_.run(call.rows, bounds.radius(), call.output_upper);
  spread(call.rows * units, call.output_lower, call.output_upper);
  return {};
}

Result<void> Dense::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  const auto units = static_cast<std::size_t>(options_.units);
  // dx = dy W: the same memory, read as inputs x outputs of the transposed map.
  if (!backward_.packed()) backward_.pack(units, inputs_, weights().data(), nullptr, engine::WeightOrder::input_major);
  backward_.run(call.rows, call.output_cotangent, input_cotangent);
  return {};
}

Result<void> Dense::backward_weights(const BackwardCall& call, std::span<float* const> gradients) {
  const auto units = static_cast<std::size_t>(options_.units);
  engine::add_outer_products(call.rows, units, inputs_, call.output_cotangent, call.inputs[0], gradients[0]);
  if (options_.bias) engine::add_rows(call.rows, units, call.output_cotangent, gradients[1]);
  return {};
}

Result<void> Dense::backward_weights_per_sample(const BackwardCall& call, std::span<float* const> gradients) {
  const auto units = static_cast<std::size_t>(options_.units);
  for (std::size_t row = 0; row < call.rows; ++row)
    engine::outer_product(units, inputs_, call.output_cotangent + row * units, call.inputs[0] + row * inputs_,
                          gradients[0] + row * units * inputs_);
  if (options_.bias) std::memcpy(gradients[1], call.output_cotangent, call.rows * units * sizeof(float));
  return {};
}

Result<void> Dense::add_squared_norms(const BackwardCall& call, float* norms) {
  const auto units = static_cast<std::size_t>(options_.units);
  const float of_bias = options_.bias ? 1 : 0;
  for (std::size_t row = 0; row < call.rows; ++row)
    norms[row] += engine::squared_norm(units, call.output_cotangent + row * units) *
                  (engine::squared_norm(inputs_, call.inputs[0] + row * inputs_) + of_bias);
  return {};
}

Result<NodeDescription> Dense::write(NodeWriter& writer) const {
  std::vector<std::string> constants;
  for (const Parameter& parameter : parameters_) {
    Constant constant{parameter.value.shape(), {parameter.value.values().begin(), parameter.value.values().end()}, {}};
    if (const std::size_t flattened = writer.input().flattened; flattened > 0 && constants.empty())
      for (std::size_t row = 0; row < constant.floats.size(); row += inputs_)
        for (std::size_t column = 0; column < inputs_; ++column)
          constant.floats[row + column] = parameter.value[row + place_in_engine(flattened, inputs_, column)];
    constants.push_back(writer.add(parameter.name, std::move(constant)));
  }
  writer.make({0});
  return writer.node("Gemm", std::move(constants), {{"transB", std::int64_t{1}}});
}

}  // namespace mlsec::nn
