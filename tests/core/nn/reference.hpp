// What operations compute and what their gradients are, as plain loops in double precision over one sample.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/window.hpp"

namespace mlsec::test::reference {

using Values = std::vector<double>;

/// A window over an image, its output extents by their definition.
inline engine::Window window(std::size_t height, std::size_t width, std::size_t channels, std::size_t kernel_height,
                             std::size_t kernel_width, std::size_t stride_height, std::size_t stride_width,
                             engine::Padding padding, std::size_t filters) {
  engine::Window w;
  w.input_height = height;
  w.input_width = width;
  w.input_channels = channels;
  w.kernel_height = kernel_height;
  w.kernel_width = kernel_width;
  w.stride_height = stride_height;
  w.stride_width = stride_width;
  w.padding = padding;
  while (w.output_height * stride_height + kernel_height <= height + padding.top + padding.bottom) ++w.output_height;
  while (w.output_width * stride_width + kernel_width <= width + padding.left + padding.right) ++w.output_width;
  w.output_channels = filters;
  return w;
}

/// The same with its taps apart, and in groups of channels.
inline engine::Window dilated(const engine::Window& like, std::size_t dilation_height, std::size_t dilation_width,
                              std::size_t groups = 1) {
  engine::Window w = like;
  w.dilation_height = dilation_height;
  w.dilation_width = dilation_width;
  w.groups = groups;
  w.output_height = w.output_width = 0;
  const std::size_t height = (w.kernel_height - 1) * dilation_height + 1,
                    width = (w.kernel_width - 1) * dilation_width + 1;
  while (w.output_height * w.stride_height + height <= w.input_height + w.padding.top + w.padding.bottom)
    ++w.output_height;
  while (w.output_width * w.stride_width + width <= w.input_width + w.padding.left + w.padding.right) ++w.output_width;
  return w;
}

/// visit(output pixel, input pixel, tap) for every tap of every position that lies inside the image.
template <class Visit>
void for_each_tap(const engine::Window& w, Visit visit) {
  for (std::size_t y = 0; y < w.output_height; ++y)
    for (std::size_t x = 0; x < w.output_width; ++x)
      for (std::size_t ky = 0; ky < w.kernel_height; ++ky)
        for (std::size_t kx = 0; kx < w.kernel_width; ++kx) {
          // Padded coordinates.
          const std::size_t row = y * w.stride_height + ky * w.dilation_height,
                            column = x * w.stride_width + kx * w.dilation_width;
          if (row < w.padding.top || row >= w.padding.top + w.input_height) continue;
          if (column < w.padding.left || column >= w.padding.left + w.input_width) continue;
          visit(y * w.output_width + x, (row - w.padding.top) * w.input_width + column - w.padding.left,
                ky * w.kernel_width + kx);
        }
}

/// visit(output, input, kernel entry) for every product in a convolution. Kernels lie as filters x taps x channels of
/// the filter's group.
template <class Visit>
void for_each_product(const engine::Window& w, Visit visit) {
  const std::size_t channels = w.input_channels / w.groups;
  for_each_tap(w, [&](std::size_t to, std::size_t from, std::size_t tap) {
    for (std::size_t filter = 0; filter < w.output_channels; ++filter) {
      const std::size_t group = filter / (w.output_channels / w.groups);
      for (std::size_t channel = 0; channel < channels; ++channel)
        visit(to * w.output_channels + filter, from * w.input_channels + group * channels + channel,
              (filter * w.taps() + tap) * channels + channel);
    }
  });
}

/// `bias` may be empty.
inline Values convolution(const engine::Window& w, const Values& image, const Values& kernels, const Values& bias) {
  Values output(w.output_size());
  if (!bias.empty())
    for (std::size_t i = 0; i < output.size(); ++i) output[i] = bias[i % w.output_channels];
  for_each_product(w, [&](std::size_t to, std::size_t from, std::size_t k) { output[to] += image[from] * kernels[k]; });
  return output;
}

/// Weights outputs x inputs; `bias` may be empty.
inline Values dense(const Values& x, const Values& weights, const Values& bias) {
  Values output(weights.size() / x.size());
  for (std::size_t row = 0; row < output.size(); ++row) {
    if (!bias.empty()) output[row] = bias[row];
    for (std::size_t i = 0; i < x.size(); ++i) output[row] += weights[row * x.size() + i] * x[i];
  }
  return output;
}

inline Values max_pool(const engine::Window& w, const Values& image) {
  Values output(w.output_size(), -std::numeric_limits<double>::infinity());
  const std::size_t channels = w.input_channels;
  for_each_tap(w, [&](std::size_t to, std::size_t from, std::size_t) {
    for (std::size_t c = 0; c < channels; ++c)
      output[to * channels + c] = std::max(output[to * channels + c], image[from * channels + c]);
  });
  return output;
}

inline Values average_pool(const engine::Window& w, bool count_padding, const Values& image) {
  Values output(w.output_size()), taps(w.positions());
  const std::size_t channels = w.input_channels;
  for_each_tap(w, [&](std::size_t to, std::size_t from, std::size_t) {
    ++taps[to];
    for (std::size_t c = 0; c < channels; ++c) output[to * channels + c] += image[from * channels + c];
  });
  for (std::size_t i = 0; i < output.size(); ++i)
    output[i] /= count_padding ? static_cast<double>(w.taps()) : taps[i / channels];
  return output;
}

inline Values relu(Values x) {
  for (double& value : x) value = std::max(value, 0.0);
  return x;
}

inline Values leaky_relu(Values x, double slope) {
  for (double& value : x) value = value > 0 ? value : slope * value;
  return x;
}

inline Values sigmoid(Values x) {
  for (double& value : x) value = 1 / (1 + std::exp(-value));
  return x;
}

inline Values tanh(Values x) {
  for (double& value : x) value = std::tanh(value);
  return x;
}

inline Values global_average_pool(std::size_t channels, const Values& image) {
  Values output(channels);
  for (std::size_t i = 0; i < image.size(); ++i)
    output[i % channels] += image[i] / static_cast<double>(image.size() / channels);
  return output;
}

inline Values sum(Values a, const Values& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

/// By given means and variances, one a channel.
inline Values batch_norm(Values x, const Values& scale, const Values& shift, const Values& mean, const Values& variance,
                         double epsilon = 1e-5) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t c = i % scale.size();
    x[i] = (x[i] - mean[c]) / std::sqrt(variance[c] + epsilon) * scale[c] + shift[c];
  }
  return x;
}

}  // namespace mlsec::test::reference
