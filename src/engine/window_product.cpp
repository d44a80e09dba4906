#include "engine/window_product.hpp"

#include <algorithm>
#include <cstring>

namespace mlsec::engine {

namespace {

// Small maps of several samples make one product, so that the kernel's tiles are full.
constexpr std::size_t enough_positions = 64;

}  // namespace

WindowProduct::WindowProduct(const Window& w)
    : window_(w),
      pads_(w.padding.top + w.padding.left + w.padding.bottom + w.padding.right > 0),
      padded_height_(w.input_height + w.padding.top + w.padding.bottom),
      padded_width_(w.input_width + w.padding.left + w.padding.right),
      samples_at_once_((enough_positions + w.positions() - 1) / w.positions()),
      weights_(w.groups) {
  const std::size_t channels = w.input_channels / w.groups;
  const bool rows_are_runs = w.groups == 1 && w.dilation_width == 1;
  length_ = rows_are_runs ? w.kernel_width * channels : channels;
  for (std::size_t y = 0; y < w.kernel_height; ++y)
    for (std::size_t x = 0; x < (rows_are_runs ? 1 : w.kernel_width); ++x)
      offsets_.push_back(static_cast<std::ptrdiff_t>((y * w.dilation_height * padded_width_ + x * w.dilation_width) *
                                                     w.input_channels));
  // Rows that follow on each other are one run.
  if (rows_are_runs && w.dilation_height == 1 && w.kernel_width == padded_width_) {
    offsets_.resize(1);
    length_ *= w.kernel_height;
  }
  for (std::size_t sample = 0; sample < samples_at_once_; ++sample)
    for (std::size_t y = 0; y < w.output_height; ++y)
      for (std::size_t x = 0; x < w.output_width; ++x)
        windows_.push_back(((sample * padded_height_ + y * w.stride_height) * padded_width_ + x * w.stride_width) *
                           w.input_channels);
  for (PackedWeights& weights : weights_) weights.resize(w.kernel_size(), w.output_channels / w.groups);
}

const float* WindowProduct::padded(std::size_t samples, const float* input) {
  const Window& w = window_;
  const std::size_t row = w.input_width * w.input_channels, padded_row = padded_width_ * w.input_channels;
  const std::size_t image = padded_height_ * padded_row;
  if (padded_.size() == 0) padded_ = Tensor::filled(Shape{static_cast<std::int64_t>(samples_at_once_ * image)}, 0);
  for (std::size_t sample = 0; sample < samples; ++sample) {
    float* to = padded_.data() + sample * image + w.padding.top * padded_row + w.padding.left * w.input_channels;
    for (std::size_t y = 0; y < w.input_height; ++y, input += row, to += padded_row)
      std::memcpy(to, input, row * sizeof(float));
  }
  return padded_.data();
}

void WindowProduct::run(std::size_t rows, const float* input, float* output, Epilogue epilogue) {
  const Window& w = window_;
  const std::size_t from_channels = w.input_channels / w.groups, to_channels = w.output_channels / w.groups;
  for (std::size_t first = 0; first < rows; first += samples_at_once_) {
    const std::size_t samples = std::min(samples_at_once_, rows - first);
    const float* images = input + first * w.input_size();
    if (pads_) images = padded(samples, images);
    for (std::size_t group = 0; group < w.groups; ++group)
      weights_[group].multiply(images + group * from_channels, std::span(windows_).first(samples * w.positions()),
                               {offsets_, length_}, epilogue, output + first * w.output_size() + group * to_channels,
                               w.output_channels);
  }
}

}  // namespace mlsec::engine
