#include "nn/operations/normalisation.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "nn/node_writer.hpp"
#include "nn/operations/composed.hpp"
#include "nn/operations/rearrange.hpp"

namespace mlsec::nn {

namespace {

enum : std::size_t { scale, shift };

Result<double> epsilon_of(const NodeContext& context) {
  const auto epsilon = double{context.number("epsilon", 1e-5f)};
  if (!(epsilon > 0)) return context.refuse("its epsilon must be positive");
  return epsilon;
}

}  // namespace

Result<void> Normalisation::read_constants(const NodeContext& context, std::size_t channels) {
  MLSEC_TRY(Tensor scales, context.numbers(1, channels));
  Tensor shifts = Tensor::filled(scales.shape(), 0);
  if (context.present(2)) {
    MLSEC_TRY(shifts, context.numbers(2, channels));
  }
  parameters_.push_back({"scale", std::move(scales)});
  parameters_.push_back({"shift", std::move(shifts)});
  return {};
}

std::vector<std::string> Normalisation::constants(NodeWriter& writer) const {
  return {writer.add_values("scale", parameters_[scale].value), writer.add_values("shift", parameters_[shift].value)};
}

// From its axis on; several axes are one while it works.
Result<std::unique_ptr<Operation>> LayerNorm::read(NodeContext& context) {
  const std::size_t rank = context.rank();
  MLSEC_TRY(const std::size_t axis, context.axis(context.integer("axis", -1), rank));
  MLSEC_TRY(const double epsilon, epsilon_of(context));
  MLSEC_TRY_VOID(context.complete());
  MLSEC_TRY_VOID(read_moments(context, axis, epsilon));
  const std::vector<std::int64_t> extents = context.extents();
  std::int64_t channels = 1;
  for (std::size_t i = axis; i < rank; ++i) channels *= extents[i];
  auto norm = std::make_unique<LayerNorm>(Options{epsilon});
  if (axis + 1 == rank && context.constant(1) && context.constant(1)->shape.rank() == 1) {
    MLSEC_TRY_VOID(context.bring_last(axis));
    MLSEC_TRY_VOID(norm->read_constants(context, static_cast<std::size_t>(channels)));
    return std::unique_ptr<Operation>(std::move(norm));
  }
  MLSEC_TRY_VOID(context.arrange(plain_order(rank)));
  MLSEC_TRY_VOID(context.reshape({static_cast<std::int64_t>(context.size()) / channels, channels}));
  const Constant *scales = context.constant(1), *shifts = context.constant(2);
  if (!scales || scales->floats.size() != static_cast<std::size_t>(channels) ||
      (context.present(2) && (!shifts || shifts->floats.size() != scales->floats.size())))
    return context.refuse("its scale and shift must be constants of the extents that it normalises");
  norm->parameters_.push_back({"scale", Tensor(Shape{channels}, scales->floats)});
  norm->parameters_.push_back(
      {"shift", shifts ? Tensor(Shape{channels}, shifts->floats) : Tensor::filled(Shape{channels}, 0)});
  MLSEC_TRY_VOID(context.apply(std::move(norm)));
  return std::unique_ptr<Operation>(
      std::make_unique<Reshape>(Reshape::Options{std::vector<int>(extents.begin(), extents.end())}));
}

Result<NodeDescription> LayerNorm::write(NodeWriter& writer) const {
  writer.arrange(plain_order(writer.input().shape.rank()));
  return writer.node("LayerNormalization", constants(writer), attributes());
}

Result<std::unique_ptr<Operation>> InstanceNorm::read(NodeContext& context) {
  MLSEC_TRY(const double epsilon, epsilon_of(context));
  MLSEC_TRY_VOID(context.complete());
  MLSEC_TRY_VOID(context.bring_last(0));
  auto norm = std::make_unique<InstanceNorm>(Options{epsilon});
  MLSEC_TRY_VOID(norm->read_constants(context, static_cast<std::size_t>(context.extents()[0])));
  return std::unique_ptr<Operation>(std::move(norm));
}

Result<NodeDescription> InstanceNorm::write(NodeWriter& writer) const {
  const std::size_t rank = writer.input().shape.rank();
  if (rank < 2) return cannot("form in ONNX files for vectors");
  writer.arrange(channels_first(rank));
  return writer.node("InstanceNormalization", constants(writer), attributes());
}

Result<std::unique_ptr<Operation>> GroupNorm::read(NodeContext& context) {
  MLSEC_TRY(const double epsilon, epsilon_of(context));
  MLSEC_TRY_VOID(context.complete());
  MLSEC_TRY_VOID(context.bring_last(0));
  const std::int64_t channels = context.extents()[0], groups = context.integer("num_groups", 0);
  if (groups < 1 || groups > channels) return context.refuse("its num_groups does not fit its channels");
  auto norm = std::make_unique<GroupNorm>(Options{static_cast<int>(groups), epsilon});
  // Versions before 21 have one scale and shift for each group.
  const bool by_group = context.operators() > 0 && context.operators() < 21;
  MLSEC_TRY_VOID(norm->read_constants(context, static_cast<std::size_t>(by_group ? groups : channels)));
  if (by_group && channels % groups == 0)
    for (Parameter& parameter : norm->parameters_) {
      Tensor of_channels(Shape{channels});
      for (std::size_t i = 0; i < of_channels.size(); ++i)
        of_channels[i] = parameter.value[i / static_cast<std::size_t>(channels / groups)];
      parameter.value = std::move(of_channels);
    }
  return std::unique_ptr<Operation>(std::move(norm));
}

Result<NodeDescription> GroupNorm::write(NodeWriter& writer) const {
  writer.arrange(channels_first(writer.input().shape.rank()));
  auto with_groups = attributes();
  with_groups["num_groups"] = static_cast<std::int64_t>(count_);
  return writer.node("GroupNormalization", constants(writer), std::move(with_groups));
}

Result<Shape> Normalisation::connect(std::span<const Shape> inputs) {
  const Shape& shape = inputs[0];
  const std::int64_t channels = shape.last();
  channels_ = static_cast<std::size_t>(channels);
  pixels_ = shape.count() / channels_;
  MLSEC_TRY(groups_, groups_of(pixels_, channels_));
  count_ = pixels_ * channels_ / (groups_.pixels * groups_.channels);
  if (parameters_.empty()) {
    parameters_.push_back({"scale", Tensor::filled(Shape{channels}, 1)});
    parameters_.push_back({"shift", Tensor::filled(Shape{channels}, 0)});
  }
  if (parameters_[scale].value.size() != channels_)
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"A ", id(), " layer of ", parameters_[scale].value.size(), " channels does not fit ",
                           to_text(shape), "."})};
  return shape;
}

void Normalisation::initialise(Random&) {
  for (std::size_t i : {scale, shift})
    for (float& value : parameters_[i].value.values()) value = i == scale ? 1 : 0;
}

// Calls visit(group, first pixel, first channel).
template <class Visit>
void Normalisation::for_each_group(Visit visit) const {
  std::size_t group = 0;
  for (std::size_t pixel = 0; pixel < pixels_; pixel += groups_.pixels)
    for (std::size_t channel = 0; channel < channels_; channel += groups_.channels) visit(group++, pixel, channel);
}

void Normalisation::forward(const ForwardCall& call) {
  auto& kept = call.memory.floats;  // mean and inverse deviation of each group
  kept.resize(std::max(kept.size(), call.rows * count_ * 2));
  const float *factor = parameters_[scale].value.data(), *offset = parameters_[shift].value.data();
  const double values = static_cast<double>(groups_.pixels * groups_.channels);
  for (std::size_t row = 0; row < call.rows; ++row) {
    const float* x = call.inputs[0] + row * pixels_ * channels_;
    float* y = call.output + row * pixels_ * channels_;
    for_each_group([&](std::size_t group, std::size_t pixel, std::size_t channel) {
      double sum = 0, squares = 0;
      const auto each = [&](auto visit) {
        for (std::size_t p = pixel; p < pixel + groups_.pixels; ++p)
          for (std::size_t c = channel; c < channel + groups_.channels; ++c) visit(p * channels_ + c, c);
      };
      each([&](std::size_t i, std::size_t) { sum += x[i]; });
      const double mean = sum / values;
      each([&](std::size_t i, std::size_t) { squares += (x[i] - mean) * (x[i] - mean); });
      const auto inverse = static_cast<float>(1 / std::sqrt(squares / values + static_cast<double>(epsilon_)));
      const auto middle = static_cast<float>(mean);
      kept[(row * count_ + group) * 2] = middle;
      kept[(row * count_ + group) * 2 + 1] = inverse;
      each([&](std::size_t i, std::size_t c) { y[i] = (x[i] - middle) * inverse * factor[c] + offset[c]; });
    });
  }
}

// With u = (x - mean) / deviation, the derivative of u takes d to (d - mean(d) - u mean(d u)) / deviation, a symmetric
// map; the scale comes before it on the way back and behind it on the way forward.
void Normalisation::apply_jacobian(const float* x, const NodeMemory& memory, std::size_t row, const float* in,
                                   float* out, bool scale_first) const {
  const float* factor = parameters_[scale].value.data();
  const double values = static_cast<double>(groups_.pixels * groups_.channels);
  for_each_group([&](std::size_t group, std::size_t pixel, std::size_t channel) {
    const float mean = memory.floats[(row * count_ + group) * 2];
    const float inverse = memory.floats[(row * count_ + group) * 2 + 1];
    const auto each = [&](auto visit) {
      for (std::size_t p = pixel; p < pixel + groups_.pixels; ++p)
        for (std::size_t c = channel; c < channel + groups_.channels; ++c) visit(p * channels_ + c, c);
    };
    double sum = 0, product = 0;
    each([&](std::size_t i, std::size_t c) {
      const float d = scale_first ? in[i] * factor[c] : in[i];
      sum += d;
      product += static_cast<double>(d) * ((x[i] - mean) * inverse);
    });
    const auto middle = static_cast<float>(sum / values), lean = static_cast<float>(product / values);
    each([&](std::size_t i, std::size_t c) {
      const float d = scale_first ? in[i] * factor[c] : in[i];
      const float result = (d - middle - (x[i] - mean) * inverse * lean) * inverse;
      out[i] = scale_first ? result : result * factor[c];
    });
  });
}

Result<void> Normalisation::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  const std::size_t size = pixels_ * channels_;
  for (std::size_t row = 0; row < call.rows; ++row)
    apply_jacobian(call.inputs[0] + row * size, call.memory, row, call.output_cotangent + row * size,
                   input_cotangent + row * size, true);
  return {};
}

Result<void> Normalisation::forward_tangent(const TangentCall& call) {
  const std::size_t size = pixels_ * channels_;
  for (std::size_t row = 0; row < call.rows; ++row)
    apply_jacobian(call.inputs[0] + row * size, call.memory, row, call.input_tangents[0] + row * size,
                   call.output_tangent + row * size, false);
  return {};
}

void Normalisation::add_gradients_of(const BackwardCall& call, std::size_t row, std::span<float* const> gradients) {
  const std::size_t size = pixels_ * channels_;
  const float *x = call.inputs[0] + row * size, *dy = call.output_cotangent + row * size;
  for_each_group([&](std::size_t group, std::size_t pixel, std::size_t channel) {
    const float mean = call.memory.floats[(row * count_ + group) * 2];
    const float inverse = call.memory.floats[(row * count_ + group) * 2 + 1];
    for (std::size_t p = pixel; p < pixel + groups_.pixels; ++p)
      for (std::size_t c = channel; c < channel + groups_.channels; ++c) {
        const std::size_t i = p * channels_ + c;
        gradients[scale][c] += dy[i] * ((x[i] - mean) * inverse);
        gradients[shift][c] += dy[i];
      }
  });
}

Result<Normalisation::Groups> GroupNorm::groups_of(std::size_t pixels, std::size_t channels) const {
  if (channels % count_ != 0)
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"A groupNorm layer cannot cut ", channels, " channels into ", count_, " groups."})};
  return Groups{pixels, channels / count_};
}

}  // namespace mlsec::nn
