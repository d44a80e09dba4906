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
  Tensor partial;  // a cotangent on its way to be added to another
};

/// What backward is asked for.
struct BackwardRequest {
  bool inputs = false;
  WeightGradients weights = WeightGradients::none;
  std::optional<std::size_t> activation;  // the node whose output's cotangent is wanted
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
  /// `training`, operations that behave differently while a network learns do so.
  void forward(std::size_t rows, const float* input, Workspace& workspace, const TrainingPass* training = nullptr);

  /// After forward with the same workspace. `cotangent` is rows x output_shape. The wanted cotangents lie in
  /// workspace.cotangents; weight gradients go to `gradients`, whose form WeightGradients describes.
  Result<void> backward(const float* cotangent, const BackwardRequest& request, Workspace& workspace,
                        std::span<float* const> gradients = {});

 private:
  const Shape& shape_of(std::size_t value) const { return value == 0 ? input_shape_ : nodes_[value - 1].shape; }

  Shape input_shape_;
  std::vector<Node> nodes_;
};

}  // namespace mlsec::nn
