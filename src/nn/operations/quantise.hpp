// Values as 8 bits hold them.
#pragma once

#include <cmath>

#include "nn/operations/activations.hpp"

namespace mlsec::nn {

/// The attribute of a QuantizeLinear that names the type to which it rounds: TensorProto.DataType 2 (uint8) or 3
/// (int8).
inline constexpr const char* quantised_type = "output_dtype";

/// What a DequantizeLinear of a QuantizeLinear's output is called when both have become one node.
inline constexpr const char* quantised_and_back = "QuantizeLinear, DequantizeLinear";

struct ByteRange {
  std::int64_t lowest, highest;
};
/// The integers to which a QuantizeLinear rounds; refuses other types than uint8 and int8.
Result<ByteRange> range_of_quantised(const NodeContext& context);

/// The nearest of 256 multiples of the scale, ties to the even one: what a QuantizeLinear and a DequantizeLinear make
/// together (Jacob et al., 2018, arXiv:1712.05877). The derivative is the straight-through estimator's (Bengio et al.,
/// 2013, arXiv:1308.3432): 1 where the multiple is one of the 256 before it is clipped, else 0.
struct QuantiseFunction {
  static constexpr std::string_view id = "quantise";
  static constexpr std::string_view summary = "Rounds each value to one of 256 steps; gradients pass unchanged.";
  static constexpr std::array<std::string_view, 1> onnx_names{quantised_and_back};
  struct Options {
    double scale = 1.0 / 256;
    int zero_point = 0;
    static constexpr auto schema() {
      return mlsec::schema(field("scale", &Options::scale, "How far apart the steps are.").range(1e-30, 1e30),
                           field("zeroPoint", &Options::zero_point, "How many steps there are below 0.").range(0, 255));
    }
  };
  static Result<Options> read(const NodeContext& context);
  static NodeDescription write(const Options& options, NodeWriter& writer);
  explicit QuantiseFunction(const Options& options)
      : scale(static_cast<float>(options.scale)),
        lowest(static_cast<float>(-options.zero_point)),
        highest(static_cast<float>(255 - options.zero_point)) {}
  float value(float x) const {
    if (x != x) return x;
    const float step = std::nearbyint(x / scale);
    return (step > lowest ? (step < highest ? step : highest) : lowest) * scale;
  }
  float times_slope(float x, float, float d) const {
    const float step = std::nearbyint(x / scale);
    return step >= lowest && step <= highest ? d : 0;
  }
  float curvature(float, float) const { return 0; }
  static std::optional<float> least() { return {}; }
  float scale, lowest, highest;
};

using Quantise = Unary<QuantiseFunction>;

extern template class Unary<QuantiseFunction>;

}  // namespace mlsec::nn
