#include "nn/operations/window_options.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mlsec::nn {

WindowGeometry WindowGeometry::square(int kernel, int stride, PaddingMode mode) {
  return {
      .kernel_height = kernel, .kernel_width = kernel, .stride_height = stride, .stride_width = stride, .mode = mode};
}

WindowGeometry WindowGeometry::flat() const {
  WindowGeometry line = *this;
  line.kernel_height = line.stride_height = line.dilation_height = 1;
  if (line.pads) line.pads->top = line.pads->bottom = 0;
  return line;
}

namespace {

struct Axis {
  std::size_t before, after, positions;
};

// positions = 0 where the window does not fit.
Axis place(std::size_t extent, std::size_t kernel, std::size_t stride, PaddingMode mode, std::size_t before,
           std::size_t after, bool ceil) {
  if (mode == PaddingMode::same) {
    const std::size_t positions = (extent + stride - 1) / stride;
    const std::size_t needed = (positions - 1) * stride + kernel;
    const std::size_t total = needed > extent ? needed - extent : 0;
    return {total / 2, total - total / 2, positions};
  }
  const std::size_t padded = extent + before + after;
  std::size_t positions = padded < kernel ? 0 : (padded - kernel) / stride + 1;
  if (ceil && positions > 0 && (padded - kernel) % stride != 0 && positions * stride < extent + before) ++positions;
  return {before, after, positions};
}

}  // namespace

Result<engine::Window> fit(const WindowGeometry& given, std::span<const Shape> inputs, std::size_t output_channels,
                           std::string_view id) {
  if (inputs[0].rank() != 3 && inputs[0].rank() != 2)
    return Error{
        ErrorCode::shape_mismatch, "model",
        sentence({"A ", id, " layer takes images of height x width x channels, not ", to_text(inputs[0]), "."})};
  const bool line = inputs[0].rank() == 2;
  const Shape image = line ? Shape{1, inputs[0][0], inputs[0][1]} : inputs[0];
  const WindowGeometry geometry = line ? given.flat() : given;
  const auto u = [](auto extent) { return static_cast<std::size_t>(extent); };
  const engine::Padding pads = geometry.pads.value_or(engine::Padding{});
  const PaddingMode mode = geometry.pads ? PaddingMode::valid : geometry.mode;
  const std::size_t height = u(geometry.kernel_height - 1) * u(geometry.dilation_height) + 1,
                    width = u(geometry.kernel_width - 1) * u(geometry.dilation_width) + 1;
  const Axis vertical =
      place(u(image[0]), height, u(geometry.stride_height), mode, pads.top, pads.bottom, geometry.ceil);
  const Axis horizontal =
      place(u(image[1]), width, u(geometry.stride_width), mode, pads.left, pads.right, geometry.ceil);
  const auto too_wide = [](const Axis& axis, std::size_t reach) { return axis.before >= reach || axis.after >= reach; };
  if (vertical.positions == 0 || horizontal.positions == 0 || too_wide(vertical, height) || too_wide(horizontal, width))
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"The window of a ", id, " layer (", geometry.kernel_height, " x ", geometry.kernel_width,
                           ") does not fit an image of ", to_text(image), ", or its padding is as wide as itself."})};
  engine::Window window;
  window.input_height = u(image[0]);
  window.input_width = u(image[1]);
  window.input_channels = u(image[2]);
  window.kernel_height = u(geometry.kernel_height);
  window.kernel_width = u(geometry.kernel_width);
  if (image[2] % geometry.groups != 0 || output_channels % u(geometry.groups) != 0)
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"A ", id, " layer cannot cut ", image[2], " channels into ", output_channels, " in ",
                           geometry.groups, " groups."})};
  window.groups = u(geometry.groups);
  window.dilation_height = u(geometry.dilation_height);
  window.dilation_width = u(geometry.dilation_width);
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
  constexpr std::int64_t limit = 4096;
  const std::size_t axes = context.rank() - 1;
  bool fits = axes == 1 || axes == 2;
  // As over two axes: nothing happens along the first one of a line. Lists have one number an axis, or two.
  const auto list = [&](std::string_view name, std::size_t an_axis, std::int64_t low,
                        std::vector<std::int64_t> result) {
    if (!context.has(name)) return result;
    const auto given = context.integers(name, {});
    if (axes > 2 || given.size() != axes * an_axis) {
      fits = false;
      return result;
    }
    for (std::size_t i = 0; i < given.size(); ++i) {
      fits = fits && given[i] >= low && given[i] <= limit;
      result[axes == 2 ? i : 2 * i + 1] = given[i];
    }
    return result;
  };
  const auto kernel = list("kernel_shape", 1, 1, {kernel_height, kernel_width});
  const auto strides = list("strides", 1, 1, {1, 1});
  const auto pads = list("pads", 2, 0, {0, 0, 0, 0});
  if (!fits || kernel_height > limit || kernel_width > limit)
    return context.refuse("only windows over one or two axes, of at most 4096 pixels, are supported");
  if (kernel != std::vector<std::int64_t>{kernel_height, kernel_width})
    return context.refuse("its kernel_shape does not fit its weights");
  const auto dilations = list("dilations", 1, 1, {1, 1});
  const std::int64_t groups = context.integer("group", 1);
  if (!fits || groups < 1 || groups > limit) return context.refuse("its dilations or groups are out of range");
  const std::string automatic = context.text("auto_pad", "NOTSET");
  const auto i = [](std::int64_t value) { return static_cast<int>(value); };
  const auto u = [](std::int64_t value) { return static_cast<std::size_t>(value); };
  WindowGeometry geometry{.kernel_height = i(kernel_height),
                          .kernel_width = i(kernel_width),
                          .stride_height = i(strides[0]),
                          .stride_width = i(strides[1]),
                          .dilation_height = i(dilations[0]),
                          .dilation_width = i(dilations[1]),
                          .groups = i(groups),
                          .ceil = context.integer("ceil_mode", 0) != 0};
  if (automatic == "SAME_UPPER") {
    geometry.mode = PaddingMode::same;
  } else if (automatic == "SAME_LOWER") {
    // The odd zero comes first.
    const std::vector<std::int64_t> extents = context.extents();
    const auto padding = [&](std::size_t axis) {
      const std::int64_t extent = axes == 1 ? (axis == 0 ? 1 : extents[1]) : extents[axis + 1];
      const std::int64_t needed = (extent + strides[axis] - 1) / strides[axis] * strides[axis] - strides[axis] +
                                  (kernel[axis] - 1) * dilations[axis] + 1;
      return std::max<std::int64_t>(0, needed - extent);
    };
    const std::int64_t vertical = padding(0), horizontal = padding(1);
    geometry.pads =
        engine::Padding{u(vertical - vertical / 2), u(horizontal - horizontal / 2), u(vertical / 2), u(horizontal / 2)};
  } else if (automatic != "VALID") {
    geometry.pads = engine::Padding{u(pads[0]), u(pads[1]), u(pads[2]), u(pads[3])};
  }
  return geometry;
}

void write_window(const engine::Window& window, std::size_t axes, NodeDescription& node) {
  const auto list = [&](std::initializer_list<std::size_t> values) {
    std::vector<std::int64_t> result;
    std::size_t place = 0;
    for (std::size_t value : values)
      if (axes == 2 || place++ % 2 == 1) result.push_back(static_cast<std::int64_t>(value));
    return result;
  };
  node.attributes["kernel_shape"] = list({window.kernel_height, window.kernel_width});
  if (window.dilation_height != 1 || window.dilation_width != 1)
    node.attributes["dilations"] = list({window.dilation_height, window.dilation_width});
  if (window.groups != 1) node.attributes["group"] = static_cast<std::int64_t>(window.groups);
  node.attributes["strides"] = list({window.stride_height, window.stride_width});
  const auto hangs_over = [](std::size_t extent, std::size_t stride, std::size_t positions, std::size_t reach,
                             std::size_t before,
                             std::size_t after) { return (positions - 1) * stride + reach > extent + before + after; };
  if (hangs_over(window.input_height, window.stride_height, window.output_height, window.reach_height(),
                 window.padding.top, window.padding.bottom) ||
      hangs_over(window.input_width, window.stride_width, window.output_width, window.reach_width(),
                 window.padding.left, window.padding.right))
    node.attributes["ceil_mode"] = std::int64_t{1};
  node.attributes["pads"] =
      list({window.padding.top, window.padding.left, window.padding.bottom, window.padding.right});
}

}  // namespace mlsec::nn
