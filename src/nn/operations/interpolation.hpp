// Resizing along one axis as ONNX means it: each place of the output is a weighted sum of places of the input.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "nn/node_context.hpp"

namespace mlsec::nn {

/// How one axis is to be resized.
struct Scaling {
  std::int64_t inputs = 1, outputs = 1;
  double scale = 1;  // of the file, about outputs / inputs
};

/// The attributes of a Resize node, with their defaults.
struct ResizeRule {
  std::string mode, transformation, nearest;
  double cubic = -0.75;  // the slope of the cubic kernel where it leaves its middle (Keys, 1981)
  bool excludes_outside = false, antialias = false;
};

/// The place that a place of the output looks at.
double looks_at(const std::string& transformation, const Scaling& axis, double at);

/// By linear or cubic interpolation: outputs x inputs, each row with sum 1. With antialias the kernel is as wide as the
/// step between places where the axis gets smaller.
std::vector<float> interpolation_matrix(const ResizeRule& rule, const Scaling& axis);

/// Multiplies an axis of the file by such a matrix.
Result<void> multiply_axis(NodeContext& context, std::size_t axis, const std::vector<float>& matrix,
                           std::int64_t outputs);

}  // namespace mlsec::nn
