// Flatten: a sample as one vector, in the order in which it lies (for images height, width, channels).
#pragma once

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

class Flatten final : public Operation {
 public:
  static constexpr std::string_view public_id = "flatten";
  static constexpr std::string_view summary = "Turns a sample into one vector.";
  struct Options {
    static constexpr auto schema() { return mlsec::schema(); }
  };

  static constexpr std::array<std::string_view, 1> onnx_names{"Flatten"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  /// The same of a node with another name that flattens; where the engine has the value flat already, nullptr.
  static Result<std::unique_ptr<Operation>> read_flattening(NodeContext& context);

  Flatten() = default;
  explicit Flatten(const Options&) {}

  std::string_view id() const override { return public_id; }
  bool linear() const override { return true; }
  bool monotone() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<NodeDescription> write(NodeWriter& writer) const override;

 private:
  std::size_t size_ = 0;
};

}  // namespace mlsec::nn
