// Elementary functions as operations; see Unary for the form of a record.
#pragma once

#include "nn/operations/activations.hpp"

namespace mlsec::nn {

/// |x|. The derivative at 0 is 0.
struct AbsFunction {
  static constexpr std::string_view id = "abs";
  static constexpr std::string_view summary = "The magnitude of each value.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Abs"};
  using Options = NoOptions;
  static Result<Options> read(const NodeContext&) { return Options{}; }
  explicit AbsFunction(const Options&) {}
  float value(float x) const { return x < 0 ? -x : x; }
  float times_slope(float x, float, float d) const { return x > 0 ? d : (x < 0 ? -d : 0); }
  float curvature(float, float) const { return 0; }
  static std::optional<float> least() { return 0.0f; }
};

/// e^x, clamped where float32 ends.
struct ExpFunction {
  static constexpr std::string_view id = "exp";
  static constexpr std::string_view summary = "The exponential of each value.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Exp"};
  using Options = NoOptions;
  static Result<Options> read(const NodeContext&) { return Options{}; }
  explicit ExpFunction(const Options&) {}
  float value(float x) const { return exp(x); }
  float times_slope(float, float y, float d) const { return y * d; }
  float curvature(float, float y) const { return y; }
  static std::optional<float> least() { return {}; }
};

/// log x; of what is not positive, the logarithm of the smallest normal number, with derivative 0.
struct LogFunction {
  static constexpr std::string_view id = "log";
  static constexpr std::string_view summary = "The natural logarithm of each value.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Log"};
  using Options = NoOptions;
  static Result<Options> read(const NodeContext&) { return Options{}; }
  explicit LogFunction(const Options&) {}
  static constexpr float smallest = 1.17549435e-38f;
  float value(float x) const { return static_cast<float>(log(double{x > smallest ? x : smallest})); }
  float times_slope(float x, float, float d) const { return x > smallest ? d / x : 0; }
  float curvature(float x, float) const { return x > smallest ? -1 / (x * x) : 0; }
  static std::optional<float> least() { return {}; }
};

/// The square root; 0 of what is negative. The derivative there and at 0 is 0.
struct SqrtFunction {
  static constexpr std::string_view id = "sqrt";
  static constexpr std::string_view summary = "The square root of each value.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Sqrt"};
  using Options = NoOptions;
  static Result<Options> read(const NodeContext&) { return Options{}; }
  explicit SqrtFunction(const Options&) {}
  float value(float x) const { return x > 0 ? std::sqrt(x) : 0; }
  float times_slope(float, float y, float d) const { return y > 0 ? 0.5f * d / y : 0; }
  float curvature(float x, float y) const { return y > 0 ? -0.25f / (x * y) : 0; }
  static std::optional<float> least() { return {}; }
};

/// x^exponent for whole exponents, by multiplication.
struct PowFunction {
  static constexpr std::string_view id = "pow";
  static constexpr std::string_view summary = "A whole power of each value.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Pow"};
  struct Options {
    int exponent = 2;
    static constexpr auto schema() {
      return mlsec::schema(field("exponent", &Options::exponent, "Which power.").range(1, 16));
    }
  };
  static Result<std::unique_ptr<Operation>> read_node(NodeContext& context);
  static NodeDescription write(const Options& options, NodeWriter& writer);
  explicit PowFunction(const Options& options) : exponent(options.exponent) {}
  float value(float x) const { return power(x, exponent); }
  float times_slope(float x, float, float d) const { return static_cast<float>(exponent) * power(x, exponent - 1) * d; }
  float curvature(float x, float) const {
    return exponent < 2 ? 0 : static_cast<float>(exponent * (exponent - 1)) * power(x, exponent - 2);
  }
  std::optional<float> least() const { return exponent % 2 == 0 ? std::optional(0.0f) : std::nullopt; }
  static float power(float x, int exponent) {
    float result = 1;
    for (int i = 0; i < exponent; ++i) result *= x;
    return result;
  }
  int exponent;
};

/// 1 / x. Bounds across the pole at 0 are infinite.
struct ReciprocalFunction {
  static constexpr std::string_view id = "reciprocal";
  static constexpr std::string_view summary = "One by each value.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Reciprocal"};
  static constexpr bool pole_at_0 = true;
  using Options = NoOptions;
  static Result<Options> read(const NodeContext&) { return Options{}; }
  explicit ReciprocalFunction(const Options&) {}
  float value(float x) const { return 1 / x; }
  float times_slope(float, float y, float d) const { return -y * y * d; }
  float curvature(float, float y) const { return 2 * y * y * y; }
  static std::optional<float> least() { return {}; }
};

using Abs = Unary<AbsFunction>;
using Exp = Unary<ExpFunction>;
using Log = Unary<LogFunction>;
using Sqrt = Unary<SqrtFunction>;
using Pow = Unary<PowFunction>;
using Reciprocal = Unary<ReciprocalFunction>;

extern template class Unary<AbsFunction>;
extern template class Unary<ExpFunction>;
extern template class Unary<LogFunction>;
extern template class Unary<SqrtFunction>;
extern template class Unary<PowFunction>;
extern template class Unary<ReciprocalFunction>;

}  // namespace mlsec::nn
