#include "nn/operations/softmax.hpp"

#include <cmath>

#include "base/math.hpp"
#include "nn/node_writer.hpp"

namespace mlsec::nn {

namespace {

float largest(const float* x, std::size_t width) {
  float result = x[0];
  for (std::size_t i = 1; i < width; ++i) result = x[i] > result ? x[i] : result;
  return result;
}

void softmax(const float* x, std::size_t width, float* y) {
  const float top = largest(x, width);
  float sum = 0;
  for (std::size_t i = 0; i < width; ++i) sum += y[i] = exp(x[i] - top);
  for (std::size_t i = 0; i < width; ++i) y[i] /= sum;
}

float dot(const float* a, const float* b, std::size_t width) {
  float sum = 0;
  for (std::size_t i = 0; i < width; ++i) sum += a[i] * b[i];
  return sum;
}

float total(const float* a, std::size_t width) {
  float sum = 0;
  for (std::size_t i = 0; i < width; ++i) sum += a[i];
  return sum;
}

// J d = s (d - s . d), the derivative of softmax, which is symmetric.
void times_jacobian(const float* s, const float* d, std::size_t width, float* out) {
  const float mean = dot(s, d, width);
  for (std::size_t i = 0; i < width; ++i) out[i] = s[i] * (d[i] - mean);
}

template <class O>
Result<std::unique_ptr<Operation>> read_as(NodeContext& context) {
  MLSEC_TRY(const std::size_t axis, context.axis(context.integer("axis", -1), context.rank()));
  MLSEC_TRY_VOID(context.complete());
  // Older versions took all axes from that one on together.
  const std::vector<std::int64_t> extents = context.extents();
  if (context.operators() > 0 && context.operators() < 13)
    for (std::size_t behind = axis + 1; behind < extents.size(); ++behind)
      if (extents[behind] > 1) return context.refuse("it sums over more than one axis");
  MLSEC_TRY_VOID(context.bring_last(axis));
  return std::unique_ptr<Operation>(std::make_unique<O>());
}

NodeDescription write_as(const char* operation, NodeWriter& writer) {
  writer.arrange(AxisOrder(writer.input().order));
  const std::size_t axis = axis_in_file(writer.input().order, writer.input().shape.rank() - 1) + 1;
  return writer.node(operation, {}, {{"axis", static_cast<std::int64_t>(axis)}});
}

}  // namespace

Result<std::unique_ptr<Operation>> Softmax::read(NodeContext& context) { return read_as<Softmax>(context); }
Result<std::unique_ptr<Operation>> LogSoftmax::read(NodeContext& context) { return read_as<LogSoftmax>(context); }
Result<NodeDescription> Softmax::write(NodeWriter& writer) const { return write_as("Softmax", writer); }
Result<NodeDescription> LogSoftmax::write(NodeWriter& writer) const { return write_as("LogSoftmax", writer); }

Result<Shape> Softmax::connect(std::span<const Shape> inputs) {
  size_ = inputs[0].count();
  width_ = static_cast<std::size_t>(inputs[0].last());
  return inputs[0];
}

void Softmax::forward(const ForwardCall& call) {
  for (std::size_t i = 0; i < call.rows * size_; i += width_) softmax(call.inputs[0] + i, width_, call.output + i);
}

Result<void> Softmax::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  for (std::size_t i = 0; i < call.rows * size_; i += width_)
    times_jacobian(call.output + i, call.output_cotangent + i, width_, input_cotangent + i);
  return {};
}

Result<void> Softmax::forward_tangent(const TangentCall& call) {
  for (std::size_t i = 0; i < call.rows * size_; i += width_)
    times_jacobian(call.output + i, call.input_tangents[0] + i, width_, call.output_tangent + i);
  return {};
}

Result<void> Softmax::backward_input_tangent(const BackwardTangentCall& call, std::size_t,
                                             float* input_cotangent_tangent) {
  // dx = s (dy - s . dy), so dx' = s' (dy - s . dy) + s (dy' - s' . dy - s . dy').
  for (std::size_t i = 0; i < call.primal.rows * size_; i += width_) {
    const float *s = call.primal.output + i, *dy = call.primal.output_cotangent + i, *along = call.output_tangent + i,
                *dy_along = call.output_cotangent_tangent + i;
    const float mean = dot(s, dy, width_), mean_along = dot(along, dy, width_) + dot(s, dy_along, width_);
    for (std::size_t k = 0; k < width_; ++k)
      input_cotangent_tangent[i + k] = along[k] * (dy[k] - mean) + s[k] * (dy_along[k] - mean_along);
  }
  return {};
}

Result<void> Softmax::interval(const IntervalCall& call) {
  std::vector<float> corner(width_), shares(width_);
  for (std::size_t i = 0; i < call.rows * size_; i += width_) {
    const float *lower = call.lower[0] + i, *upper = call.upper[0] + i;
    for (std::size_t k = 0; k < width_; ++k) {
      for (std::size_t j = 0; j < width_; ++j) corner[j] = j == k ? lower[j] : upper[j];
      softmax(corner.data(), width_, shares.data());
      call.output_lower[i + k] = shares[k];
      for (std::size_t j = 0; j < width_; ++j) corner[j] = j == k ? upper[j] : lower[j];
      softmax(corner.data(), width_, shares.data());
      call.output_upper[i + k] = shares[k];
    }
  }
  return {};
}

Result<Shape> LogSoftmax::connect(std::span<const Shape> inputs) {
  size_ = inputs[0].count();
  width_ = static_cast<std::size_t>(inputs[0].last());
  return inputs[0];
}

void LogSoftmax::forward(const ForwardCall& call) {
  for (std::size_t i = 0; i < call.rows * size_; i += width_) {
    const float* x = call.inputs[0] + i;
    const float top = largest(x, width_);
    float sum = 0;
    for (std::size_t k = 0; k < width_; ++k) sum += exp(x[k] - top);
    const auto level = static_cast<float>(log(double{sum}));
    for (std::size_t k = 0; k < width_; ++k) call.output[i + k] = (x[k] - top) - level;
  }
}

Result<void> LogSoftmax::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  for (std::size_t i = 0; i < call.rows * size_; i += width_) {
    const float* dy = call.output_cotangent + i;
    const float sum = total(dy, width_);
    for (std::size_t k = 0; k < width_; ++k) input_cotangent[i + k] = dy[k] - exp(call.output[i + k]) * sum;
  }
  return {};
}

Result<void> LogSoftmax::forward_tangent(const TangentCall& call) {
  for (std::size_t i = 0; i < call.rows * size_; i += width_) {
    const float* along = call.input_tangents[0] + i;
    float mean = 0;
    for (std::size_t k = 0; k < width_; ++k) mean += exp(call.output[i + k]) * along[k];
    for (std::size_t k = 0; k < width_; ++k) call.output_tangent[i + k] = along[k] - mean;
  }
  return {};
}

Result<void> LogSoftmax::backward_input_tangent(const BackwardTangentCall& call, std::size_t,
                                                float* input_cotangent_tangent) {
  // dx = dy - s sum(dy), and s' = s y'.
  for (std::size_t i = 0; i < call.primal.rows * size_; i += width_) {
    const float *y = call.primal.output + i, *along = call.output_tangent + i;
    const float sum = total(call.primal.output_cotangent + i, width_);
    const float sum_along = total(call.output_cotangent_tangent + i, width_);
    for (std::size_t k = 0; k < width_; ++k) {
      const float share = exp(y[k]);
      input_cotangent_tangent[i + k] = call.output_cotangent_tangent[i + k] - share * (along[k] * sum + sum_along);
    }
  }
  return {};
}

}  // namespace mlsec::nn
