// The geometry that convolution and pooling share: a window sliding over the two image axes.
#pragma once

#include <cstddef>

namespace mlsec::engine {

struct Padding {
  std::size_t top = 0, left = 0, bottom = 0, right = 0;
};

/// Images are height x width x channels, channels innermost.
struct Window {
  std::size_t input_height = 0, input_width = 0, input_channels = 0;
  std::size_t kernel_height = 1, kernel_width = 1;
  std::size_t stride_height = 1, stride_width = 1;
  Padding padding;
  std::size_t output_height = 0, output_width = 0, output_channels = 0;

  std::size_t input_size() const { return input_height * input_width * input_channels; }
  std::size_t output_size() const { return output_height * output_width * output_channels; }
  std::size_t positions() const { return output_height * output_width; }
  std::size_t taps() const { return kernel_height * kernel_width; }
};

/// One axis of the window at one output position: taps first ... last - 1 fall inside the image, tap t on
/// input coordinate origin + t.
struct Span1d {
  std::ptrdiff_t origin;
  std::size_t first, last;
};

inline Span1d taps_inside(std::size_t output, std::size_t stride, std::size_t padding, std::size_t kernel,
                          std::size_t extent) {
  const auto origin = static_cast<std::ptrdiff_t>(output * stride) - static_cast<std::ptrdiff_t>(padding);
  const auto limit = static_cast<std::ptrdiff_t>(extent) - origin;
  const std::size_t first = origin < 0 ? static_cast<std::size_t>(-origin) : 0;
  const std::size_t last = limit < 0                                  ? 0
                           : static_cast<std::size_t>(limit) < kernel ? static_cast<std::size_t>(limit)
                                                                      : kernel;
  return {origin, first < last ? first : last, last};
}

}  // namespace mlsec::engine
