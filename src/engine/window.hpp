// The geometry that convolution and pooling share: a window sliding over the two image axes.
#pragma once

#include <algorithm>
#include <cstddef>

namespace mlsec::engine {

struct Padding {
  std::size_t top = 0, left = 0, bottom = 0, right = 0;
};

/// Images are height x width x channels, channels innermost. Of `groups` groups of output channels, each sees as many
/// of the input channels. Taps of a window lie `dilation` pixels apart.
struct Window {
  std::size_t input_height = 0, input_width = 0, input_channels = 0;
  std::size_t kernel_height = 1, kernel_width = 1;
  std::size_t stride_height = 1, stride_width = 1;
  std::size_t dilation_height = 1, dilation_width = 1;
  std::size_t groups = 1;
  Padding padding;
  std::size_t output_height = 0, output_width = 0, output_channels = 0;

  std::size_t input_size() const { return input_height * input_width * input_channels; }
  std::size_t output_size() const { return output_height * output_width * output_channels; }
  std::size_t positions() const { return output_height * output_width; }
  std::size_t taps() const { return kernel_height * kernel_width; }
  /// Weights to one output channel.
  std::size_t kernel_size() const { return taps() * (input_channels / groups); }
  /// From the first pixel of a window to behind its last.
  std::size_t reach_height() const { return (kernel_height - 1) * dilation_height + 1; }
  std::size_t reach_width() const { return (kernel_width - 1) * dilation_width + 1; }
};

/// One axis of the window at one output position: taps first ... last - 1 fall inside the image, tap t on
/// input coordinate origin + t dilation.
struct Span1d {
  std::ptrdiff_t origin;
  std::size_t first, last;
};

inline Span1d taps_inside(std::size_t output, std::size_t stride, std::size_t padding, std::size_t kernel,
                          std::size_t extent, std::size_t dilation = 1) {
  const auto origin = static_cast<std::ptrdiff_t>(output * stride) - static_cast<std::ptrdiff_t>(padding);
  const auto limit = static_cast<std::ptrdiff_t>(extent) - origin;
  const auto step = static_cast<std::ptrdiff_t>(dilation);
  const std::size_t first = origin < 0 ? static_cast<std::size_t>((step - 1 - origin) / step) : 0;
  const std::size_t last = limit <= 0 ? 0 : std::min(kernel, static_cast<std::size_t>((limit + step - 1) / step));
  return {origin, first < last ? first : last, last};
}

inline Span1d rows_inside(const Window& w, std::size_t y) {
  return taps_inside(y, w.stride_height, w.padding.top, w.kernel_height, w.input_height, w.dilation_height);
}

inline Span1d columns_inside(const Window& w, std::size_t x) {
  return taps_inside(x, w.stride_width, w.padding.left, w.kernel_width, w.input_width, w.dilation_width);
}

/// Of a window with stride 1: the one whose product with flipped kernels takes cotangents of the outputs back to the
/// inputs.
inline Window adjoint(const Window& w) {
  Window back = w;
  back.input_height = w.output_height;
  back.input_width = w.output_width;
  back.input_channels = w.output_channels;
  back.output_height = w.input_height;
  back.output_width = w.input_width;
  back.output_channels = w.input_channels;
  const std::size_t height = w.reach_height() - 1, width = w.reach_width() - 1;
  back.padding = {height - w.padding.top, width - w.padding.left, height - w.padding.bottom, width - w.padding.right};
  return back;
}

}  // namespace mlsec::engine
