// Sums, differences, products and quotients of several values; smaller ones are repeated ("broadcast").
#pragma once

#include <vector>

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

/// The shape to which shapes are broadcast: aligned at the last axis, where each has the same extent, 1 or none.
Result<Shape> broadcast_shape(std::span<const Shape> inputs, std::string_view id);

/// Which element of each input goes into an element of the output. Empty where it is the same one.
std::vector<std::uint32_t> broadcast_places(const Shape& input, const Shape& output);

class Arithmetic : public Operation {
 public:
  bool takes_several_inputs() const override { return true; }
  bool element_wise() const override { return !broadcasts_; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<void> forward_tangent(const TangentCall& call) override;
  Result<void> backward_input_tangent(const BackwardTangentCall& call, std::size_t which,
                                      float* input_cotangent_tangent) override;
  Result<void> interval(const IntervalCall& call) override;

 protected:
  virtual float combine(float a, float b) const = 0;
  /// Derivative of combine to its argument `which`.
  virtual float slope(std::size_t which, float a, float b) const = 0;
  /// Of that, the derivative to argument `other`.
  virtual float curvature(std::size_t which, std::size_t other, float a, float b) const = 0;
  virtual bool takes_more_than_two() const { return false; }
  NodeDescription write_as(const char* operation, NodeWriter& writer) const;

 private:
  std::size_t size_ = 0;
  bool broadcasts_ = false;
  std::vector<std::size_t> sizes_;
  std::vector<std::vector<std::uint32_t>> places_;  // of each input
};

/// The sum of two or more: what closes the detour of a residual network (He et al., 2016, arXiv:1512.03385).
class Add final : public Arithmetic {
 public:
  static constexpr std::string_view public_id = "add";
  static constexpr std::string_view summary = "Adds the outputs of the layers named in from.";
  struct Options {
    static constexpr auto schema() { return mlsec::schema(); }
  };
  static constexpr std::array<std::string_view, 2> onnx_names{"Add", "Sum"};
  static constexpr bool constant_first = true;
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  Add() = default;
  explicit Add(const Options&) {}
  std::string_view id() const override { return public_id; }
  bool linear() const override { return true; }
  bool monotone() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  float combine(float a, float b) const override { return a + b; }
  float slope(std::size_t, float, float) const override { return 1; }
  float curvature(std::size_t, std::size_t, float, float) const override { return 0; }
  bool takes_more_than_two() const override { return true; }

 private:
  std::size_t terms_ = 0;
};

class Subtract final : public Arithmetic {
 public:
  static constexpr std::string_view public_id = "subtract";
  static constexpr std::string_view summary = "The first of two values minus the second.";
  using Options = Add::Options;
  static constexpr std::array<std::string_view, 1> onnx_names{"Sub"};
  static constexpr bool constant_first = true;
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  Subtract() = default;
  explicit Subtract(const Options&) {}
  std::string_view id() const override { return public_id; }
  bool linear() const override { return true; }
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  float combine(float a, float b) const override { return a - b; }
  float slope(std::size_t which, float, float) const override { return which == 0 ? 1 : -1; }
  float curvature(std::size_t, std::size_t, float, float) const override { return 0; }
};

class Multiply final : public Arithmetic {
 public:
  static constexpr std::string_view public_id = "multiply";
  static constexpr std::string_view summary = "The product of two values, number by number.";
  using Options = Add::Options;
  static constexpr std::array<std::string_view, 1> onnx_names{"Mul"};
  static constexpr bool constant_first = true;
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  Multiply() = default;
  explicit Multiply(const Options&) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  float combine(float a, float b) const override { return a * b; }
  float slope(std::size_t which, float a, float b) const override { return which == 0 ? b : a; }
  float curvature(std::size_t which, std::size_t other, float, float) const override { return which == other ? 0 : 1; }
};

class Divide final : public Arithmetic {
 public:
  static constexpr std::string_view public_id = "divide";
  static constexpr std::string_view summary = "The quotient of two values, number by number.";
  using Options = Add::Options;
  static constexpr std::array<std::string_view, 1> onnx_names{"Div"};
  static constexpr bool constant_first = true;
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  Divide() = default;
  explicit Divide(const Options&) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  float combine(float a, float b) const override { return a / b; }
  float slope(std::size_t which, float a, float b) const override { return which == 0 ? 1 / b : -a / (b * b); }
  float curvature(std::size_t which, std::size_t other, float a, float b) const override {
    if (which == 0 && other == 0) return 0;
    return which == 1 && other == 1 ? 2 * a / (b * b * b) : -1 / (b * b);
  }
};

}  // namespace mlsec::nn
