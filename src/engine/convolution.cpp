#include "engine/convolution.hpp"

#include <algorithm>
#include <cstring>

#include "engine/columns.hpp"
#include "engine/depthwise.hpp"
#include "engine/outer_product.hpp"
#include "engine/squared_norm.hpp"
#include "engine/transpose.hpp"

namespace mlsec::engine {

namespace {

// Cotangents go back either as the product of the adjoint window, which multiplies many zeros where it is much larger
// than its image and fills its panels badly where there are few input channels; or as columns that are then added up,
// which moves more memory, here counted as so many multiplications an entry.
bool adjoint_is_cheaper(const Window& w) {
  if (w.stride_height != 1 || w.stride_width != 1) return false;
  constexpr std::size_t panel = PackedWeights::width, cost_of_adding = 8;
  const auto filled = [](std::size_t outputs) { return (outputs + panel - 1) / panel * panel; };
  const std::size_t outputs = w.output_channels / w.groups;
  const std::size_t direct = w.input_height * w.input_width * w.taps() * outputs * filled(w.input_channels / w.groups);
  const std::size_t columns = w.positions() * (outputs * filled(w.kernel_size()) + cost_of_adding * w.kernel_size());
  return direct < columns;
}

}  // namespace

Convolution::Convolution(const Window& window) : window_(window) {
  if (is_depthwise()) return;
  forward_ = std::make_unique<WindowProduct>(window);
  if (adjoint_is_cheaper(window)) adjoint_ = std::make_unique<WindowProduct>(adjoint(window));
}

void Convolution::set_weights(const float* kernels, const float* bias) {
  kernels_ = kernels;
  bias_ = bias;
  forward_packed_ = adjoint_packed_ = by_tap_ = false;
  for (Linear& linear : to_columns_) linear.expire();
}

Convolution::Taps Convolution::kernels_by_tap() {
  const std::size_t size = kernels_size(), channels = window_.output_channels, taps = window_.taps();
  float* by_tap = reserve(taps_, 3 * size);
  if (!by_tap_) {
    transpose(channels, taps, kernels_, by_tap);
    for (std::size_t tap = 0; tap < taps; ++tap)
      std::memcpy(by_tap + size + (taps - 1 - tap) * channels, by_tap + tap * channels, channels * sizeof(float));
    by_tap_ = true;
  }
  return {by_tap, by_tap + size, by_tap + 2 * size};
}

void Convolution::pack_forward() {
  const std::size_t outputs = window_.output_channels / window_.groups, size = window_.kernel_size();
  for (std::size_t group = 0; group < window_.groups; ++group) {
    PackedWeights& weights = forward_->weights(group);
    for (std::size_t o = 0; o < outputs; ++o) weights.set_output(o, kernels_ + (group * outputs + o) * size);
    weights.set_bias(bias_ ? bias_ + group * outputs : nullptr);
  }
  forward_packed_ = true;
}

void Convolution::pack_adjoint() {
  const std::size_t outputs = window_.output_channels / window_.groups,
                    inputs = window_.input_channels / window_.groups;
  const std::size_t taps = window_.taps();
  for (std::size_t group = 0; group < window_.groups; ++group) {
    PackedWeights& weights = adjoint_->weights(group);
    for (std::size_t tap = 0; tap < taps; ++tap)
      for (std::size_t o = 0; o < outputs; ++o)
        weights.set_input(tap * outputs + o, kernels_ + ((group * outputs + o) * taps + taps - 1 - tap) * inputs);
    weights.set_bias(nullptr);
  }
  adjoint_packed_ = true;
}

void Convolution::forward(std::size_t rows, const float* input, float* output, Epilogue epilogue) {
  if (is_depthwise()) return depthwise(window_, rows, kernels_by_tap().kernels, bias_, epilogue, input, output);
  if (!forward_packed_) pack_forward();
  forward_->run(rows, input, output, epilogue);
}

void Convolution::backward_input(std::size_t rows, const float* output_cotangent, float* input_cotangent) {
  if (is_depthwise()) {
    const Taps taps = kernels_by_tap();
    return depthwise_backward_input(window_, rows, taps.kernels, taps.flipped, output_cotangent, input_cotangent);
  }
  if (!adjoint_) return through_columns(rows, output_cotangent, input_cotangent);
  if (!adjoint_packed_) pack_adjoint();
  adjoint_->run(rows, output_cotangent, input_cotangent, only_products);
}

// Columns of a few samples at a time stay in the cache between the product that makes them and the loop that uses them.
std::size_t Convolution::samples_a_chunk() const {
  constexpr std::size_t cache_floats = 65536;
  return std::max<std::size_t>(1, cache_floats / (window_.positions() * window_.kernel_size()));
}

float* Convolution::columns(std::size_t samples) {
  return reserve(columns_, samples * window_.positions() * window_.kernel_size());
}

void Convolution::through_columns(std::size_t rows, const float* output_cotangent, float* input_cotangent) {
  const Window& w = window_;
  const std::size_t outputs = w.output_channels / w.groups, size = w.kernel_size();
  to_columns_.resize(w.groups);
  for (std::size_t group = 0; group < w.groups; ++group)
    if (!to_columns_[group].packed())
      to_columns_[group].pack(outputs, size, kernels_ + group * outputs * size, nullptr, WeightOrder::input_major);
  std::memset(input_cotangent, 0, rows * w.input_size() * sizeof(float));
  const std::size_t chunk = samples_a_chunk();
  for (std::size_t first = 0; first < rows; first += chunk) {
    const std::size_t samples = std::min(chunk, rows - first);
    float* cells = columns(samples);
    for (std::size_t group = 0; group < w.groups; ++group) {
      const float* dy = cotangents_of(group, samples, output_cotangent + first * w.output_size());
      to_columns_[group].run(samples * w.positions(), dy, cells);
      for (std::size_t i = 0; i < samples; ++i)
        add_columns(w, group, cells + i * w.positions() * size, input_cotangent + (first + i) * w.input_size());
    }
  }
}

// The channels of one group, by themselves.
const float* Convolution::cotangents_of(std::size_t group, std::size_t samples, const float* output_cotangent) {
  const Window& w = window_;
  if (w.groups == 1) return output_cotangent;
  const std::size_t outputs = w.output_channels / w.groups, pixels = samples * w.positions();
  float* to = reserve(cotangents_, pixels * outputs);
  for (std::size_t pixel = 0; pixel < pixels; ++pixel)
    std::memcpy(to + pixel * outputs, output_cotangent + pixel * w.output_channels + group * outputs,
                outputs * sizeof(float));
  return to;
}

void Convolution::backward_weights(std::size_t rows, const float* input, const float* output_cotangent,
                                   float* kernels_gradient, float* bias_gradient) {
  const Window& w = window_;
  if (bias_gradient) add_rows(rows * w.positions(), w.output_channels, output_cotangent, bias_gradient);
  if (is_depthwise()) {
    float* by_tap = kernels_by_tap().gradient;
    transpose(w.output_channels, w.taps(), kernels_gradient, by_tap);
    depthwise_backward_weights(w, rows, input, output_cotangent, by_tap);
    transpose(w.taps(), w.output_channels, by_tap, kernels_gradient);
    return;
  }
  const std::size_t outputs = w.output_channels / w.groups, size = w.kernel_size();
  const std::size_t chunk = samples_a_chunk();
  for (std::size_t first = 0; first < rows; first += chunk) {
    const std::size_t samples = std::min(chunk, rows - first);
    float* cells = columns(samples);
    for (std::size_t group = 0; group < w.groups; ++group) {
      for (std::size_t i = 0; i < samples; ++i)
        take_columns(w, group, input + (first + i) * w.input_size(), cells + i * w.positions() * size);
      add_outer_products(samples * w.positions(), outputs, size,
                         cotangents_of(group, samples, output_cotangent + first * w.output_size()), cells,
                         kernels_gradient + group * outputs * size);
    }
  }
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
  float* kernels_gradient = reserve(of_one_sample_, kernels_size() + w.output_channels);
  float* bias_gradient = bias_ ? kernels_gradient + kernels_size() : nullptr;
  for (std::size_t row = 0; row < rows; ++row) {
    backward_weights_per_sample(1, input + row * w.input_size(), output_cotangent + row * w.output_size(),
                                kernels_gradient, bias_gradient);
    norms[row] += squared_norm(kernels_size(), kernels_gradient);
    if (bias_gradient) norms[row] += squared_norm(w.output_channels, bias_gradient);
  }
}

}  // namespace mlsec::engine
