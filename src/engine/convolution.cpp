#include "engine/convolution.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "engine/columns.hpp"
#include "engine/outer_product.hpp"
#include "engine/squared_norm.hpp"

namespace mlsec::engine {

void Convolution::set_weights(const float* kernels, const float* bias) {
  kernels_ = kernels;
  bias_ = bias;
  forward_.reset();
  to_columns_ = Linear();
}

void Convolution::forward(std::size_t rows, const float* input, float* output) {
  if (rows == 0) return;
  const Window& w = window_;
  if (!forward_) {
    initialise_xnnpack();
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const auto u = [](std::size_t extent) { return static_cast<std::uint32_t>(extent); };
    xnn_operator_t created = nullptr;
    expect_success(xnn_create_convolution2d_nhwc_f32(
        u(w.padding.top), u(w.padding.right), u(w.padding.bottom), u(w.padding.left), u(w.kernel_height),
        u(w.kernel_width), u(w.stride_height), u(w.stride_width), 1, 1, 1, w.input_channels, w.output_channels,
        w.input_channels, w.output_channels, kernels_, bias_, -infinity, infinity, 0, nullptr, nullptr, &created));
    forward_.reset(created);
    forward_rows_ = 0;
  }
  if (rows != forward_rows_) {
    std::size_t bytes = 0, alignment = 0, height = 0, width = 0;
    expect_success(xnn_reshape_convolution2d_nhwc_f32(forward_.get(), rows, w.input_height, w.input_width, &bytes,
                                                      &alignment, &height, &width, nullptr));
    MLSEC_CHECK(height == w.output_height && width == w.output_width);
    const std::size_t floats = (bytes + sizeof(float) - 1) / sizeof(float);
    if (floats > workspace_.size()) workspace_ = Tensor(Shape{static_cast<std::int64_t>(floats)});
    forward_rows_ = rows;
  }
  expect_success(xnn_setup_convolution2d_nhwc_f32(forward_.get(), workspace_.data(), input, output));
  expect_success(xnn_run_operator(forward_.get(), nullptr));
}

// Columns of a few samples at a time stay in the cache between the product that makes them and the loop that uses them.
std::size_t Convolution::samples_a_chunk() const {
  constexpr std::size_t cache_floats = 65536;
  return std::max<std::size_t>(1, cache_floats / (window_.positions() * window_.taps() * window_.input_channels));
}

float* Convolution::columns(std::size_t samples) {
  const std::size_t size = samples * window_.positions() * window_.taps() * window_.input_channels;
  if (columns_.size() < size) columns_ = Tensor(Shape{static_cast<std::int64_t>(size)});
  return columns_.data();
}

void Convolution::backward_input(std::size_t rows, const float* output_cotangent, float* input_cotangent) {
  const Window& w = window_;
  if (!to_columns_.packed())
    to_columns_.pack(w.output_channels, w.taps() * w.input_channels, kernels_, nullptr, WeightOrder::input_major);
  std::memset(input_cotangent, 0, rows * w.input_size() * sizeof(float));
  const std::size_t chunk = samples_a_chunk();
  for (std::size_t first = 0; first < rows; first += chunk) {
    const std::size_t samples = std::min(chunk, rows - first);
    float* cells = columns(samples);
    to_columns_.run(samples * w.positions(), output_cotangent + first * w.output_size(), cells);
    for (std::size_t i = 0; i < samples; ++i)
      add_columns(w, cells + i * w.positions() * w.taps() * w.input_channels,
                  input_cotangent + (first + i) * w.input_size());
  }
}

void Convolution::backward_weights(std::size_t rows, const float* input, const float* output_cotangent,
                                   float* kernels_gradient, float* bias_gradient) {
  const Window& w = window_;
  const std::size_t width = w.taps() * w.input_channels;
  const std::size_t chunk = samples_a_chunk();
  for (std::size_t first = 0; first < rows; first += chunk) {
    const std::size_t samples = std::min(chunk, rows - first);
    float* cells = columns(samples);
    for (std::size_t i = 0; i < samples; ++i)
      take_columns(w, input + (first + i) * w.input_size(), cells + i * w.positions() * width);
    add_outer_products(samples * w.positions(), w.output_channels, width, output_cotangent + first * w.output_size(),
                       cells, kernels_gradient);
  }
  if (bias_gradient) add_rows(rows * w.positions(), w.output_channels, output_cotangent, bias_gradient);
}

void Convolution::backward_weights_per_sample(std::size_t rows, const float* input, const float* output_cotangent,
                                              float* kernels_gradient, float* bias_gradient) {
  const Window& w = window_;
  std::memset(kernels_gradient, 0, rows * kernels_size() * sizeof(float));
  if (bias_gradient) std::memset(bias_gradient, 0, rows * w.output_channels * sizeof(float));
  for (std::size_t row = 0; row < rows; ++row)
    backward_weights(1, input + row * w.input_size(), output_cotangent + row * w.output_size(),
                     kernels_gradient + row * kernels_size(),
                     bias_gradient ? bias_gradient + row * w.output_channels : nullptr);
}

void Convolution::add_squared_norms(std::size_t rows, const float* input, const float* output_cotangent, float* norms) {
  const Window& w = window_;
  const std::size_t size = kernels_size() + w.output_channels;
  if (of_one_sample_.size() < size) of_one_sample_ = Tensor(Shape{static_cast<std::int64_t>(size)});
  float* kernels_gradient = of_one_sample_.data();
  float* bias_gradient = bias_ ? kernels_gradient + kernels_size() : nullptr;
  for (std::size_t row = 0; row < rows; ++row) {
    backward_weights_per_sample(1, input + row * w.input_size(), output_cotangent + row * w.output_size(),
                                kernels_gradient, bias_gradient);
    norms[row] += squared_norm(kernels_size(), kernels_gradient);
    if (bias_gradient) norms[row] += squared_norm(w.output_channels, bias_gradient);
  }
}

}  // namespace mlsec::engine
