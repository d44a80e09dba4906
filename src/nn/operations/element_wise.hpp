// Operations that apply one function to each number.
#pragma once

#include <optional>

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/node_writer.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

/// All that does not depend on the function.
class ElementWise : public Operation {
 public:
  bool element_wise() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<void> forward_tangent(const TangentCall& call) override;
  Result<void> backward_input_tangent(const BackwardTangentCall& call, std::size_t which,
                                      float* input_cotangent_tangent) override;
  /// The function may fall down to one place and rise from there.
  Result<void> interval(const IntervalCall& call) override;

 protected:
  /// y = f(x).
  virtual void values(std::size_t count, const float* x, float* y) const = 0;
  /// out = f'(x) d, y being f(x).
  virtual void times_slope(std::size_t count, const float* x, const float* y, const float* d, float* out) const = 0;
  /// out = f''(x) d.
  virtual void times_curvature(std::size_t count, const float* x, const float* y, const float* d, float* out) const = 0;
  /// Where the function is least, unless it rises everywhere.
  virtual std::optional<float> least() const = 0;
  virtual bool pole_at_0() const { return false; }

 private:
  std::size_t size_ = 0;
};

/// A function with its options is one record:
///
///   struct Softplus {
///     static constexpr std::string_view id, summary;
///     static constexpr std::array<std::string_view, 1> onnx_names;
///     struct Options { ... schema() };
///     static Options read(const NodeContext&);          // of an ONNX node; or read_node, which makes the operation
///     static NodeDescription write(const Options&, NodeWriter&);  // where that is more than its first ONNX name
///     explicit Softplus(const Options&);
///     float value(float x) const;
///     float times_slope(float x, float y, float d) const;
///     float curvature(float x, float y) const;
///     static std::optional<float> least();              // where it is not monotone
///   };
template <class Function>
class Unary final : public ElementWise {
 public:
  static constexpr std::string_view public_id = Function::id;
  static constexpr std::string_view summary = Function::summary;
  static constexpr auto onnx_names = Function::onnx_names;
  using Options = typename Function::Options;

  static Result<std::unique_ptr<Operation>> read(NodeContext& context) {
    if constexpr (requires { Function::read_node(context); }) {
      return Function::read_node(context);
    } else {
      MLSEC_TRY(const Options options, Function::read(context));
      return std::unique_ptr<Operation>(std::make_unique<Unary>(options));
    }
  }

  explicit Unary(const Options& options = {}) : options_(options), function_(options) {}

  std::string_view id() const override { return public_id; }
  bool monotone() const override { return !least() && !pole_at_0(); }
  Result<NodeDescription> write(NodeWriter& writer) const override {
    if constexpr (requires { Function::write(options_, writer); })
      return Function::write(options_, writer);
    else
      return writer.node(std::string(onnx_names[0]));
  }

 protected:
  void values(std::size_t count, const float* x, float* y) const override {
    const Function f = function_;
    for (std::size_t i = 0; i < count; ++i) y[i] = f.value(x[i]);
  }
  void times_slope(std::size_t count, const float* x, const float* y, const float* d, float* out) const override {
    const Function f = function_;
    for (std::size_t i = 0; i < count; ++i) out[i] = f.times_slope(x[i], y[i], d[i]);
  }
  void times_curvature(std::size_t count, const float* x, const float* y, const float* d, float* out) const override {
    const Function f = function_;
    for (std::size_t i = 0; i < count; ++i) out[i] = f.curvature(x[i], y[i]) * d[i];
  }
  std::optional<float> least() const override { return function_.least(); }
  bool pole_at_0() const override {
    if constexpr (requires { Function::pole_at_0; })
      return Function::pole_at_0;
    else
      return false;
  }

 private:
  Options options_;
  Function function_;
};

}  // namespace mlsec::nn
