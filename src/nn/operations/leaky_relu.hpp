// Leaky rectified linear unit: x where it is positive, slope x elsewhere (Maas et al., 2013, "Rectifier nonlinearities
// improve neural network acoustic models").
#pragma once

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

class LeakyRelu final : public Operation {
 public:
  static constexpr std::string_view public_id = "leakyRelu";
  static constexpr std::string_view summary = "Shrinks negative values instead of replacing them by zero.";
  struct Options {
    double slope = 0.01;
    static constexpr auto schema() {
      return mlsec::schema(field("slope", &Options::slope, "What negative values are multiplied by.").range(0, 1));
    }
  };

  static constexpr std::array<std::string_view, 1> onnx_names{"LeakyRelu"};
  static Result<std::unique_ptr<Operation>> read(const NodeContext& context);

  explicit LeakyRelu(const Options& options) : slope_(static_cast<float>(options.slope)) {}
  explicit LeakyRelu(float slope) : slope_(slope) {}

  std::string_view id() const override { return public_id; }
  bool element_wise() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  /// The derivative at 0 is the slope.
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  NodeDescription write(GraphDescription& graph, const std::string& prefix,
                        const std::optional<Shape>& flattened) const override;

 private:
  float slope_;
  std::size_t size_ = 0;
};

}  // namespace mlsec::nn
