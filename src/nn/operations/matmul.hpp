// The product of two values as matrices.
#pragma once

#include "base/schema.hpp"
#include "engine/packed_weights.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

/// a is ... x m x k, b is ... x k x n, the axes before being equal; with transposeB, b is ... x n x k.
class MatMul final : public Operation {
 public:
  static constexpr std::string_view public_id = "matmul";
  static constexpr std::string_view summary = "The matrix product of the outputs of the two layers named in from.";
  struct Options {
    bool transpose_b = false;
    static constexpr auto schema() {
      return mlsec::schema(field("transposeB", &Options::transpose_b, "Whether the second one is transposed first."));
    }
  };
  static constexpr std::array<std::string_view, 0> onnx_names{};  // Dense reads all of them
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit MatMul(const Options& options) : transpose_b_(options.transpose_b) {}

  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;
  bool takes_several_inputs() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<void> forward_tangent(const TangentCall& call) override;
  Result<void> backward_input_tangent(const BackwardTangentCall& call, std::size_t which,
                                      float* input_cotangent_tangent) override;

 private:
  void multiply(std::size_t rows, const float* a, const float* b, float* y);
  void multiply_back(std::size_t rows, std::size_t which, const float* dy, const float* other, float* to);

  bool transpose_b_;
  std::size_t matrices_ = 0, m_ = 0, k_ = 0, n_ = 0;
  engine::PackedWeights packed_;
  std::vector<std::size_t> offsets_;
};

}  // namespace mlsec::nn
