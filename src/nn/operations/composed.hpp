// Nodes of files that several operations compute together: what has no record of its own.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "nn/node_context.hpp"

namespace mlsec::nn {

struct ComposedReader {
  std::string_view name;  // of ONNX
  Result<std::unique_ptr<Operation>> (*read)(NodeContext& context);
};
std::span<const ComposedReader> composed_readers();

/// The operators of ai.onnx.ml for linear classifiers, of which only the scores are read, and for scaling.
Result<std::unique_ptr<Operation>> read_linear_classifier(NodeContext& context);
Result<std::unique_ptr<Operation>> read_scaler(NodeContext& context);
/// A post_transform of our own: the logarithms of what LOGISTIC gives.
inline constexpr const char* log_logistic = "LOG_LOGISTIC";

/// y = slopes x where x is negative, x elsewhere, with slopes of any shape that fits the value.
Result<std::unique_ptr<Operation>> read_prelu_by_value(NodeContext& context, const Constant& slopes);

/// x to the power of a constant number, which need not be whole: then of positive x only.
Result<std::unique_ptr<Operation>> read_power(NodeContext& context, double exponent);

/// A transposed convolution as one of the input with zeros between its values, by the kernel mirrored (Dumoulin and
/// Visin, 2016, arXiv:1603.07285, section 4): over one axis or two, whatever its groups, dilations and padding.
Result<std::unique_ptr<Operation>> read_conv_transpose(NodeContext& context);

/// What LayerNormalization gives beside its output: the mean over these axes of the file and on, and one by the
/// standard deviation.
Result<void> read_moments(NodeContext& context, std::size_t first_axis, double epsilon);

}  // namespace mlsec::nn
