#include "engine/depthwise.hpp"

#include <cstring>

#include "engine/vector.hpp"
#include "tensor/tensor.hpp"

namespace mlsec::engine {

namespace {

float clamped(float value, bool relu) { return relu && !(value > 0) ? 0 : value; }

Float4 clamped(Float4 value, bool relu) { return relu ? (value > splat4(0) ? value : splat4(0)) : value; }

// `count` positions of one output row whose windows see the same taps, four channels at a time: P positions share each
// load of the kernel.
template <std::size_t P>
void four_channels(const Window& w, const Span1d& rows, const Span1d& columns, const float* image, const float* kernels,
                   const float* bias, bool relu, float* output) {
  const std::size_t channels = w.input_channels;
  Float4 sums[P];
  for (Float4& sum : sums) sum = bias ? load4(bias) : splat4(0);
  for (std::size_t i = rows.first; i < rows.last; ++i) {
    const float* line = image + (rows.origin + static_cast<std::ptrdiff_t>(i * w.dilation_height)) *
                                    static_cast<std::ptrdiff_t>(w.input_width * channels);
    for (std::size_t j = columns.first; j < columns.last; ++j) {
      const Float4 weight = load4(kernels + (i * w.kernel_width + j) * channels);
      const float* pixel = line + (columns.origin + static_cast<std::ptrdiff_t>(j * w.dilation_width)) *
                                      static_cast<std::ptrdiff_t>(channels);
      for (std::size_t p = 0; p < P; ++p)
        sums[p] = multiply_add(load4(pixel + p * w.stride_width * channels), weight, sums[p]);
    }
  }
  for (std::size_t p = 0; p < P; ++p) store4(output + p * channels, clamped(sums[p], relu));
}

void one_channel(const Window& w, const Span1d& rows, const Span1d& columns, const float* image, const float* kernels,
                 const float* bias, bool relu, float* output) {
  const std::size_t channels = w.input_channels;
  float sum = bias ? *bias : 0;
  for (std::size_t i = rows.first; i < rows.last; ++i)
    for (std::size_t j = columns.first; j < columns.last; ++j) {
      const std::ptrdiff_t y = rows.origin + static_cast<std::ptrdiff_t>(i * w.dilation_height),
                           x = columns.origin + static_cast<std::ptrdiff_t>(j * w.dilation_width);
      sum = multiply_add(
          image[(y * static_cast<std::ptrdiff_t>(w.input_width) + x) * static_cast<std::ptrdiff_t>(channels)],
          kernels[(i * w.kernel_width + j) * channels], sum);
    }
  *output = clamped(sum, relu);
}

// All channels of P positions.
template <std::size_t P>
void positions(const Window& w, const Span1d& rows, const Span1d& columns, const float* image, const float* kernels,
               const float* bias, bool relu, float* output) {
  std::size_t c = 0;
  for (; c + 4 <= w.input_channels; c += 4)
    four_channels<P>(w, rows, columns, image + c, kernels + c, bias ? bias + c : nullptr, relu, output + c);
  for (; c < w.input_channels; ++c)
    for (std::size_t p = 0; p < P; ++p)
      one_channel(w, rows, columns, image + p * w.stride_width * w.input_channels + c, kernels + c,
                  bias ? bias + c : nullptr, relu, output + p * w.input_channels + c);
}

// Calls visit(sample, output pixel, input pixel, tap) for each tap inside the image.
template <class Visit>
void for_each_tap(const Window& w, std::size_t rows, Visit visit) {
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t y = 0; y < w.output_height; ++y) {
      const Span1d vertical = rows_inside(w, y);
      for (std::size_t x = 0; x < w.output_width; ++x) {
        const Span1d horizontal = columns_inside(w, x);
        for (std::size_t i = vertical.first; i < vertical.last; ++i)
          for (std::size_t j = horizontal.first; j < horizontal.last; ++j) {
            const std::ptrdiff_t from_y = vertical.origin + static_cast<std::ptrdiff_t>(i * w.dilation_height),
                                 from_x = horizontal.origin + static_cast<std::ptrdiff_t>(j * w.dilation_width);
            visit(row * w.positions() + y * w.output_width + x,
                  (row * w.input_height + static_cast<std::size_t>(from_y)) * w.input_width +
                      static_cast<std::size_t>(from_x),
                  i * w.kernel_width + j);
          }
      }
    }
}

}  // namespace

void depthwise(const Window& w, std::size_t rows, const float* kernels, const float* bias, Epilogue epilogue,
               const float* input, float* output) {
  if (!epilogue.bias) bias = nullptr;
  for (std::size_t row = 0; row < rows; ++row, input += w.input_size())
    for (std::size_t y = 0; y < w.output_height; ++y) {
      const Span1d vertical = rows_inside(w, y);
      for (std::size_t x = 0; x < w.output_width;) {
        const Span1d horizontal = columns_inside(w, x);
        const bool whole = horizontal.first == 0 && horizontal.last == w.kernel_width;
        if (whole && x + 4 <= w.output_width && columns_inside(w, x + 3).last == w.kernel_width) {
          positions<4>(w, vertical, horizontal, input, kernels, bias, epilogue.relu, output);
          x += 4;
          output += 4 * w.output_channels;
          continue;
        }
        positions<1>(w, vertical, horizontal, input, kernels, bias, epilogue.relu, output);
        ++x;
        output += w.output_channels;
      }
    }
}

void depthwise_backward_input(const Window& w, std::size_t rows, const float* kernels, const float* flipped,
                              const float* output_cotangent, float* input_cotangent) {
  if (w.stride_height == 1 && w.stride_width == 1)
    return depthwise(adjoint(w), rows, flipped, nullptr, only_products, output_cotangent, input_cotangent);
  const std::size_t channels = w.input_channels;
  std::memset(input_cotangent, 0, rows * w.input_size() * sizeof(float));
  for_each_tap(w, rows, [&](std::size_t from, std::size_t to, std::size_t tap) {
    const float *dy = output_cotangent + from * channels, *weight = kernels + tap * channels;
    float* dx = input_cotangent + to * channels;
    for (std::size_t c = 0; c < channels; ++c) dx[c] = multiply_add(dy[c], weight[c], dx[c]);
  });
}

void depthwise_backward_weights(const Window& w, std::size_t rows, const float* input, const float* output_cotangent,
                                float* kernels_gradient) {
  const std::size_t channels = w.input_channels, size = w.taps() * channels;
  // Each row's sum by itself: one sum over all pixels of all rows would round too often.
  Tensor of_row(Shape{static_cast<std::int64_t>(size)});
  for (std::size_t row = 0; row < rows; ++row, input += w.input_size(), output_cotangent += w.output_size()) {
    std::memset(of_row.data(), 0, size * sizeof(float));
    for_each_tap(w, 1, [&](std::size_t out, std::size_t in, std::size_t tap) {
      const float *dy = output_cotangent + out * channels, *x = input + in * channels;
      float* dw = of_row.data() + tap * channels;
      for (std::size_t c = 0; c < channels; ++c) dw[c] = multiply_add(dy[c], x[c], dw[c]);
    });
    for (std::size_t i = 0; i < size; ++i) kernels_gradient[i] += of_row[i];
  }
}

}  // namespace mlsec::engine
