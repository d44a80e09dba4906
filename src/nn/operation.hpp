// What a node of a network can do. One operation is one record: a class in a pair of files of nn/operations.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "nn/description.hpp"
#include "tensor/tensor.hpp"

namespace mlsec::nn {

/// Weights learn from gradients. Statistics follow what training passes measure (a batch normalisation's running mean);
/// no output of a pass that measured depends on them.
enum class ParameterRole { weight, statistic };

struct Parameter {
  std::string name;  // "weights", "bias"
  Tensor value;
  ParameterRole role = ParameterRole::weight;
  float momentum = 0;  // of a statistic: the share of the way it moves, with each batch, towards what was measured
};

/// What a pass in training knows beside its inputs; passes that only evaluate have none. It keys the random numbers of
/// a row by what the row is, so that they do not depend on how a batch was cut.
struct TrainingPass {
  std::uint64_t seed = 0;
  std::uint32_t step = 0;                  // changes with every batch
  std::span<const std::uint32_t> samples;  // of each row, its index in the data set
};

/// What an operation keeps from forward for backward, beside its inputs and output (a max pool its winners).
struct NodeMemory {
  std::vector<std::uint32_t> indices;
  std::vector<float> floats;
  bool training = false;  // whether forward was a pass in training
};

/// All arrays are rows x the per-sample shape, images height x width x channels.
struct ForwardCall {
  std::size_t rows;
  std::span<const float* const> inputs;
  float* output;
  NodeMemory& memory;
  std::size_t node;              // its number in the network: keys random numbers apart from those of other nodes
  const TrainingPass* training;  // nullptr where the pass only evaluates
};

struct BackwardCall {
  std::size_t rows;
  std::span<const float* const> inputs;
  const float* output;
  const float* output_cotangent;
  const NodeMemory& memory;
};

/// Derivatives of the inputs along some direction, and the output's to be computed.
struct TangentCall {
  std::size_t rows;
  std::span<const float* const> inputs;
  const float* output;
  const NodeMemory& memory;
  std::span<const float* const> input_tangents;
  float* output_tangent;
};

/// Derivatives along a direction of all that backward_input works on.
struct BackwardTangentCall {
  BackwardCall primal;
  std::span<const float* const> input_tangents;
  const float* output_tangent;
  const float* output_cotangent_tangent;
};

/// Every input lies between lower and upper; so does the output then.
struct IntervalCall {
  std::size_t rows;
  std::span<const float* const> lower, upper;
  float* output_lower;
  float* output_upper;
};

/// The forms in which gradients to weights come.
/// - summed: over the rows; what training needs. One array a parameter, added to.
/// - per_sample: one array a parameter, rows x its shape, overwritten.
/// - squared_norms: of each row's gradient to all weights together. One array of one number a row, added to.
enum class WeightGradients { none, summed, per_sample, squared_norms };

/// Neither weights nor the outputs of all layers together may have more elements: a network in a page has far fewer.
inline constexpr std::size_t maximum_elements = std::size_t{1} << 26;

class NodeWriter;

class Operation {
 public:
  virtual ~Operation() = default;

  /// The public name: "dense", "conv2d" ...
  virtual std::string_view id() const = 0;

  /// Called once, with the shapes of one sample: checks them, fixes the geometry, allocates parameters that have no
  /// value yet (zero), and gives the shape of the output.
  virtual Result<Shape> connect(std::span<const Shape> inputs) = 0;

  virtual std::span<Parameter> parameters() { return {}; }

  /// Whether it may have more than one input.
  virtual bool takes_several_inputs() const { return false; }

  /// Whether each output depends on what its inputs have at its own place and on nothing else of the row, so that a
  /// flattened image stays one.
  virtual bool element_wise() const { return false; }

  /// Whether the output is linear in all inputs together, without a constant; so `forward` of tangents is the tangent.
  virtual bool linear() const { return false; }

  /// Whether its derivative is the same wherever it is taken, but for bends between pieces: linear operations, those
  /// that add a constant, maxima.
  virtual bool piecewise_affine() const { return linear(); }

  /// Whether no output falls when an input rises; so `forward` of bounds gives bounds.
  virtual bool monotone() const { return false; }

  /// Random initial weights, as the operation's documentation says.
  virtual void initialise(Random&) {}

  /// To be called after parameters changed.
  virtual void parameters_changed() {}

  virtual void forward(const ForwardCall& call) = 0;

  /// Whether it can do max(output, 0) in the same go; no part of it then needs the output itself.
  virtual bool fuses_relu() const { return false; }
  virtual void forward_and_relu(const ForwardCall&) {}

  /// Overwrites the cotangent of input `which`.
  virtual Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) = 0;

  /// Adds the sum over the rows to gradients[i], shaped as parameters()[i]. Rows are added in their order. For a
  /// statistic, what a training pass measured takes the place of a gradient: rows times the measured value.
  virtual Result<void> backward_weights(const BackwardCall& call, std::span<float* const> gradients);

  /// Writes the gradient of each row to gradients[i], rows x the shape of parameters()[i]; zeros for statistics.
  /// Refused after a training pass where rows depend on each other.
  virtual Result<void> backward_weights_per_sample(const BackwardCall& call, std::span<float* const> gradients);

  /// Adds to norms[row] the squared norm of that row's gradient to all weights of this operation.
  virtual Result<void> add_squared_norms(const BackwardCall& call, float* norms);

  /// Forward-mode derivative: overwrites the output's tangent. By default that of a linear operation.
  virtual Result<void> forward_tangent(const TangentCall& call);

  /// The derivative of what backward_input computes along the directions of the call (forward over reverse,
  /// Pearlmutter, 1994): with it a network has products of its Hessian and vectors. By default that of a
  /// piecewise affine operation.
  virtual Result<void> backward_input_tangent(const BackwardTangentCall& call, std::size_t which,
                                              float* input_cotangent_tangent);

  /// Bounds of the output, up to rounding. By default those of a monotone operation.
  virtual Result<void> interval(const IntervalCall& call);

  /// The ONNX node without the names of its outputs; its constants and nodes that come before it are added to the file.
  virtual Result<NodeDescription> write(NodeWriter& writer) const;

 protected:
  Error cannot(std::string_view what) const;
  Error too_large() const;
};

}  // namespace mlsec::nn
