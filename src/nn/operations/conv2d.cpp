#include "nn/operations/conv2d.hpp"

#include "base/text.hpp"

namespace mlsec::nn {

Result<void> Conv2d::Options::check(const Options& options) {
  const auto pads = explicit_padding(options.pads);
  return pads.ok() ? Result<void>() : pads.error();
}

Conv2d::Conv2d(const Options& options)
    : filters_(static_cast<std::size_t>(options.filters)),
      has_bias_(options.bias),
      initializer_(options.initializer),
      geometry_(WindowGeometry::square(options.kernel, options.stride, options.padding)) {
  if (options.pads) geometry_.pads = explicit_padding(options.pads).value();
}

Conv2d::Conv2d(Tensor kernels, Tensor bias, const WindowGeometry& geometry)
    : filters_(static_cast<std::size_t>(kernels.shape()[0])), has_bias_(bias.size() > 0), geometry_(geometry) {
  parameters_.push_back({"kernels", std::move(kernels)});
  if (has_bias_) parameters_.push_back({"bias", std::move(bias)});
}

Result<std::unique_ptr<Operation>> Conv2d::read(const NodeContext& context) {
  MLSEC_TRY(const Constant* kernels, context.floats(1, 4));
  if (context.integer("group", 1) != 1) return context.refuse("grouped convolutions are not supported");
  const Shape& shape = kernels->shape;
  MLSEC_TRY(const WindowGeometry geometry, read_window(context, shape[2], shape[3]));
  const auto channels = static_cast<std::size_t>(shape[1]), taps = static_cast<std::size_t>(shape[2] * shape[3]);
  Tensor reordered(Shape{shape[0], shape[2], shape[3], shape[1]});
  for (std::size_t o = 0; o < static_cast<std::size_t>(shape[0]); ++o)
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t t = 0; t < taps; ++t)
        reordered[(o * taps + t) * channels + c] = kernels->floats[(o * channels + c) * taps + t];
  Tensor bias;
  if (context.present(2)) {
    MLSEC_TRY(const Constant* constant, context.floats(2, 1));
    if (!(constant->shape == Shape{shape[0]})) return context.refuse("its bias must be one constant for each kernel");
    bias = Tensor(constant->shape, constant->floats);
  }
  return std::unique_ptr<Operation>(std::make_unique<Conv2d>(std::move(reordered), std::move(bias), geometry));
}

Result<Shape> Conv2d::connect(std::span<const Shape> inputs) {
  MLSEC_TRY(window_, fit(geometry_, inputs, filters_, public_id));
  const auto extent = [](std::size_t value) { return static_cast<std::int64_t>(value); };
  const Shape shape{extent(filters_), extent(window_.kernel_height), extent(window_.kernel_width),
                    extent(window_.input_channels)};
  if (shape.count() > maximum_elements || window_.output_size() > maximum_elements) return too_large();
  if (parameters_.empty()) {
    parameters_.push_back({"kernels", Tensor::filled(shape, 0)});
    if (has_bias_) parameters_.push_back({"bias", Tensor::filled(Shape{extent(filters_)}, 0)});
  }
  if (!(parameters_[0].value.shape() == shape))
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"A conv2d layer with kernels ", to_text(parameters_[0].value.shape()),
                           " does not fit an image of ", to_text(inputs[0]), "."})};
  convolution_ = std::make_unique<engine::Convolution>(window_);
  parameters_changed();
  return Shape{extent(window_.output_height), extent(window_.output_width), extent(filters_)};
}

void Conv2d::initialise(Random& random) {
  nn::initialise(initializer_, {window_.taps() * window_.input_channels, window_.taps() * filters_}, random,
                 parameters_[0].value);
  if (has_bias_)
    for (float& value : parameters_[1].value.values()) value = 0;
}

void Conv2d::parameters_changed() {
  convolution_->set_weights(parameters_[0].value.data(), has_bias_ ? parameters_[1].value.data() : nullptr);
}

void Conv2d::forward(const ForwardCall& call) { convolution_->forward(call.rows, call.inputs[0], call.output); }

Result<void> Conv2d::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  convolution_->backward_input(call.rows, call.output_cotangent, input_cotangent);
  return {};
}

Result<void> Conv2d::backward_weights(const BackwardCall& call, std::span<float* const> gradients) {
  convolution_->backward_weights(call.rows, call.inputs[0], call.output_cotangent, gradients[0],
                                 has_bias_ ? gradients[1] : nullptr);
  return {};
}

Result<void> Conv2d::backward_weights_per_sample(const BackwardCall& call, std::span<float* const> gradients) {
  convolution_->backward_weights_per_sample(call.rows, call.inputs[0], call.output_cotangent, gradients[0],
                                            has_bias_ ? gradients[1] : nullptr);
  return {};
}

Result<void> Conv2d::add_squared_norms(const BackwardCall& call, float* norms) {
  convolution_->add_squared_norms(call.rows, call.inputs[0], call.output_cotangent, norms);
  return {};
}

NodeDescription Conv2d::write(GraphDescription& graph, const std::string& prefix, const std::optional<Shape>&) const {
  NodeDescription node{
      .operation = "Conv", .name = prefix, .inputs = {"", prefix + ".kernels"}, .outputs = {}, .attributes = {}};
  write_window(window_, node);
  // Outputs x height x width x inputs here, outputs x inputs x height x width there.
  const Tensor& kernels = parameters_[0].value;
  const std::size_t taps = window_.taps(), channels = window_.input_channels;
  const Shape& shape = kernels.shape();
  Constant constant{Shape{shape[0], shape[3], shape[1], shape[2]}, std::vector<float>(kernels.size()), {}};
  for (std::size_t o = 0; o < filters_; ++o)
    for (std::size_t t = 0; t < taps; ++t)
      for (std::size_t c = 0; c < channels; ++c)
        constant.floats[(o * channels + c) * taps + t] = kernels[(o * taps + t) * channels + c];
  graph.constants[prefix + ".kernels"] = std::move(constant);
  if (has_bias_) {
    const Tensor& bias = parameters_[1].value;
    graph.constants[prefix + ".bias"] = {bias.shape(), {bias.values().begin(), bias.values().end()}, {}};
    node.inputs.push_back(prefix + ".bias");
  }
  return node;
}

}  // namespace mlsec::nn
