#include "nn/network.hpp"

#include <algorithm>
#include <cstring>

#include "base/text.hpp"

namespace mlsec::nn {

Result<std::size_t> Network::add(std::unique_ptr<Operation> operation, std::vector<std::size_t> inputs,
                                 std::string name) {
  if (inputs.size() != 1 && !operation->takes_several_inputs())
    return Error{ErrorCode::shape_mismatch, "from",
                 sentence({"A ", operation->id(), " layer takes one input, not ", inputs.size(), "."})};
  std::vector<Shape> shapes;
  for (std::size_t value : inputs) shapes.push_back(shape_of(value));
  MLSEC_TRY(const Shape shape, operation->connect(shapes));
  if (name.empty()) name = std::string(operation->id()) + std::to_string(nodes_.size() + 1);
  nodes_.push_back({std::move(operation), std::move(inputs), shape, std::move(name)});
  return nodes_.size();
}

void Network::initialise(std::uint64_t seed) {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    Random random(seed, i, Purpose::initial_weights);
    nodes_[i].operation->initialise(random);
  }
  parameters_changed();
}

std::vector<Parameter*> Network::parameters() {
  std::vector<Parameter*> all;
  for (Node& node : nodes_)
    for (Parameter& parameter : node.operation->parameters()) all.push_back(&parameter);
  return all;
}

std::size_t Network::parameter_count() const {
  std::size_t count = 0;
  for (const Node& node : nodes_)
    for (const Parameter& parameter : node.operation->parameters()) count += parameter.value.size();
  return count;
}

void Network::parameters_changed() {
  for (Node& node : nodes_) node.operation->parameters_changed();
}

namespace {

void reserve(Tensor& tensor, const Shape& sample, std::size_t capacity) {
  if (tensor.size() < capacity * sample.count()) tensor = Tensor(sample.with_rows(static_cast<std::int64_t>(capacity)));
}

}  // namespace

void Network::forward(std::size_t rows, const float* input, Workspace& workspace, const TrainingPass* training) {
  const std::size_t values = nodes_.size() + 1;
  workspace.values.resize(values);
  workspace.memories.resize(nodes_.size());
  workspace.capacity = std::max(workspace.capacity, rows);
  workspace.rows = rows;
  for (std::size_t value = 0; value < values; ++value)
    reserve(workspace.values[value], shape_of(value), workspace.capacity);
  std::memcpy(workspace.values[0].data(), input, rows * input_shape_.count() * sizeof(float));
  std::vector<const float*> inputs;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    inputs.clear();
    for (std::size_t value : nodes_[i].inputs) inputs.push_back(workspace.values[value].data());
    workspace.memories[i].training = training != nullptr;
    nodes_[i].operation->forward({rows, inputs, workspace.values[i + 1].data(), workspace.memories[i], i, training});
  }
}

Result<void> Network::backward(const float* cotangent, const BackwardRequest& request, Workspace& workspace,
                               std::span<float* const> gradients) {
  const std::size_t rows = workspace.rows;
  workspace.cotangents.resize(nodes_.size() + 1);

  // A value's cotangent is needed where something wanted lies at or before it.
  std::vector<bool> needed(nodes_.size() + 1, false), reached(nodes_.size() + 1, false);
  needed[0] = request.inputs;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    needed[i + 1] =
        request.activation == i ||
        (request.weights != WeightGradients::none && !node.operation->parameters().empty()) ||
        std::any_of(node.inputs.begin(), node.inputs.end(), [&](std::size_t value) { return needed[value]; });
  }
  for (std::size_t value = 0; value <= nodes_.size(); ++value)
    if (needed[value]) reserve(workspace.cotangents[value], shape_of(value), workspace.capacity);
  if (!needed.back()) return {};
  std::memcpy(workspace.cotangents.back().data(), cotangent, rows * output_shape().count() * sizeof(float));
  reached.back() = true;

  std::size_t gradient_end = gradients.size();
  std::vector<const float*> inputs;
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    const Node& node = nodes_[i];
    const std::size_t parameter_count = node.operation->parameters().size();
    if (!needed[i + 1]) {
      if (request.weights != WeightGradients::squared_norms) gradient_end -= std::min(gradient_end, parameter_count);
      continue;
    }
    if (!reached[i + 1]) std::memset(workspace.cotangents[i + 1].data(), 0, rows * node.shape.count() * sizeof(float));
    inputs.clear();
    for (std::size_t value : node.inputs) inputs.push_back(workspace.values[value].data());
    const BackwardCall call{rows, inputs, workspace.values[i + 1].data(), workspace.cotangents[i + 1].data(),
                            workspace.memories[i]};
    switch (request.weights) {
      case WeightGradients::none:
        break;
      case WeightGradients::summed:
        gradient_end -= parameter_count;
        MLSEC_TRY_VOID(node.operation->backward_weights(call, gradients.subspan(gradient_end, parameter_count)));
        break;
      case WeightGradients::per_sample:
        gradient_end -= parameter_count;
        MLSEC_TRY_VOID(
            node.operation->backward_weights_per_sample(call, gradients.subspan(gradient_end, parameter_count)));
        break;
      case WeightGradients::squared_norms:
        MLSEC_TRY_VOID(node.operation->add_squared_norms(call, gradients[0]));
        break;
    }
    for (std::size_t which = 0; which < node.inputs.size(); ++which) {
      const std::size_t value = node.inputs[which];
      if (!needed[value]) continue;
      float* target = workspace.cotangents[value].data();
      if (!reached[value]) {
        MLSEC_TRY_VOID(node.operation->backward_input(call, which, target));
        reached[value] = true;
        continue;
      }
      reserve(workspace.partial, shape_of(value), workspace.capacity);
      MLSEC_TRY_VOID(node.operation->backward_input(call, which, workspace.partial.data()));
      for (std::size_t j = 0; j < rows * shape_of(value).count(); ++j) target[j] += workspace.partial[j];
    }
  }
  return {};
}

}  // namespace mlsec::nn
