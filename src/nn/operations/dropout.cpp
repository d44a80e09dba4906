#include "nn/operations/dropout.hpp"

#include <cstring>

namespace mlsec::nn {

Result<Shape> Dropout::connect(std::span<const Shape> inputs) {
  size_ = inputs[0].count();
  return inputs[0];
}

void Dropout::forward(const ForwardCall& call) {
  const float* x = call.inputs[0];
  if (!call.training) {
    std::memcpy(call.output, x, call.rows * size_ * sizeof(float));
    return;
  }
  MLSEC_CHECK(call.training->samples.size() >= call.rows);
  auto& factors = call.memory.floats;
  if (factors.size() < call.rows * size_) factors.resize(call.rows * size_);
  const Purpose purpose = purpose_of("dropout " + std::to_string(call.node));
  const float kept = 1.0f / (1.0f - rate_);
  for (std::size_t row = 0; row < call.rows; ++row) {
    Random random(call.training->seed, call.training->samples[row], purpose, call.training->step);
    float* of_row = factors.data() + row * size_;
    for (std::size_t i = 0; i < size_; ++i) of_row[i] = random.uniform() < rate_ ? 0.0f : kept;
  }
  const float* factor = factors.data();
  for (std::size_t i = 0; i < call.rows * size_; ++i) call.output[i] = x[i] * factor[i];
}

Result<void> Dropout::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  const float *factor = call.memory.floats.data(), *dy = call.output_cotangent;
  if (call.memory.training)
    for (std::size_t i = 0; i < call.rows * size_; ++i) input_cotangent[i] = dy[i] * factor[i];
  else
    std::memcpy(input_cotangent, dy, call.rows * size_ * sizeof(float));
  return {};
}

// What files have that passes its input on; a Cast to whole numbers comes before a table that is looked up.
Result<std::unique_ptr<Operation>> Dropout::read(NodeContext& context) {
  constexpr std::int64_t float32 = 1, int32 = 6, int64 = 7, float16 = 10, float64 = 11;
  if (const Constant* training = context.constant(2); training && training->integers != std::vector<std::int64_t>{0})
    return context.refuse("training_mode is not supported");
  if (context.node().operation == "Cast") {
    const std::int64_t type = context.integer("to", float32);
    if (type == int32 || type == int64)
      context.value().whole = true;
    else if (type != float32 && type != float16 && type != float64)
      return context.refuse("only casts to floating-point and whole numbers are supported");
  }
  return std::unique_ptr<Operation>();
}

}  // namespace mlsec::nn
