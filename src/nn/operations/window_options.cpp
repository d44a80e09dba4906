#include "nn/operations/window_options.hpp"

#include "base/text.hpp"

namespace mlsec::nn {

WindowGeometry WindowGeometry::square(int kernel, int stride, PaddingMode mode) {
  return {kernel, kernel, stride, stride, mode, std::nullopt};
}

namespace {

struct Axis {
  std::size_t before, after, positions;
};

// positions = 0 where the window does not fit.
Axis place(std::size_t extent, std::size_t kernel, std::size_t stride, PaddingMode mode, std::size_t before,
           std::size_t after) {
  if (mode == PaddingMode::same) {
    const std::size_t positions = (extent + stride - 1) / stride;
    const std::size_t needed = (positions - 1) * stride + kernel;
    const std::size_t total = needed > extent ? needed - extent : 0;
    return {total / 2, total - total / 2, positions};
  }
  const std::size_t padded = extent + before + after;
  return {before, after, padded < kernel ? 0 : (padded - kernel) / stride + 1};
}

}  // namespace

Result<engine::Window> fit(const WindowGeometry& geometry, std::span<const Shape> inputs, std::size_t output_channels,
                           std::string_view id) {
  const Shape& image = inputs[0];
  if (image.rank() != 3)
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"A ", id, " layer takes images of height x width x channels, not ", to_text(image), "."})};
  const auto u = [](auto extent) { return static_cast<std::size_t>(extent); };
  const engine::Padding pads = geometry.pads.value_or(engine::Padding{});
  const PaddingMode mode = geometry.pads ? PaddingMode::valid : geometry.mode;
  const Axis vertical =
      place(u(image[0]), u(geometry.kernel_height), u(geometry.stride_height), mode, pads.top, pads.bottom);
  const Axis horizontal =
      place(u(image[1]), u(geometry.kernel_width), u(geometry.stride_width), mode, pads.left, pads.right);
  const auto too_wide = [&](const Axis& axis, int kernel) {
    return axis.before >= u(kernel) || axis.after >= u(kernel);
  };
  if (vertical.positions == 0 || horizontal.positions == 0 || too_wide(vertical, geometry.kernel_height) ||
      too_wide(horizontal, geometry.kernel_width))
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"The window of a ", id, " layer (", geometry.kernel_height, " x ", geometry.kernel_width,
                           ") does not fit an image of ", to_text(image), ", or its padding is as wide as itself."})};
  engine::Window window;
  window.input_height = u(image[0]);
  window.input_width = u(image[1]);
  window.input_channels = u(image[2]);
  window.kernel_height = u(geometry.kernel_height);
  window.kernel_width = u(geometry.kernel_width);
  window.stride_height = u(geometry.stride_height);
  window.stride_width = u(geometry.stride_width);
  window.padding = {vertical.before, horizontal.before, vertical.after, horizontal.after};
  window.output_height = vertical.positions;
  window.output_width = horizontal.positions;
  window.output_channels = output_channels == 0 ? window.input_channels : output_channels;
  return window;
}

Result<std::optional<engine::Padding>> explicit_padding(const std::optional<std::vector<int>>& pads) {
  if (!pads) return std::optional<engine::Padding>();
  if (pads->size() != 4)
    return Error{ErrorCode::shape_mismatch, "pads", "pads must be four numbers: top, left, bottom, right."};
  const auto u = [&](std::size_t i) { return static_cast<std::size_t>((*pads)[i]); };
  return std::optional<engine::Padding>(engine::Padding{u(0), u(1), u(2), u(3)});
}

Result<WindowGeometry> read_window(const NodeContext& context, std::int64_t kernel_height, std::int64_t kernel_width) {
  const auto kernel = context.integers("kernel_shape", {kernel_height, kernel_width});
  const auto strides = context.integers("strides", {1, 1});
  const auto pads = context.integers("pads", {0, 0, 0, 0});
  const auto dilations = context.integers("dilations", {1, 1});
  constexpr std::int64_t limit = 4096;
  const auto within = [&](const std::vector<std::int64_t>& list, std::size_t size, std::int64_t low) {
    if (list.size() != size) return false;
    for (std::int64_t value : list)
      if (value < low || value > limit) return false;
    return true;
  };
  if (!within(kernel, 2, 1) || !within(strides, 2, 1) || !within(pads, 4, 0))
    return context.refuse("only windows over two axes, of at most 4096 pixels, are supported");
  if (kernel != std::vector<std::int64_t>{kernel_height, kernel_width})
    return context.refuse("its kernel_shape does not fit its weights");
  if (dilations != std::vector<std::int64_t>{1, 1}) return context.refuse("dilated windows are not supported");
  if (context.integer("ceil_mode", 0) != 0) return context.refuse("ceil_mode is not supported");
  const std::string automatic = context.text("auto_pad", "NOTSET");
  if (automatic == "SAME_LOWER") return context.refuse("auto_pad SAME_LOWER is not supported");
  WindowGeometry geometry{static_cast<int>(kernel_height),
                          static_cast<int>(kernel_width),
                          static_cast<int>(strides[0]),
                          static_cast<int>(strides[1]),
                          PaddingMode::valid,
                          std::nullopt};
  if (automatic == "SAME_UPPER") {
    geometry.mode = PaddingMode::same;
  } else if (automatic != "VALID") {
    const auto u = [&](std::size_t i) { return static_cast<std::size_t>(pads[i]); };
    geometry.pads = engine::Padding{u(0), u(1), u(2), u(3)};
  }
  return geometry;
}

void write_window(const engine::Window& window, NodeDescription& node) {
  const auto list = [](std::initializer_list<std::size_t> values) {
    return std::vector<std::int64_t>(values.begin(), values.end());
  };
  node.attributes["kernel_shape"] = list({window.kernel_height, window.kernel_width});
  node.attributes["strides"] = list({window.stride_height, window.stride_width});
  node.attributes["pads"] =
      list({window.padding.top, window.padding.left, window.padding.bottom, window.padding.right});
}

}  // namespace mlsec::nn
