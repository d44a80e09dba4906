// Sums, differences, products and quotients of several values; smaller ones are repeated ("broadcast").
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"
#include "nn/operations/activations.hpp"

namespace mlsec::nn {

/// All that does not depend on the function.
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
  /// The extremes of such functions lie at the corners of a box without a pole.
  Result<void> interval(const IntervalCall& call) override;

 protected:
  /// y = f(a, b), number by number; y may be a.
  virtual void values(std::size_t count, const float* a, const float* b, float* y) const = 0;
  /// out = the derivative of f to its argument `which`, times d.
  virtual void times_slope(std::size_t which, std::size_t count, const float* a, const float* b, const float* d,
                           float* out) const = 0;
  /// out = the derivative of that slope to argument `other`, times d.
  virtual void times_curvature(std::size_t which, std::size_t other, std::size_t count, const float* a, const float* b,
                               const float* d, float* out) const = 0;
  /// Whether f(a, b) is f(f(a, b), c) for three.
  virtual bool takes_more_than_two() const = 0;
  /// Whether f has a pole where b is between these bounds.
  virtual bool has_pole(float lower, float upper) const = 0;

  std::size_t terms() const { return sizes_.size(); }
  /// `layer`, or one of fixed numbers where an operand is constant.
  static Result<std::unique_ptr<Operation>> read_as(NodeContext& context, std::unique_ptr<Operation> layer);
  /// The largest (sign 1) or smallest (-1) of any number of values and constants, two by two.
  static Result<std::unique_ptr<Operation>> read_extreme(NodeContext& context, float sign,
                                                         std::unique_ptr<Operation> (*make)());
  NodeDescription write_as(const char* operation, NodeWriter& writer) const;

 private:
  /// Rows one by one where operands are repeated, else all at once.
  struct Block {
    std::size_t index, count;
  };
  template <class Visit>
  void for_each_block(std::size_t rows, Visit visit) const;
  const float* operand(std::span<const float* const> inputs, std::size_t which, const Block& block,
                       std::vector<float>& room) const;
  void collect(std::size_t which, const Block& block, const float* from, float* to) const;

  std::size_t size_ = 0;
  bool broadcasts_ = false;
  std::vector<std::size_t> sizes_;
  std::vector<std::vector<std::uint32_t>> places_;  // of each input, where an output's operand lies; empty: at its own
};

/// A function is one record, as with Unary: id, summary, onnx_names, value, slope, curvature and traits.
template <class Function>
class Binary final : public Arithmetic {
 public:
  static constexpr std::string_view public_id = Function::id;
  static constexpr std::string_view summary = Function::summary;
  static constexpr auto onnx_names = Function::onnx_names;
  static constexpr bool constant_first = true;
  using Options = NoOptions;
  static Result<std::unique_ptr<Operation>> read(NodeContext& context) {
    if constexpr (requires { Function::sign; })
      return read_extreme(context, Function::sign,
                          [] { return std::unique_ptr<Operation>(std::make_unique<Binary>()); });
    else
      return read_as(context, std::make_unique<Binary>());
  }

  explicit Binary(const Options& = {}) {}

  std::string_view id() const override { return public_id; }
  bool linear() const override { return Function::linear; }
  bool monotone() const override { return Function::monotone; }
  Result<NodeDescription> write(NodeWriter& writer) const override {
    return write_as(terms() == 2 ? onnx_names.front().data() : onnx_names.back().data(), writer);
  }

 protected:
  void values(std::size_t count, const float* a, const float* b, float* y) const override {
    for (std::size_t i = 0; i < count; ++i) y[i] = Function::value(a[i], b[i]);
  }
  void times_slope(std::size_t which, std::size_t count, const float* a, const float* b, const float* d,
                   float* out) const override {
    for (std::size_t i = 0; i < count; ++i) out[i] = Function::slope(which, a[i], b[i]) * d[i];
  }
  void times_curvature(std::size_t which, std::size_t other, std::size_t count, const float* a, const float* b,
                       const float* d, float* out) const override {
    for (std::size_t i = 0; i < count; ++i) out[i] = Function::curvature(which, other, a[i], b[i]) * d[i];
  }
  bool takes_more_than_two() const override { return onnx_names.size() > 1; }
  bool has_pole(float lower, float upper) const override { return Function::pole_at_0 && lower <= 0 && upper >= 0; }
};

/// The sum of two or more: what closes the detour of a residual network (He et al., 2016, arXiv:1512.03385).
struct AddFunction {
  static constexpr std::string_view id = "add";
  static constexpr std::string_view summary = "Adds the outputs of the layers named in from.";
  static constexpr std::array<std::string_view, 2> onnx_names{"Add", "Sum"};  // the second for more than two
  static constexpr bool linear = true, monotone = true, pole_at_0 = false;
  static float value(float a, float b) { return a + b; }
  static float slope(std::size_t, float, float) { return 1; }
  static float curvature(std::size_t, std::size_t, float, float) { return 0; }
};

struct SubtractFunction {
  static constexpr std::string_view id = "subtract";
  static constexpr std::string_view summary = "The first of two values minus the second.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Sub"};
  static constexpr bool linear = true, monotone = false, pole_at_0 = false;
  static float value(float a, float b) { return a - b; }
  static float slope(std::size_t which, float, float) { return which == 0 ? 1.0f : -1.0f; }
  static float curvature(std::size_t, std::size_t, float, float) { return 0; }
};

struct MultiplyFunction {
  static constexpr std::string_view id = "multiply";
  static constexpr std::string_view summary = "The product of two values, number by number.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Mul"};
  static constexpr bool linear = false, monotone = false, pole_at_0 = false;
  static float value(float a, float b) { return a * b; }
  static float slope(std::size_t which, float a, float b) { return which == 0 ? b : a; }
  static float curvature(std::size_t which, std::size_t other, float, float) { return which == other ? 0.0f : 1.0f; }
};

struct DivideFunction {
  static constexpr std::string_view id = "divide";
  static constexpr std::string_view summary = "The quotient of two values, number by number.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Div"};
  static constexpr bool linear = false, monotone = false, pole_at_0 = true;
  static float value(float a, float b) { return a / b; }
  static float slope(std::size_t which, float a, float b) { return which == 0 ? 1 / b : -a / (b * b); }
  static float curvature(std::size_t which, std::size_t other, float a, float b) {
    if (which == 0 && other == 0) return 0;
    return which == 1 && other == 1 ? 2 * a / (b * b * b) : -1 / (b * b);
  }
};

/// Where both are equal, derivatives belong to the second.
struct MaximumFunction {
  static constexpr std::string_view id = "maximum";
  static constexpr std::string_view summary = "The larger of several values, number by number.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Max"};
  static constexpr bool linear = false, monotone = true, pole_at_0 = false;
  static constexpr float sign = 1;
  static float value(float a, float b) { return a > b ? a : b; }
  static float slope(std::size_t which, float a, float b) { return (a > b) == (which == 0) ? 1.0f : 0.0f; }
  static float curvature(std::size_t, std::size_t, float, float) { return 0; }
};

struct MinimumFunction {
  static constexpr std::string_view id = "minimum";
  static constexpr std::string_view summary = "The smaller of several values, number by number.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Min"};
  static constexpr bool linear = false, monotone = true, pole_at_0 = false;
  static constexpr float sign = -1;
  static float value(float a, float b) { return a < b ? a : b; }
  static float slope(std::size_t which, float a, float b) { return (a < b) == (which == 0) ? 1.0f : 0.0f; }
  static float curvature(std::size_t, std::size_t, float, float) { return 0; }
};

using Maximum = Binary<MaximumFunction>;
using Minimum = Binary<MinimumFunction>;
using Add = Binary<AddFunction>;
using Subtract = Binary<SubtractFunction>;
using Multiply = Binary<MultiplyFunction>;
using Divide = Binary<DivideFunction>;

extern template class Binary<AddFunction>;
extern template class Binary<SubtractFunction>;
extern template class Binary<MultiplyFunction>;
extern template class Binary<DivideFunction>;
extern template class Binary<MaximumFunction>;
extern template class Binary<MinimumFunction>;

}  // namespace mlsec::nn
