#include "nn/operations/interpolation.hpp"

#include <algorithm>
#include <cmath>

#include "nn/operations/conv2d.hpp"

namespace mlsec::nn {

namespace {

double linear_kernel(double distance) { return std::max(0.0, 1 - std::fabs(distance)); }

// Keys, 1981, "Cubic convolution interpolation for digital image processing", equation 4 with a free slope.
double cubic_kernel(double distance, double a) {
  const double x = std::fabs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

}  // namespace

double looks_at(const std::string& transformation, const Scaling& axis, double at) {
  if (transformation == "asymmetric") return at / axis.scale;
  const double exact = axis.scale * static_cast<double>(axis.inputs);
  if (transformation == "align_corners")
    return axis.outputs == 1 ? 0 : at * static_cast<double>(axis.inputs - 1) / (exact - 1);
  if (transformation == "pytorch_half_pixel" && axis.outputs == 1) return 0;
  const double place = (at + 0.5) / axis.scale - 0.5;
  if (transformation != "half_pixel_symmetric") return place;
  // So that what is rounded off the output's extent goes from both ends.
  const double half = static_cast<double>(axis.inputs) / 2;
  return place + half * (1 - static_cast<double>(axis.outputs) / exact);
}

std::vector<float> interpolation_matrix(const ResizeRule& rule, const Scaling& axis) {
  const auto inputs = static_cast<std::size_t>(axis.inputs), outputs = static_cast<std::size_t>(axis.outputs);
  const bool cubic = rule.mode == "cubic";
  const double narrowing = rule.antialias ? std::min(axis.scale, 1.0) : 1.0, reach = (cubic ? 2 : 1) / narrowing;
  std::vector<float> matrix(outputs * inputs, 0.0f);
  std::vector<double> weights(inputs);
  for (std::size_t i = 0; i < outputs; ++i) {
    const double place = looks_at(rule.transformation, axis, static_cast<double>(i));
    std::fill(weights.begin(), weights.end(), 0.0);
    double sum = 0;
    const auto last = static_cast<std::int64_t>(std::ceil(place + reach));
    for (auto tap = static_cast<std::int64_t>(std::floor(place - reach)); tap <= last; ++tap) {
      const double distance = (static_cast<double>(tap) - place) * narrowing;
      const double weight = cubic ? cubic_kernel(distance, rule.cubic) : linear_kernel(distance);
      if (rule.excludes_outside && (tap < 0 || tap >= axis.inputs)) continue;
      weights[static_cast<std::size_t>(std::clamp<std::int64_t>(tap, 0, axis.inputs - 1))] += weight;
      sum += weight;
    }
    for (std::size_t j = 0; j < inputs; ++j) matrix[i * inputs + j] = static_cast<float>(weights[j] / sum);
  }
  return matrix;
}

Result<void> multiply_axis(NodeContext& context, std::size_t axis, const std::vector<float>& matrix,
                           std::int64_t outputs) {
  MLSEC_TRY_VOID(context.bring_last(axis));
  const Shape shape = context.shape();
  const std::int64_t inputs = shape.last(), rest = static_cast<std::int64_t>(shape.count()) / inputs;
  MLSEC_TRY_VOID(context.reshape({rest, inputs}));
  MLSEC_TRY_VOID(context.apply(
      std::make_unique<Conv1d>(Tensor(Shape{outputs, 1, 1, inputs}, matrix), Tensor(), WindowGeometry{})));
  std::vector<std::int64_t> extents(shape.begin(), shape.end());
  extents.back() = outputs;
  return context.reshape(extents);
}

}  // namespace mlsec::nn
