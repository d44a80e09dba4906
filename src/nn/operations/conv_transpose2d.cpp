#include "nn/operations/conv_transpose2d.hpp"

#include <cstring>

#include "base/text.hpp"
#include "engine/outer_product.hpp"
#include "engine/squared_norm.hpp"
#include "nn/node_writer.hpp"
#include "nn/operations/centred_bounds.hpp"
#include "nn/operations/composed.hpp"
#include "nn/operations/window_options.hpp"

namespace mlsec::nn {

Result<void> ConvTranspose2d::Options::check(const Options& options) {
  if (options.crop >= options.kernel)
    return Error{ErrorCode::out_of_range, "crop", "crop must be smaller than kernel."};
  if (options.extra >= options.stride)
    return Error{ErrorCode::out_of_range, "extra", "extra must be smaller than stride."};
  return {};
}

ConvTranspose2d::ConvTranspose2d(const Options& options, Tensor kernels, Tensor bias) : options_(options) {
  options_.filters = static_cast<int>(kernels.shape()[3]);
  options_.bias = bias.size() > 0;
  parameters_.push_back({"kernels", std::move(kernels)});
  if (options_.bias) parameters_.push_back({"bias", std::move(bias)});
}

Result<std::unique_ptr<Operation>> ConvTranspose2d::read(NodeContext& context) {
  const Constant* kernels = context.constant(1);
  if (!kernels) return context.refuse("its input 1 must be a constant");
  const Shape& shape = kernels->shape;
  if (shape.rank() != 4 || context.has("output_shape")) return read_conv_transpose(context);
  MLSEC_TRY_VOID(context.arrange(channels_first(context.rank())));
  MLSEC_TRY(const WindowGeometry geometry, read_window(context, shape[2], shape[3]));
  const auto extra = context.integers("output_padding", {0, 0});
  const engine::Padding pads = geometry.pads.value_or(engine::Padding{});
  // This layer has the same on all sides; any other is made of several.
  if (geometry.kernel_height != geometry.kernel_width || geometry.stride_height != geometry.stride_width ||
      extra.size() != 2 || extra[0] != extra[1] || extra[0] < 0 || extra[0] > 62 || pads.top != pads.left ||
      pads.top != pads.bottom || pads.top != pads.right || geometry.groups != 1 || geometry.dilation_height != 1 ||
      geometry.dilation_width != 1 || geometry.mode != PaddingMode::valid)
    return read_conv_transpose(context);
  const Options options{.kernel = geometry.kernel_height,
                        .stride = geometry.stride_height,
                        .crop = static_cast<int>(pads.top),
                        .extra = static_cast<int>(extra[0])};
  if (!Options::check(options).ok()) return read_conv_transpose(context);
  // Inputs x filters x height x width there, inputs x height x width x filters here.
  const auto inputs = static_cast<std::size_t>(shape[0]), filters = static_cast<std::size_t>(shape[1]);
  const std::size_t taps = kernels->floats.size() / (inputs * filters);
  Tensor reordered(Shape{shape[0], shape[2], shape[3], shape[1]});
  for (std::size_t i = 0; i < inputs; ++i)
    for (std::size_t f = 0; f < filters; ++f)
      for (std::size_t t = 0; t < taps; ++t)
        reordered[(i * taps + t) * filters + f] = kernels->floats[(i * filters + f) * taps + t];
  Tensor bias;
  if (context.present(2)) {
    MLSEC_TRY(bias, context.numbers(2, filters));
  }
  return std::unique_ptr<Operation>(std::make_unique<ConvTranspose2d>(options, std::move(reordered), std::move(bias)));
}

Result<NodeDescription> ConvTranspose2d::write(NodeWriter& writer) const {
  writer.arrange(channels_first(3));
  const Tensor& kernels = parameters_[0].value;
  const Shape& shape = kernels.shape();
  const std::size_t filters = window_.input_channels, taps = window_.taps();
  Constant constant{Shape{shape[0], shape[3], shape[1], shape[2]}, std::vector<float>(kernels.size()), {}};
  for (std::size_t i = 0; i < window_.output_channels; ++i)
    for (std::size_t t = 0; t < taps; ++t)
      for (std::size_t f = 0; f < filters; ++f)
        constant.floats[(i * filters + f) * taps + t] = kernels[(i * taps + t) * filters + f];
  std::vector<std::string> constants{writer.add("kernels", std::move(constant))};
  if (options_.bias) constants.push_back(writer.add_values("bias", parameters_[1].value));
  const auto all = [](std::size_t count, int value) { return std::vector<std::int64_t>(count, value); };
  return writer.node("ConvTranspose", std::move(constants),
                     {{"kernel_shape", all(2, options_.kernel)},
                      {"strides", all(2, options_.stride)},
                      {"pads", all(4, options_.crop)},
                      {"output_padding", all(2, options_.extra)}});
}

Result<Shape> ConvTranspose2d::connect(std::span<const Shape> inputs) {
  const Shape& image = inputs[0];
  const auto grown = [&](std::int64_t extent) {
    return (extent - 1) * options_.stride + options_.kernel - 2 * options_.crop + options_.extra;
  };
  if (image.rank() != 3 || grown(image[0]) < 1 || grown(image[1]) < 1)
    return Error{
        ErrorCode::shape_mismatch, "model",
        sentence({"A convTranspose2d layer takes images of height x width x channels that it does not cut away, "
                  "not ",
                  to_text(image), "."})};
  const auto u = [](auto extent) { return static_cast<std::size_t>(extent); };
  engine::Window& w = window_;
  w.output_height = u(image[0]);
  w.output_width = u(image[1]);
  w.output_channels = u(image[2]);
  w.input_height = u(grown(image[0]));
  w.input_width = u(grown(image[1]));
  w.input_channels = u(options_.filters);
  w.kernel_height = w.kernel_width = u(options_.kernel);
  w.stride_height = w.stride_width = u(options_.stride);
  const std::size_t crop = u(options_.crop), end = crop > u(options_.extra) ? crop - u(options_.extra) : 0;
  w.padding = {crop, crop, end, end};
  const Shape shape{image[2], options_.kernel, options_.kernel, options_.filters};
  if (shape.count() > maximum_elements || w.input_size() > maximum_elements) return too_large();
  if (parameters_.empty()) {
    parameters_.push_back({"kernels", Tensor::filled(shape, 0)});
    if (options_.bias) parameters_.push_back({"bias", Tensor::filled(Shape{options_.filters}, 0)});
  }
  if (!(parameters_[0].value.shape() == shape))
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"A convTranspose2d layer with kernels ", to_text(parameters_[0].value.shape()),
                           " does not fit an image of ", to_text(image), "."})};
  convolution_ = std::make_unique<engine::Convolution>(w);
  parameters_changed();
  return Shape{grown(image[0]), grown(image[1]), options_.filters};
}

void ConvTranspose2d::initialise(Random& random) {
  nn::initialise(options_.initializer,
                 {window_.output_channels * window_.taps() / (window_.stride_height * window_.stride_width),
                  window_.input_channels * window_.taps()},
                 random, parameters_[0].value);
  if (options_.bias)
    for (float& value : parameters_[1].value.values()) value = 0;
}

void ConvTranspose2d::parameters_changed() {
  convolution_->set_weights(parameters_[0].value.data(), nullptr);
  magnitudes_.expire();
}

void ConvTranspose2d::add_bias(std::size_t rows, float* output) const {
  if (!options_.bias) return;
  const std::size_t filters = window_.input_channels;
  const float* bias = parameters_[1].value.data();
  for (std::size_t i = 0; i < rows * window_.input_size(); i += filters)
    for (std::size_t c = 0; c < filters; ++c) output[i + c] += bias[c];
}

void ConvTranspose2d::forward(const ForwardCall& call) {
  convolution_->backward_input(call.rows, call.inputs[0], call.output);
  add_bias(call.rows, call.output);
}

Result<void> ConvTranspose2d::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  convolution_->forward(call.rows, call.output_cotangent, input_cotangent, engine::only_products);
  return {};
}

Result<void> ConvTranspose2d::backward_weights(const BackwardCall& call, std::span<float* const> gradients) {
  convolution_->backward_weights(call.rows, call.output_cotangent, call.inputs[0], gradients[0], nullptr);
  const std::size_t filters = window_.input_channels;
  if (options_.bias)
    engine::add_rows(call.rows * window_.input_size() / filters, filters, call.output_cotangent, gradients[1]);
  return {};
}

Result<void> ConvTranspose2d::backward_weights_per_sample(const BackwardCall& call, std::span<float* const> gradients) {
  convolution_->backward_weights_per_sample(call.rows, call.output_cotangent, call.inputs[0], gradients[0], nullptr);
  if (!options_.bias) return {};
  const std::size_t filters = window_.input_channels;
  std::memset(gradients[1], 0, call.rows * filters * sizeof(float));
  for (std::size_t row = 0; row < call.rows; ++row)
    engine::add_rows(window_.input_size() / filters, filters, call.output_cotangent + row * window_.input_size(),
                     gradients[1] + row * filters);
  return {};
}

Result<void> ConvTranspose2d::add_squared_norms(const BackwardCall& call, float* norms) {
  convolution_->add_squared_norms(call.rows, call.output_cotangent, call.inputs[0], norms);
  if (!options_.bias) return {};
  const std::size_t filters = window_.input_channels;
  std::vector<float> sum(filters);
  for (std::size_t row = 0; row < call.rows; ++row) {
    std::fill(sum.begin(), sum.end(), 0.0f);
    engine::add_rows(window_.input_size() / filters, filters, call.output_cotangent + row * window_.input_size(),
                     sum.data());
    norms[row] += engine::squared_norm(filters, sum.data());
  }
  return {};
}

Result<void> ConvTranspose2d::forward_tangent(const TangentCall& call) {
  convolution_->backward_input(call.rows, call.input_tangents[0], call.output_tangent);
  return {};
}

Result<void> ConvTranspose2d::interval(const IntervalCall& call) {
  const CentredBounds bounds(call.lower[0], call.upper[0], call.rows * window_.output_size());
  convolution_->backward_input(call.rows, bounds.middle(), call.output_lower);
  add_bias(call.rows, call.output_lower);
  magnitudes_.of(window_, parameters_[0].value).backward_input(call.rows, bounds.radius(), call.output_upper);
  spread(call.rows * window_.input_size(), call.output_lower, call.output_upper);
  return {};
}

}  // namespace mlsec::nn
