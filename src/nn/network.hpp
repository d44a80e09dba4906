// A graph of operations: forward once, backward as often as needed.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "nn/operation.hpp"

namespace mlsec::nn {

struct Node {
  std::unique_ptr<Operation> operation;
  std::vector<std::size_t> inputs;  // values: 0 is the network's input, i + 1 the output of node i
  Shape shape;                      // of its output for one sample
  std::string name;
};

/// The memory of one forward pass and its backward passes, for up to `capacity` rows. Reused from pass to pass.
struct Workspace {
  std::size_t capacity = 0;
  std::size_t rows = 0;
  std::vector<Tensor> values;      // as Node::inputs counts them
  std::vector<Tensor> cotangents;  // likewise; made when first needed
  std::vector<NodeMemory> memories;
  Tensor partial;                // a cotangent on its way to be added to another
  std::vector<Tensor> tangents;  // along the direction last asked for; made when first needed
  std::vector<Tensor> cotangent_tangents;
  std::vector<char> needed, reached;                 // of each value, in a backward pass
  std::vector<const float*> inputs, input_tangents;  // of the node at work
};

/// What backward is asked for.
struct BackwardRequest {
  bool inputs = false;
  WeightGradients weights = WeightGradients::none;
  std::optional<std::size_t> activation;  // the node whose output's cotangent is wanted
  std::optional<std::size_t> from = {};   // the node whose output's cotangent is given; the last one where empty
};

class Network {
 public:
  explicit Network(Shape input) : input_shape_(input) {}

  /// Appends a node fed by the given values and returns the number of its value, or why it does not fit. Errors of its
  /// inputs as such have the field "from".
  Result<std::size_t> add(std::unique_ptr<Operation> operation, std::vector<std::size_t> inputs, std::string name = "");

  /// Layer after layer.
  Result<std::size_t> add(std::unique_ptr<Operation> operation) { return add(std::move(operation), {nodes_.size()}); }

  const Shape& input_shape() const { return input_shape_; }
  const Shape& output_shape() const { return nodes_.empty() ? input_shape_ : nodes_.back().shape; }
  std::span<const Node> nodes() const { return nodes_; }

  /// Draws initial weights; each node has its own random stream.
  void initialise(std::uint64_t seed);

  /// All parameters, node by node.
  std::vector<Parameter*> parameters();
  std::size_t parameter_count() const;
  void parameters_changed();

  /// Input rows x input_shape, images height x width x channels. The output lies in workspace.values.back(). With
  /// `training`, operations that behave differently while a network learns do so. A layer and the relu that alone
  /// follows it are done in one go; the layer's own value is then that of the relu, but see value_of.
  void forward(std::size_t rows, const float* input, Workspace& workspace, const TrainingPass* training = nullptr);

  /// After forward with the same workspace. `cotangent` is rows x output_shape, or of
  /// `request.from`. The wanted cotangents lie in
  /// workspace.cotangents; weight gradients go to `gradients`, whose form WeightGradients describes.
  Result<void> backward(const float* cotangent, const BackwardRequest& request, Workspace& workspace,
                        std::span<float* const> gradients = {});

  /// Whether a node's value is not kept because its relu is done in the same go.
  bool is_fused(std::size_t node) const { return relu_of_[node] > 0; }
  /// Writes the output of a node after forward with the same workspace, that of a fused one too.
  void value_of(std::size_t node, Workspace& workspace, float* output);

  /// After forward: the derivative of the output along `tangent`, rows x input_shape. It lies in
  /// workspace.tangents.back() (forward-mode differentiation; Griewank and Walther, 2008, chapter 3).
  Result<void> forward_tangent(const float* tangent, Workspace& workspace);

  /// After forward_tangent and backward to the inputs with `cotangent`: the derivative of that gradient along the
  /// tangent, where the cotangent itself has the derivative `cotangent_tangent`. It lies in
  /// workspace.cotangent_tangents[0]. With cotangent = dL/dy and cotangent_tangent = d2L/dy2 y', it is the Hessian of L
  /// times the tangent (Pearlmutter, 1994, "Fast exact multiplication by the Hessian").
  Result<void> backward_tangent(const float* cotangent_tangent, Workspace& workspace);

  /// Bounds of the output, rows x output_shape, where each input lies between `lower` and `upper`; up to rounding
  /// (interval bound propagation, Gowal et al., 2018, arXiv:1810.12715).
  Result<void> interval(std::size_t rows, const float* lower, const float* upper, float* output_lower,
                        float* output_upper);

 private:
  const Shape& shape_of(std::size_t value) const { return value == 0 ? input_shape_ : nodes_[value - 1].shape; }
  std::size_t values() const { return nodes_.size() + 1; }
  void note_uses(std::span<const std::size_t> inputs);
  /// Of a fused node that of its relu, in which a relu finds all it needs.
  const float* kept(std::size_t value, const Workspace& workspace) const {
    return workspace.values[value > 0 && is_fused(value - 1) ? relu_of_[value - 1] : value].data();
  }
  std::span<const float* const> inputs_of(const Node& node, Workspace& workspace) const;
  std::span<const float* const> tangents_of(const Node& node, Workspace& workspace) const;

  Shape input_shape_;
  std::vector<Node> nodes_;
  std::size_t elements_ = 0;          // of the outputs of all nodes
  std::vector<std::size_t> uses_{0};  // of each value, how often it is an input
  std::vector<std::size_t> relu_of_;  // of each fused node, the value of its relu; 0 of all others
};

}  // namespace mlsec::nn
