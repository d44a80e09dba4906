// Fixed factors and offsets: what models begin with that normalise their inputs themselves.
#pragma once

#include <optional>
#include <vector>

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

class Affine final : public Operation {
 public:
  static constexpr std::string_view public_id = "affine";
  static constexpr std::string_view summary = "Multiplies by fixed factors, then adds fixed offsets; neither learns.";
  struct Options {
    std::optional<std::vector<double>> factors = {};
    std::optional<std::vector<double>> offsets = {};
    static constexpr auto schema() {
      return mlsec::schema(
          field("factors", &Options::factors, "One number, one for each channel, or one for each value.")
              .otherwise("1"),
          field("offsets", &Options::offsets, "One number, one for each channel, or one for each value.")
              .otherwise("0"));
    }
  };
  /// Nodes of arithmetic with one constant operand; see arithmetic.cpp.
  static constexpr std::array<std::string_view, 0> onnx_names{};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  /// A constant of the file in the engine's order of the context's value: one number, one for each channel, or one for
  /// each value.
  static Result<std::vector<float>> in_engine(NodeContext& context, const Constant& constant);

  explicit Affine(const Options& options);
  Affine(std::vector<float> factors, std::vector<float> offsets)
      : factors_(std::move(factors)), offsets_(std::move(offsets)) {}

  std::string_view id() const override { return public_id; }
  bool element_wise() const override { return true; }
  bool piecewise_affine() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<void> forward_tangent(const TangentCall& call) override;
  Result<void> interval(const IntervalCall& call) override;
  Result<NodeDescription> write(NodeWriter& writer) const override;

 private:
  void multiply(std::size_t rows, const float* x, float* y) const;

  std::vector<float> factors_, offsets_;  // repeated along a sample
  std::size_t size_ = 0;
};

}  // namespace mlsec::nn
