// The sum of several values: what closes the detour of a residual network (He et al., 2016, arXiv:1512.03385).
#pragma once

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

class Add final : public Operation {
 public:
  static constexpr std::string_view public_id = "add";
  static constexpr std::string_view summary = "Adds the outputs of the layers named in from, which have one shape.";
  struct Options {
    static constexpr auto schema() { return mlsec::schema(); }
  };

  static constexpr std::array<std::string_view, 2> onnx_names{"Add", "Sum"};
  static Result<std::unique_ptr<Operation>> read(const NodeContext& context);

  Add() = default;
  explicit Add(const Options&) {}

  std::string_view id() const override { return public_id; }
  bool takes_several_inputs() const override { return true; }
  bool element_wise() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  NodeDescription write(GraphDescription& graph, const std::string& prefix,
                        const std::optional<Shape>& flattened) const override;

 private:
  std::size_t terms_ = 0;
  std::size_t size_ = 0;
};

}  // namespace mlsec::nn
