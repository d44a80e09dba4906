// Softmax and its logarithm over the last axis.
#pragma once

#include <array>
#include <string_view>

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

class Softmax final : public Operation {
 public:
  static constexpr std::string_view public_id = "softmax";
  static constexpr std::string_view summary = "Turns the last axis into shares that sum to 1.";
  struct Options {
    static constexpr auto schema() { return mlsec::schema(); }
  };
  static constexpr std::array<std::string_view, 1> onnx_names{"Softmax"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  Softmax() = default;
  explicit Softmax(const Options&) {}

  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<void> forward_tangent(const TangentCall& call) override;
  Result<void> backward_input_tangent(const BackwardTangentCall& call, std::size_t which,
                                      float* input_cotangent_tangent) override;
  /// A share is largest where its own input is at its upper bound and all others at their lower ones.
  Result<void> interval(const IntervalCall& call) override;

 private:
  std::size_t size_ = 0, width_ = 0;
};

class LogSoftmax final : public Operation {
 public:
  static constexpr std::string_view public_id = "logSoftmax";
  static constexpr std::string_view summary = "The logarithms of the shares that softmax gives.";
  using Options = Softmax::Options;
  static constexpr std::array<std::string_view, 1> onnx_names{"LogSoftmax"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  LogSoftmax() = default;
  explicit LogSoftmax(const Options&) {}

  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<void> forward_tangent(const TangentCall& call) override;
  Result<void> backward_input_tangent(const BackwardTangentCall& call, std::size_t which,
                                      float* input_cotangent_tangent) override;

 private:
  std::size_t size_ = 0, width_ = 0;
};

}  // namespace mlsec::nn
