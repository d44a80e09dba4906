#include "nn/operations/batch_norm.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/text.hpp"
#include "engine/channels.hpp"
#include "engine/squared_norm.hpp"
#include "nn/node_writer.hpp"

namespace mlsec::nn {

namespace {

enum Which : std::size_t { scale, shift, running_mean, running_variance };

// What forward leaves in NodeMemory::floats for backward, one number a channel each.
enum Kept : std::size_t { mean, inverse_deviation, variance, kept_arrays };

constexpr std::string_view in_training = " in training, where rows depend on each other";

}  // namespace

BatchNorm::BatchNorm(const Options& options, std::array<Tensor, 4> values) : options_(options) {
  set_parameters(std::move(values));
}

void BatchNorm::set_parameters(std::array<Tensor, 4> values) {
  constexpr std::array<const char*, 4> names{"scale", "shift", "runningMean", "runningVariance"};
  const auto momentum = static_cast<float>(options_.momentum);
  for (std::size_t i = 0; i < 4; ++i) {
    const bool statistic = i >= running_mean;
    parameters_.push_back({names[i], std::move(values[i]), statistic ? ParameterRole::statistic : ParameterRole::weight,
                           statistic ? momentum : 0});
  }
}

Result<std::unique_ptr<Operation>> BatchNorm::read(NodeContext& context) {
  if (context.integer("training_mode", 0) != 0) return context.refuse("training_mode is not supported");
  if (context.integer("spatial", 1) != 1) return context.refuse("only statistics by channel are supported");
  for (std::size_t i = 1; i < context.node().outputs.size(); ++i)
    if (!context.node().outputs[i].empty()) return context.refuse("only its first output is supported");
  Options options;
  // The file's momentum is the share that stays.
  options.momentum = 1.0 - std::clamp(double{context.number("momentum", 0.9f)}, 0.0, 1.0);
  options.epsilon = double{context.number("epsilon", 1e-5f)};
  const std::size_t flattened = context.value().flattened;
  if (flattened == 0) MLSEC_TRY_VOID(context.bring_last(0));
  std::array<Tensor, 4> values;
  for (std::size_t i = 0; i < 4; ++i) {
    MLSEC_TRY(const Constant* constant, context.floats(i + 1, 1));
    if (i > 0 && !(constant->shape == values[0].shape())) return context.refuse("its constants differ in size");
    if (flattened > 0 && context.size() != constant->floats.size())
      return context.refuse("its constants do not fit its input");
    values[i] = Tensor(constant->shape);
    for (std::size_t channel = 0; channel < constant->floats.size(); ++channel)
      values[i][flattened > 0 ? place_in_engine(flattened, context.size(), channel) : channel] =
          constant->floats[channel];
  }
  for (float value : values[running_variance].values())
    if (!(double{value} + options.epsilon > 0)) return context.refuse("its variances must not be negative");
  return std::unique_ptr<Operation>(std::make_unique<BatchNorm>(options, std::move(values)));
}

Result<Shape> BatchNorm::connect(std::span<const Shape> inputs) {
  const Shape& shape = inputs[0];
  const std::int64_t channels = shape.last();
  channels_ = static_cast<std::size_t>(channels);
  pixels_ = shape.count() / channels_;
  if (parameters_.empty()) {
    const Shape one_a_channel{channels};
    set_parameters({Tensor::filled(one_a_channel, 1), Tensor::filled(one_a_channel, 0),
                    Tensor::filled(one_a_channel, 0), Tensor::filled(one_a_channel, 1)});
  }
  if (parameters_[scale].value.size() != channels_)
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"A batchNorm layer of ", parameters_[scale].value.size(), " channels does not fit ",
                           to_text(shape), "."})};
  return shape;
}

void BatchNorm::initialise(Random&) {
  for (std::size_t i = 0; i < 4; ++i)
    for (float& value : parameters_[i].value.values()) value = i == scale || i == running_variance ? 1 : 0;
}

void BatchNorm::forward(const ForwardCall& call) {
  const std::size_t values = call.rows * pixels_;
  call.memory.floats.resize(kept_arrays * channels_);
  float* kept = call.memory.floats.data();
  if (measures(call.training != nullptr, call.rows)) {
    engine::channel_moments(values, channels_, call.inputs[0], kept + mean * channels_, kept + variance * channels_);
  } else {
    std::memcpy(kept + mean * channels_, value(running_mean), channels_ * sizeof(float));
    std::memcpy(kept + variance * channels_, value(running_variance), channels_ * sizeof(float));
  }
  const auto epsilon = static_cast<float>(options_.epsilon);
  std::vector<float> factor(channels_);
  for (std::size_t c = 0; c < channels_; ++c) {
    const float inverse = 1.0f / std::sqrt(kept[variance * channels_ + c] + epsilon);
    kept[inverse_deviation * channels_ + c] = inverse;
    factor[c] = value(scale)[c] * inverse;
  }
  engine::normalise_channels(values, channels_, call.inputs[0], kept + mean * channels_, factor.data(), value(shift),
                             call.output);
}

Result<void> BatchNorm::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  const float* means = call.memory.floats.data() + mean * channels_;
  const float* inverse = call.memory.floats.data() + inverse_deviation * channels_;
  const std::size_t values = call.rows * pixels_;
  std::vector<float> factor(channels_);
  for (std::size_t c = 0; c < channels_; ++c) factor[c] = value(scale)[c] * inverse[c];
  if (!measures(call.memory.training, call.rows)) {
    engine::scale_channels(values, channels_, call.output_cotangent, factor.data(), input_cotangent);
    return {};
  }
  // With n values a channel and u = (x - mean) / deviation, dx = factor (dy - sum(dy) / n - u sum(dy u) / n): the last
  // two terms came through the mean and the variance.
  std::vector<float> slope(channels_), offset(channels_);
  engine::channel_sums(values, channels_, call.output_cotangent, call.inputs[0], means, offset.data(), slope.data());
  const float share = 1.0f / static_cast<float>(values);
  for (std::size_t c = 0; c < channels_; ++c) {
    offset[c] *= -factor[c] * share;
    slope[c] *= -factor[c] * share * inverse[c] * inverse[c];
  }
  engine::combine_channels(values, channels_, call.output_cotangent, factor.data(), call.inputs[0], means, slope.data(),
                           offset.data(), input_cotangent);
  return {};
}

Result<void> BatchNorm::forward_tangent(const TangentCall& call) {
  const float* inverse = call.memory.floats.data() + inverse_deviation * channels_;
  std::vector<float> factor(channels_);
  for (std::size_t c = 0; c < channels_; ++c) factor[c] = value(scale)[c] * inverse[c];
  engine::scale_channels(call.rows * pixels_, channels_, call.input_tangents[0], factor.data(), call.output_tangent);
  return {};
}

Result<void> BatchNorm::interval(const IntervalCall& call) {
  NodeMemory memory;
  forward({call.rows, call.lower, call.output_lower, memory, 0, nullptr});
  forward({call.rows, call.upper, call.output_upper, memory, 0, nullptr});
  // A negative scale turns bounds round.
  for (std::size_t i = 0; i < call.rows * pixels_ * channels_; ++i)
    if (value(scale)[i % channels_] < 0) std::swap(call.output_lower[i], call.output_upper[i]);
  return {};
}

void BatchNorm::gradients_of(const BackwardCall& call, std::size_t first_row, std::size_t rows, float* scale,
                             float* shift) const {
  const float* kept = call.memory.floats.data();
  const std::size_t first = first_row * pixels_ * channels_;
  engine::channel_sums(rows * pixels_, channels_, call.output_cotangent + first, call.inputs[0] + first,
                       kept + mean * channels_, shift, scale);
  for (std::size_t c = 0; c < channels_; ++c) scale[c] *= kept[inverse_deviation * channels_ + c];
}

Result<void> BatchNorm::backward_weights(const BackwardCall& call, std::span<float* const> gradients) {
  std::vector<float> to_scale(channels_), to_shift(channels_);
  gradients_of(call, 0, call.rows, to_scale.data(), to_shift.data());
  for (std::size_t c = 0; c < channels_; ++c) {
    gradients[scale][c] += to_scale[c];
    gradients[shift][c] += to_shift[c];
  }
  if (!call.memory.training) return {};
  // Where nothing could be measured, the running values stand for it, and stay where they are.
  const float* kept = call.memory.floats.data();
  const auto rows = static_cast<float>(call.rows), values = static_cast<float>(call.rows * pixels_);
  const float unbiased = measures(true, call.rows) ? values / (values - 1) : 1;
  for (std::size_t c = 0; c < channels_; ++c) {
    gradients[running_mean][c] += rows * kept[mean * channels_ + c];
    gradients[running_variance][c] += rows * (unbiased * kept[variance * channels_ + c]);
  }
  return {};
}

Result<void> BatchNorm::backward_weights_per_sample(const BackwardCall& call, std::span<float* const> gradients) {
  if (call.memory.training) return cannot("gradients to its weights for each sample" + std::string(in_training));
  for (std::size_t row = 0; row < call.rows; ++row)
    gradients_of(call, row, 1, gradients[scale] + row * channels_, gradients[shift] + row * channels_);
  for (std::size_t statistic : {running_mean, running_variance})
    std::memset(gradients[statistic], 0, call.rows * channels_ * sizeof(float));
  return {};
}

Result<void> BatchNorm::add_squared_norms(const BackwardCall& call, float* norms) {
  if (call.memory.training) return cannot("norms of gradients to its weights" + std::string(in_training));
  std::vector<float> to_scale(channels_), to_shift(channels_);
  for (std::size_t row = 0; row < call.rows; ++row) {
    gradients_of(call, row, 1, to_scale.data(), to_shift.data());
    norms[row] += engine::squared_norm(channels_, to_scale.data()) + engine::squared_norm(channels_, to_shift.data());
  }
  return {};
}

Result<NodeDescription> BatchNorm::write(NodeWriter& writer) const {
  const std::size_t flattened = writer.input().flattened;
  if (flattened == 0) writer.arrange(channels_first(writer.input().shape.rank()));
  std::vector<std::string> constants;
  for (const Parameter& parameter : parameters_) {
    Constant constant{parameter.value.shape(), std::vector<float>(channels_), {}};
    for (std::size_t channel = 0; channel < channels_; ++channel)
      constant.floats[channel] =
          parameter.value[flattened > 0 ? place_in_engine(flattened, channels_, channel) : channel];
    constants.push_back(writer.add(parameter.name, std::move(constant)));
  }
  return writer.node(
      "BatchNormalization", std::move(constants),
      {{"epsilon", static_cast<float>(options_.epsilon)}, {"momentum", static_cast<float>(1.0 - options_.momentum)}});
}

}  // namespace mlsec::nn
