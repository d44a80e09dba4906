#include "nn/operations/conv2d.hpp"

#include "base/text.hpp"
#include "nn/node_writer.hpp"
#include "nn/operations/centred_bounds.hpp"

namespace mlsec::nn {

namespace {

Shape shape_of(std::initializer_list<std::size_t> extents) {
  std::vector<std::int64_t> list(extents.begin(), extents.end());
  return Shape(std::span<const std::int64_t>(list));
}

Error misfit(std::string_view id, const Shape& input, const char* what) {
  return {ErrorCode::shape_mismatch, "model",
          sentence({"A ", id, " layer takes ", what, ", not ", to_text(input), "."})};
}

}  // namespace

Result<void> Conv2d::Options::check(const Options& options) {
  const auto pads = explicit_padding(options.pads);
  return pads.ok() ? Result<void>() : pads.error();
}

Conv2d::Conv2d(const Options& options)
    : Convolutional(static_cast<std::size_t>(options.filters), options.bias, options.initializer,
                    WindowGeometry::square(options.kernel, options.stride, options.padding)) {
  if (options.pads) geometry_.pads = explicit_padding(options.pads).value();
  geometry_.dilation_height = geometry_.dilation_width = options.dilation;
  geometry_.groups = options.groups;
}

Convolutional::Convolutional(Tensor kernels, Tensor bias, const WindowGeometry& geometry)
    : Convolutional(static_cast<std::size_t>(kernels.shape()[0]), bias.size() > 0, Initializer::he_normal, geometry) {
  parameters_.push_back({"kernels", std::move(kernels)});
  if (has_bias_) parameters_.push_back({"bias", std::move(bias)});
}

Conv1d::Conv1d(const Options& options)
    : Convolutional(static_cast<std::size_t>(options.filters), options.bias, options.initializer,
                    WindowGeometry::square(options.kernel, options.stride, options.padding)) {
  geometry_.dilation_height = geometry_.dilation_width = options.dilation;
  geometry_.groups = options.groups;
}

Result<std::unique_ptr<Operation>> Conv2d::read(NodeContext& context) {
  const std::size_t axes = context.rank() - 1;
  MLSEC_TRY(const Constant* kernels, context.floats(1, axes == 1 ? 3 : 4));
  const Shape& shape = kernels->shape;
  const std::int64_t height = axes == 1 ? 1 : shape[2], width = axes == 1 ? shape[2] : shape[3];
  MLSEC_TRY_VOID(context.arrange(channels_first(context.rank())));
  MLSEC_TRY(const WindowGeometry geometry, read_window(context, height, width));
  const auto channels = static_cast<std::size_t>(shape[1]), taps = static_cast<std::size_t>(height * width);
  Tensor reordered(Shape{shape[0], height, width, shape[1]});
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
  if (axes == 1)
    return std::unique_ptr<Operation>(std::make_unique<Conv1d>(std::move(reordered), std::move(bias), geometry));
  return std::unique_ptr<Operation>(std::make_unique<Conv2d>(std::move(reordered), std::move(bias), geometry));
}

Result<std::unique_ptr<Operation>> dense_at_each_place(const NodeContext& context, Tensor weights, Tensor bias) {
  const std::int64_t outputs = weights.shape()[0], inputs = weights.shape()[1];
  Tensor kernels(Shape{outputs, 1, 1, inputs}, weights.values());
  if (context.shape().rank() == 2)
    return std::unique_ptr<Operation>(std::make_unique<Conv1d>(std::move(kernels), std::move(bias), WindowGeometry{}));
  if (context.shape().rank() == 3)
    return std::unique_ptr<Operation>(std::make_unique<Conv2d>(std::move(kernels), std::move(bias), WindowGeometry{}));
  return context.refuse("a matrix is only multiplied to vectors, lines and images");
}

Result<Shape> Convolutional::connect(std::span<const Shape> inputs) {
  MLSEC_TRY(window_, fit(geometry_, inputs, filters_, id()));
  const Shape shape =
      shape_of({filters_, window_.kernel_height, window_.kernel_width, window_.input_channels / window_.groups});
  if (shape.count() > maximum_elements || window_.output_size() > maximum_elements) return too_large();
  if (parameters_.empty()) {
    parameters_.push_back({"kernels", Tensor::filled(shape, 0)});
    if (has_bias_) parameters_.push_back({"bias", Tensor::filled(shape_of({filters_}), 0)});
  }
  if (!(parameters_[0].value.shape() == shape))
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"A ", id(), " layer with kernels ", to_text(parameters_[0].value.shape()),
                           " does not fit an image of ", to_text(inputs[0]), "."})};
  convolution_ = std::make_unique<engine::Convolution>(window_);
  parameters_changed();
  return inputs[0].rank() == 2 ? shape_of({window_.output_width, filters_})
                               : shape_of({window_.output_height, window_.output_width, filters_});
}

Result<Shape> Conv2d::connect(std::span<const Shape> inputs) {
  if (inputs[0].rank() != 3) return misfit(public_id, inputs[0], "images of height x width x channels");
  return Convolutional::connect(inputs);
}

Result<Shape> Conv1d::connect(std::span<const Shape> inputs) {
  if (inputs[0].rank() != 2) return misfit(public_id, inputs[0], "lines of length x channels");
  return Convolutional::connect(inputs);
}

void Convolutional::initialise(Random& random) {
  nn::initialise(initializer_, {window_.kernel_size(), window_.taps() * (filters_ / window_.groups)}, random,
                 parameters_[0].value);
  if (has_bias_)
    for (float& value : parameters_[1].value.values()) value = 0;
}

void Convolutional::parameters_changed() {
  convolution_->set_weights(parameters_[0].value.data(), bias());
  magnitudes_.expire();
}

void Convolutional::forward(const ForwardCall& call) { convolution_->forward(call.rows, call.inputs[0], call.output); }

void Convolutional::forward_and_relu(const ForwardCall& call) {
  convolution_->forward(call.rows, call.inputs[0], call.output, {.bias = true, .relu = true});
}

Result<void> Convolutional::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  convolution_->backward_input(call.rows, call.output_cotangent, input_cotangent);
  return {};
}

Result<void> Convolutional::backward_weights(const BackwardCall& call, std::span<float* const> gradients) {
  convolution_->backward_weights(call.rows, call.inputs[0], call.output_cotangent, gradients[0],
                                 has_bias_ ? gradients[1] : nullptr);
  return {};
}

Result<void> Convolutional::backward_weights_per_sample(const BackwardCall& call, std::span<float* const> gradients) {
  convolution_->backward_weights_per_sample(call.rows, call.inputs[0], call.output_cotangent, gradients[0],
                                            has_bias_ ? gradients[1] : nullptr);
  return {};
}

Result<void> Convolutional::add_squared_norms(const BackwardCall& call, float* norms) {
  convolution_->add_squared_norms(call.rows, call.inputs[0], call.output_cotangent, norms);
  return {};
}

Result<void> Convolutional::forward_tangent(const TangentCall& call) {
  convolution_->forward(call.rows, call.input_tangents[0], call.output_tangent, engine::only_products);
  return {};
}

Result<void> Convolutional::interval(const IntervalCall& call) {
  const CentredBounds bounds(call.lower[0], call.upper[0], call.rows * window_.input_size());
  convolution_->forward(call.rows, bounds.middle(), call.output_lower);
  magnitudes_.of(window_, parameters_[0].value).forward(call.rows, bounds.radius(), call.output_upper);
  spread(call.rows * window_.output_size(), call.output_lower, call.output_upper);
  return {};
}

Result<NodeDescription> Convolutional::write(NodeWriter& writer) const {
  const std::size_t rank = writer.input().shape.rank();
  writer.arrange(channels_first(rank));
  // Outputs x height x width x inputs here, outputs x inputs x height x width there.
  const Tensor& kernels = parameters_[0].value;
  const std::size_t taps = window_.taps(), channels = window_.input_channels / window_.groups;
  const Shape& shape = kernels.shape();
  Constant constant{rank == 2 ? Shape{shape[0], shape[3], shape[2]} : Shape{shape[0], shape[3], shape[1], shape[2]},
                    std::vector<float>(kernels.size()),
                    {}};
  for (std::size_t o = 0; o < filters_; ++o)
    for (std::size_t t = 0; t < taps; ++t)
      for (std::size_t c = 0; c < channels; ++c)
        constant.floats[(o * channels + c) * taps + t] = kernels[(o * taps + t) * channels + c];
  std::vector<std::string> constants{writer.add("kernels", std::move(constant))};
  if (has_bias_) constants.push_back(writer.add_values("bias", parameters_[1].value));
  NodeDescription node = writer.node("Conv", std::move(constants));
  write_window(window_, rank - 1, node);
  return node;
}

}  // namespace mlsec::nn
