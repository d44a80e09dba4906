#include "nn/operations/global_average_pool.hpp"

#include "base/text.hpp"
#include "engine/pooling.hpp"
#include "nn/node_writer.hpp"
#include "nn/operations/pool2d.hpp"

namespace mlsec::nn {

Result<std::unique_ptr<Operation>> GlobalAveragePool::read(NodeContext& context) {
  if (context.rank() == 2) return AveragePool2d::read(context);
  MLSEC_TRY_VOID(context.arrange(channels_first(context.rank())));
  AxisOrder order(context.rank(), no_axis);
  if (!order.empty()) order[0] = 0;
  context.make(std::move(order));
  return std::unique_ptr<Operation>(std::make_unique<GlobalAveragePool>());
}

Result<Shape> GlobalAveragePool::connect(std::span<const Shape> inputs) {
  const Shape& image = inputs[0];
  if (image.rank() != 3)
    return Error{
        ErrorCode::shape_mismatch, "model",
        sentence({"A globalAveragePool layer takes images of height x width x channels, not ", to_text(image), "."})};
  // One window, as large as the image.
  window_.input_height = window_.kernel_height = static_cast<std::size_t>(image[0]);
  window_.input_width = window_.kernel_width = static_cast<std::size_t>(image[1]);
  window_.input_channels = window_.output_channels = static_cast<std::size_t>(image[2]);
  window_.output_height = window_.output_width = 1;
  return Shape{image[2]};
}

void GlobalAveragePool::forward(const ForwardCall& call) {
  engine::average_pool(window_, false, call.rows, call.inputs[0], call.output);
}

Result<void> GlobalAveragePool::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  engine::average_pool_backward(window_, false, call.rows, call.output_cotangent, input_cotangent);
  return {};
}

Result<NodeDescription> GlobalAveragePool::write(NodeWriter& writer) const {
  writer.arrange(channels_first(3));
  writer.step(writer.node("GlobalAveragePool"), "pooled");
  writer.make({0});
  NodeDescription flatten = writer.node("Flatten");
  flatten.name += ".flatten";
  return flatten;
}

}  // namespace mlsec::nn
