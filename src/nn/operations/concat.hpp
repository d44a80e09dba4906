// Several values side by side.
#pragma once

#include <vector>

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

class Concat final : public Operation {
 public:
  static constexpr std::string_view public_id = "concat";
  static constexpr std::string_view summary = "Puts the outputs of the layers named in from side by side.";
  struct Options {
    int axis = -1;
    static constexpr auto schema() {
      return mlsec::schema(
          field("axis", &Options::axis, "Along which axis; negative ones count from the last.").range(-8, 7));
    }
  };
  static constexpr std::array<std::string_view, 1> onnx_names{"Concat"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit Concat(const Options& options) : axis_(options.axis) {}

  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;
  bool takes_several_inputs() const override { return true; }
  bool linear() const override { return true; }
  bool monotone() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;

 private:
  int axis_;
  std::size_t outer_ = 0, width_ = 0;  // runs of the output, and numbers in each
  std::vector<std::size_t> widths_;    // of the runs of each input
};

}  // namespace mlsec::nn
