// Logistic function: 1 / (1 + e^-x).
#pragma once

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

class Sigmoid final : public Operation {
 public:
  static constexpr std::string_view public_id = "sigmoid";
  static constexpr std::string_view summary = "Squashes values into 0 ... 1.";
  struct Options {
    static constexpr auto schema() { return mlsec::schema(); }
  };

  static constexpr std::array<std::string_view, 1> onnx_names{"Sigmoid"};
  static Result<std::unique_ptr<Operation>> read(const NodeContext& context);

  Sigmoid() = default;
  explicit Sigmoid(const Options&) {}

  std::string_view id() const override { return public_id; }
  bool element_wise() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  NodeDescription write(GraphDescription& graph, const std::string& prefix,
                        const std::optional<Shape>& flattened) const override;

 private:
  std::size_t size_ = 0;
};

}  // namespace mlsec::nn
