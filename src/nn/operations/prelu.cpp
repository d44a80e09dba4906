#include "nn/operations/prelu.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "nn/node_writer.hpp"
#include "nn/operations/composed.hpp"

namespace mlsec::nn {

Result<std::unique_ptr<Operation>> Prelu::read(NodeContext& context) {
  const Constant* slopes = context.constant(1);
  if (!slopes || slopes->floats.empty()) return context.refuse("its slopes must be constants");
  MLSEC_TRY_VOID(context.complete());
  const std::vector<std::int64_t> extents = context.extents();
  const auto count = static_cast<std::int64_t>(slopes->floats.size());
  // Their last axis is the value's last one; all but the channels must have extent 1.
  const Shape& shape = slopes->shape;
  const std::size_t behind = extents.size() - 1;
  const bool older = context.operators() > 0 && context.operators() < 7 && shape.rank() == 1;
  const bool by_channel = context.batch_axes() > 0 && count == extents[0] &&
                          (older || (shape.rank() > behind && shape[shape.rank() - 1 - behind] == count));
  if (count != 1 && !by_channel) return read_prelu_by_value(context, *slopes);
  MLSEC_TRY_VOID(context.bring_last(0));
  Tensor values = Tensor::filled(Shape{extents[0]}, slopes->floats[0]);
  if (count > 1) std::copy(slopes->floats.begin(), slopes->floats.end(), values.data());
  return std::unique_ptr<Operation>(std::make_unique<Prelu>(std::move(values)));
}

Result<NodeDescription> Prelu::write(NodeWriter& writer) const {
  const std::size_t rank = writer.input().shape.rank();
  writer.arrange(channels_first(rank));
  std::vector<std::int64_t> extents(rank, 1);
  const std::span<const float> slopes = parameters_[0].value.values();
  extents[0] = static_cast<std::int64_t>(slopes.size());
  return writer.node(
      "PRelu",
      {writer.add("slopes", {Shape(std::span<const std::int64_t>(extents)), {slopes.begin(), slopes.end()}, {}})});
}

Result<Shape> Prelu::connect(std::span<const Shape> inputs) {
  const Shape& shape = inputs[0];
  const std::int64_t channels = shape.last();
  channels_ = static_cast<std::size_t>(channels);
  size_ = shape.count();
  if (parameters_.empty()) parameters_.push_back({"slopes", Tensor::filled(Shape{channels}, start_)});
  if (parameters_[0].value.size() != channels_)
    return Error{
        ErrorCode::shape_mismatch, "model",
        sentence({"A prelu layer of ", parameters_[0].value.size(), " channels does not fit ", to_text(shape), "."})};
  return shape;
}

void Prelu::initialise(Random&) {
  for (float& value : parameters_[0].value.values()) value = start_;
}

void Prelu::forward(const ForwardCall& call) { times_slope(call.rows, call.inputs[0], call.inputs[0], call.output); }

Result<void> Prelu::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  times_slope(call.rows, call.inputs[0], call.output_cotangent, input_cotangent);
  return {};
}

Result<void> Prelu::forward_tangent(const TangentCall& call) {
  times_slope(call.rows, call.inputs[0], call.input_tangents[0], call.output_tangent);
  return {};
}

Result<void> Prelu::interval(const IntervalCall& call) {
  const float* slopes = parameters_[0].value.data();
  for (std::size_t i = 0; i < call.rows * size_; ++i) {
    const float slope = slopes[i % channels_], from = call.lower[0][i], to = call.upper[0][i];
    const float a = from > 0 ? from : slope * from, b = to > 0 ? to : slope * to;
    const bool bends = from < 0 && to > 0;  // a negative slope has its least value at 0
    call.output_lower[i] = bends ? std::min({a, b, 0.0f}) : std::min(a, b);
    call.output_upper[i] = std::max(a, b);
  }
  return {};
}

void Prelu::times_slope(std::size_t rows, const float* x, const float* d, float* out) const {
  const float* slopes = parameters_[0].value.data();
  for (std::size_t i = 0; i < rows * size_; i += channels_)
    for (std::size_t c = 0; c < channels_; ++c) out[i + c] = x[i + c] > 0 ? d[i + c] : slopes[c] * d[i + c];
}

void Prelu::add_gradients_of(const BackwardCall& call, std::size_t row, std::span<float* const> gradients) {
  const float *x = call.inputs[0] + row * size_, *dy = call.output_cotangent + row * size_;
  for (std::size_t i = 0; i < size_; ++i)
    if (!(x[i] > 0)) gradients[0][i % channels_] += x[i] * dy[i];
}

}  // namespace mlsec::nn
