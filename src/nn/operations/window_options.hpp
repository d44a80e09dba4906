// What conv2d and the pools share: how a window is declared, and how it fits an image.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "base/enum_names.hpp"
#include "base/result.hpp"
#include "engine/window.hpp"
#include "nn/node_context.hpp"
#include "tensor/shape.hpp"

namespace mlsec::nn {

enum class PaddingMode { valid, same };
constexpr std::array<std::string_view, 2> enum_names(PaddingMode) { return {"valid", "same"}; }

struct WindowGeometry {
  int kernel_height = 1, kernel_width = 1;
  int stride_height = 1, stride_width = 1;
  PaddingMode mode = PaddingMode::valid;
  std::optional<engine::Padding> pads = {};  // explicit; instead of mode
  int dilation_height = 1, dilation_width = 1;
  int groups = 1;
  bool ceil = false;  // whether a window that begins inside counts although it ends behind the padding

  static WindowGeometry square(int kernel, int stride, PaddingMode mode);

  /// Over the only axis of a line.
  WindowGeometry flat() const;
};

/// Places the window on an image height x width x channels, or on a line length x channels, which is an image of height
/// 1. `same` gives ceil(extent / stride) positions an axis, the
/// odd zero at the bottom and right.
Result<engine::Window> fit(const WindowGeometry& geometry, std::span<const Shape> inputs, std::size_t output_channels,
                           std::string_view id);

/// Top, left, bottom, right; refuses lists of another length.
Result<std::optional<engine::Padding>> explicit_padding(const std::optional<std::vector<int>>& pads);

/// The other way: kernel_shape (which must be kernel_height x kernel_width where given), strides, pads and auto_pad of
/// a node over two axes, or over one: that of a line, whose kernel_height is 1.
Result<WindowGeometry> read_window(const NodeContext& context, std::int64_t kernel_height, std::int64_t kernel_width);

/// kernel_shape, strides and pads of an ONNX node over one or two axes, from a window that was fitted.
void write_window(const engine::Window& window, std::size_t axes, NodeDescription& node);

}  // namespace mlsec::nn
