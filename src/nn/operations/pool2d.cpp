#include "nn/operations/pool2d.hpp"

#include "engine/pooling.hpp"
#include "nn/node_writer.hpp"

namespace mlsec::nn {

namespace {

WindowGeometry geometry_of(const PoolOptions& options) {
  WindowGeometry geometry =
      WindowGeometry::square(options.kernel, options.stride.value_or(options.kernel), options.padding);
  if (options.pads) geometry.pads = explicit_padding(options.pads).value();
  geometry.ceil = options.ceil;
  return geometry;
}

Shape output_shape(const engine::Window& window, const Shape& input) {
  const auto extent = [](std::size_t value) { return static_cast<std::int64_t>(value); };
  if (input.rank() == 2) return {extent(window.output_width), extent(window.output_channels)};
  return {extent(window.output_height), extent(window.output_width), extent(window.output_channels)};
}

NodeDescription pool_node(const char* operation, NodeWriter& writer, const engine::Window& window) {
  const std::size_t rank = writer.input().shape.rank();
  writer.arrange(channels_first(rank));
  NodeDescription node = writer.node(operation);
  write_window(window, rank - 1, node);
  return node;
}

Result<WindowGeometry> read_pool(NodeContext& context) {
  if (context.node().outputs.size() > 1) return context.refuse("only its first output is supported");
  auto kernel = context.integers("kernel_shape", {});
  if (context.node().operation.starts_with("Global") && context.rank() > 0) {
    kernel = context.extents();
    kernel.erase(kernel.begin());
  }
  if ((kernel.size() != 2 && kernel.size() != 1) || context.rank() != kernel.size() + 1)
    return context.refuse("only pooling over one or two axes is supported");
  MLSEC_TRY_VOID(context.arrange(channels_first(context.rank())));
  return read_window(context, kernel.size() == 1 ? 1 : kernel[0], kernel.back());
}

}  // namespace

Result<void> PoolOptions::check(const PoolOptions& options) {
  const auto pads = explicit_padding(options.pads);
  return pads.ok() ? Result<void>() : pads.error();
}

Result<std::unique_ptr<Operation>> MaxPool2d::read(NodeContext& context) {
  MLSEC_TRY(const WindowGeometry geometry, read_pool(context));
  return std::unique_ptr<Operation>(std::make_unique<MaxPool2d>(geometry));
}

Result<std::unique_ptr<Operation>> AveragePool2d::read(NodeContext& context) {
  MLSEC_TRY(const WindowGeometry geometry, read_pool(context));
  return std::unique_ptr<Operation>(
      std::make_unique<AveragePool2d>(geometry, context.integer("count_include_pad", 0) != 0));
}

MaxPool2d::MaxPool2d(const Options& options) : geometry_(geometry_of(options)) {}

Result<Shape> MaxPool2d::connect(std::span<const Shape> inputs) {
  MLSEC_TRY(window_, fit(geometry_, inputs, 0, public_id));
  return output_shape(window_, inputs[0]);
}

void MaxPool2d::forward(const ForwardCall& call) {
  auto& winners = call.memory.indices;
  if (winners.size() < call.rows * window_.output_size()) winners.resize(call.rows * window_.output_size());
  engine::max_pool(window_, call.rows, call.inputs[0], call.output, winners.data());
}

Result<void> MaxPool2d::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  engine::max_pool_backward(window_, call.rows, call.memory.indices.data(), call.output_cotangent, input_cotangent);
  return {};
}

Result<void> MaxPool2d::forward_tangent(const TangentCall& call) {
  const std::size_t size = window_.output_size();
  for (std::size_t row = 0; row < call.rows; ++row)
    for (std::size_t i = row * size; i < (row + 1) * size; ++i)
      call.output_tangent[i] = call.input_tangents[0][row * window_.input_size() + call.memory.indices[i]];
  return {};
}

Result<NodeDescription> MaxPool2d::write(NodeWriter& writer) const { return pool_node("MaxPool", writer, window_); }

AveragePool2d::AveragePool2d(const Options& options) : geometry_(geometry_of(options)) {}

Result<Shape> AveragePool2d::connect(std::span<const Shape> inputs) {
  MLSEC_TRY(window_, fit(geometry_, inputs, 0, public_id));
  return output_shape(window_, inputs[0]);
}

void AveragePool2d::forward(const ForwardCall& call) {
  engine::average_pool(window_, count_padding_, call.rows, call.inputs[0], call.output);
}

Result<void> AveragePool2d::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  engine::average_pool_backward(window_, count_padding_, call.rows, call.output_cotangent, input_cotangent);
  return {};
}

Result<NodeDescription> AveragePool2d::write(NodeWriter& writer) const {
  NodeDescription node = pool_node("AveragePool", writer, window_);
  node.attributes["count_include_pad"] = std::int64_t{count_padding_};
  return node;
}

}  // namespace mlsec::nn
