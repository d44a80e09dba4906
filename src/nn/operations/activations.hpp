// Functions between the layers of a network; see Unary for the form of a record.
#pragma once

#include <array>

#include "base/math.hpp"
#include "nn/operations/element_wise.hpp"

namespace mlsec::nn {

/// The schema of a function without options.
struct NoOptions {
  static constexpr auto schema() { return mlsec::schema(); }
};

/// max(x, 0). The derivative at 0 is 0.
struct ReluFunction {
  static constexpr std::string_view id = "relu";
  static constexpr std::string_view summary = "Replaces negative values by zero.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Relu"};
  using Options = NoOptions;
  static Result<Options> read(const NodeContext&) { return Options{}; }
  explicit ReluFunction(const Options&) {}
  float value(float x) const { return x > 0 ? x : 0; }
  float times_slope(float, float y, float d) const { return y > 0 ? d : 0; }
  float curvature(float, float) const { return 0; }
  static std::optional<float> least() { return {}; }
};

/// x where it is positive, slope x elsewhere (Maas et al., 2013, "Rectifier nonlinearities improve neural network
/// acoustic models"). The derivative at 0 is the slope.
struct LeakyReluFunction {
  static constexpr std::string_view id = "leakyRelu";
  static constexpr std::string_view summary = "Shrinks negative values instead of replacing them by zero.";
  static constexpr std::array<std::string_view, 1> onnx_names{"LeakyRelu"};
  struct Options {
    double slope = 0.01;
    static constexpr auto schema() {
      return mlsec::schema(field("slope", &Options::slope, "What negative values are multiplied by.").range(0, 1));
    }
  };
  static Result<Options> read(const NodeContext& context) { return Options{context.number("alpha", 0.01f)}; }
  static NodeDescription write(const Options& options, NodeWriter& writer);
  explicit LeakyReluFunction(const Options& options) : slope(static_cast<float>(options.slope)) {}
  float value(float x) const { return x > 0 ? x : slope * x; }
  float times_slope(float x, float, float d) const { return x > 0 ? d : slope * d; }
  float curvature(float, float) const { return 0; }
  static std::optional<float> least() { return {}; }
  float slope;
};

/// min(max(x, minimum), maximum): relu6 with its defaults (Howard et al., 2017, arXiv:1704.04861). The derivative at
/// both ends is 0.
struct ClipFunction {
  static constexpr std::string_view id = "clip";
  static constexpr std::string_view summary = "Keeps values within bounds; from 0 to 6 it is ReLU6.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Clip"};
  struct Options {
    double minimum = 0;
    double maximum = 6;
    static constexpr auto schema() {
      return mlsec::schema(field("minimum", &Options::minimum, "What smaller values become."),
                           field("maximum", &Options::maximum, "What larger values become."));
    }
    static Result<void> check(const Options& options);
  };
  static Result<Options> read(const NodeContext& context);
  static NodeDescription write(const Options& options, NodeWriter& writer);
  explicit ClipFunction(const Options& options)
      : minimum(static_cast<float>(options.minimum)), maximum(static_cast<float>(options.maximum)) {}
  float value(float x) const { return x > minimum ? (x < maximum ? x : maximum) : minimum; }
  float times_slope(float x, float, float d) const { return x > minimum && x < maximum ? d : 0; }
  float curvature(float, float) const { return 0; }
  static std::optional<float> least() { return {}; }
  float minimum, maximum;
};

/// x where it is positive, alpha (e^x - 1) elsewhere (Clevert et al., 2016, arXiv:1511.07289).
struct EluFunction {
  static constexpr std::string_view id = "elu";
  static constexpr std::string_view summary = "Lets negative values saturate at -alpha.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Elu"};
  struct Options {
    double alpha = 1;
    static constexpr auto schema() {
      return mlsec::schema(field("alpha", &Options::alpha, "How far down negative values go.").range(0, 100));
    }
  };
  static Result<Options> read(const NodeContext& context) { return Options{context.number("alpha", 1)}; }
  static NodeDescription write(const Options& options, NodeWriter& writer);
  explicit EluFunction(const Options& options) : alpha(static_cast<float>(options.alpha)) {}
  float value(float x) const { return x > 0 ? x : alpha * exp_minus_1(x); }
  float times_slope(float x, float y, float d) const { return x > 0 ? d : (y + alpha) * d; }
  float curvature(float x, float y) const { return x > 0 ? 0 : y + alpha; }
  static std::optional<float> least() { return {}; }
  float alpha;
};

/// scale elu(x), whose constants keep mean 0 and variance 1 (Klambauer et al., 2017, arXiv:1706.02515).
struct SeluFunction {
  static constexpr std::string_view id = "selu";
  static constexpr std::string_view summary = "Keeps values near mean 0 and variance 1 from layer to layer.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Selu"};
  static constexpr float alpha = 1.67326324f, scale = 1.05070099f;
  using Options = NoOptions;
  static Result<std::unique_ptr<Operation>> read_node(NodeContext& context);
  explicit SeluFunction(const Options&) {}
  float value(float x) const { return scale * (x > 0 ? x : alpha * exp_minus_1(x)); }
  float times_slope(float x, float y, float d) const { return x > 0 ? scale * d : (y + scale * alpha) * d; }
  float curvature(float x, float y) const { return x > 0 ? 0 : y + scale * alpha; }
  static std::optional<float> least() { return {}; }
};

enum class GeluForm { exact, tanh };
constexpr std::array<std::string_view, 2> enum_names(GeluForm) { return {"exact", "tanh"}; }

/// x times the normal distribution at x, or its approximation by tanh (Hendrycks and Gimpel, 2016, arXiv:1606.08415).
struct GeluFunction {
  static constexpr std::string_view id = "gelu";
  static constexpr std::string_view summary = "Weights values by how likely a normal variable lies below them.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Gelu"};
  struct Options {
    GeluForm form = GeluForm::exact;
    static constexpr auto schema() {
      return mlsec::schema(field("form", &Options::form, "The exact function, or its usual approximation by tanh."));
    }
  };
  static Result<Options> read(const NodeContext& context);
  static NodeDescription write(const Options& options, NodeWriter& writer);
  explicit GeluFunction(const Options& options) : form(options.form) {}
  float value(float x) const { return x * share(x); }
  float times_slope(float x, float, float d) const { return (share(x) + x * share_slope(x)) * d; }
  float curvature(float x, float) const;
  static std::optional<float> least() { return -0.75179160f; }  // of both forms, to 1e-3 in the value
  float share(float x) const;
  float share_slope(float x) const;
  GeluForm form;
};

/// x sigmoid(x) (Elfwing et al., 2018, arXiv:1702.03118).
struct SiluFunction {
  static constexpr std::string_view id = "silu";
  static constexpr std::string_view summary = "Weights values by their logistic function; also called swish.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Swish"};
  using Options = NoOptions;
  static Result<Options> read(const NodeContext& context);
  /// x Sigmoid(x): files have a name of its own for it only from version 24 on.
  static NodeDescription write(const Options&, NodeWriter& writer);
  explicit SiluFunction(const Options&) {}
  float value(float x) const { return x * sigmoid(x); }
  float times_slope(float x, float, float d) const {
    const float s = sigmoid(x);
    return (s + x * (s * (1 - s))) * d;
  }
  float curvature(float x, float) const {
    const float s = sigmoid(x);
    return s * (1 - s) * (2 + x * (1 - 2 * s));
  }
  static std::optional<float> least() { return -1.27846454f; }
};

/// x relu6(x + 3) / 6 (Howard et al., 2019, arXiv:1905.02244).
struct HardSwishFunction {
  static constexpr std::string_view id = "hardSwish";
  static constexpr std::string_view summary = "The swish function in straight pieces.";
  static constexpr std::array<std::string_view, 1> onnx_names{"HardSwish"};
  using Options = NoOptions;
  static Result<Options> read(const NodeContext&) { return Options{}; }
  explicit HardSwishFunction(const Options&) {}
  float value(float x) const { return x > -3 ? (x < 3 ? x * ((x + 3) * sixth) : x) : 0; }
  float times_slope(float x, float, float d) const { return x > -3 ? (x < 3 ? (2 * x + 3) * sixth * d : d) : 0; }
  float curvature(float x, float) const { return x > -3 && x < 3 ? 2 * sixth : 0; }
  static std::optional<float> least() { return -1.5f; }
  static constexpr float sixth = 1.0f / 6;
};

/// min(max(slope x + offset, 0), 1) (Courbariaux et al., 2015, arXiv:1511.00363). The derivative at both ends is 0.
struct HardSigmoidFunction {
  static constexpr std::string_view id = "hardSigmoid";
  static constexpr std::string_view summary = "The logistic function in straight pieces.";
  static constexpr std::array<std::string_view, 1> onnx_names{"HardSigmoid"};
  struct Options {
    double slope = 1.0 / 6;
    double offset = 0.5;
    static constexpr auto schema() {
      return mlsec::schema(field("slope", &Options::slope, "Its steepness between 0 and 1.").range(0, 100),
                           field("offset", &Options::offset, "Its value at 0.").range(0, 1));
    }
  };
  static Result<Options> read(const NodeContext& context) {
    return Options{context.number("alpha", 0.2f), context.number("beta", 0.5f)};
  }
  static NodeDescription write(const Options& options, NodeWriter& writer);
  explicit HardSigmoidFunction(const Options& options)
      : slope(static_cast<float>(options.slope)), offset(static_cast<float>(options.offset)) {}
  float value(float x) const {
    const float line = slope * x + offset;
    return line > 0 ? (line < 1 ? line : 1) : 0;
  }
  float times_slope(float, float y, float d) const { return y > 0 && y < 1 ? slope * d : 0; }
  float curvature(float, float) const { return 0; }
  static std::optional<float> least() { return {}; }
  float slope, offset;
};

/// log(1 + e^x).
struct SoftplusFunction {
  static constexpr std::string_view id = "softplus";
  static constexpr std::string_view summary = "A smooth ReLU.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Softplus"};
  using Options = NoOptions;
  static Result<Options> read(const NodeContext&) { return Options{}; }
  explicit SoftplusFunction(const Options&) {}
  float value(float x) const { return (x > 0 ? x : 0) + log_1_plus(exp(-std::fabs(x))); }
  float times_slope(float x, float, float d) const { return sigmoid(x) * d; }
  float curvature(float x, float) const {
    const float s = sigmoid(x);
    return s * (1 - s);
  }
  static std::optional<float> least() { return {}; }
};

/// Logistic function: 1 / (1 + e^-x).
struct SigmoidFunction {
  static constexpr std::string_view id = "sigmoid";
  static constexpr std::string_view summary = "Squashes values into 0 ... 1.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Sigmoid"};
  using Options = NoOptions;
  static Result<Options> read(const NodeContext&) { return Options{}; }
  explicit SigmoidFunction(const Options&) {}
  float value(float x) const { return sigmoid(x); }
  float times_slope(float, float y, float d) const { return d * (y * (1.0f - y)); }
  float curvature(float, float y) const { return y * (1.0f - y) * (1.0f - 2 * y); }
  static std::optional<float> least() { return {}; }
};

/// Hyperbolic tangent.
struct TanhFunction {
  static constexpr std::string_view id = "tanh";
  static constexpr std::string_view summary = "Squashes values into -1 ... 1.";
  static constexpr std::array<std::string_view, 1> onnx_names{"Tanh"};
  using Options = NoOptions;
  static Result<Options> read(const NodeContext&) { return Options{}; }
  explicit TanhFunction(const Options&) {}
  float value(float x) const { return tanh(x); }
  float times_slope(float, float y, float d) const { return d * (1.0f - y * y); }
  float curvature(float, float y) const { return -2 * y * (1.0f - y * y); }
  static std::optional<float> least() { return {}; }
};

using Relu = Unary<ReluFunction>;
using LeakyRelu = Unary<LeakyReluFunction>;
using Clip = Unary<ClipFunction>;
using Elu = Unary<EluFunction>;
using Selu = Unary<SeluFunction>;
using Gelu = Unary<GeluFunction>;
using Silu = Unary<SiluFunction>;
using HardSwish = Unary<HardSwishFunction>;
using HardSigmoid = Unary<HardSigmoidFunction>;
using Softplus = Unary<SoftplusFunction>;
using Sigmoid = Unary<SigmoidFunction>;
using Tanh = Unary<TanhFunction>;

// Compiled once, for speed, in activations.cpp.
extern template class Unary<ReluFunction>;
extern template class Unary<LeakyReluFunction>;
extern template class Unary<ClipFunction>;
extern template class Unary<EluFunction>;
extern template class Unary<SeluFunction>;
extern template class Unary<GeluFunction>;
extern template class Unary<SiluFunction>;
extern template class Unary<HardSwishFunction>;
extern template class Unary<HardSigmoidFunction>;
extern template class Unary<SoftplusFunction>;
extern template class Unary<SigmoidFunction>;
extern template class Unary<TanhFunction>;

}  // namespace mlsec::nn
