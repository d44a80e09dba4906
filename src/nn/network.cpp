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
  elements_ += shape.count();
  if (elements_ > maximum_elements)
    return Error{ErrorCode::too_large, "model",
                 "For one sample, the layers of a network may together give at most 67108864 values."};
  if (name.empty()) name = std::string(operation->id()) + std::to_string(nodes_.size() + 1);
  nodes_.push_back({std::move(operation), std::move(inputs), shape, std::move(name)});
  uses_.push_back(0);
  relu_of_.push_back(0);
  note_uses(nodes_.back().inputs);
  return nodes_.size();
}

// A layer is fused with the relu that is the first to use it, until something else uses it, too.
void Network::note_uses(std::span<const std::size_t> inputs) {
  for (std::size_t value : inputs) {
    ++uses_[value];
    if (value == 0) continue;
    const bool alone = uses_[value] == 1 && nodes_.back().operation->id() == "relu";
    relu_of_[value - 1] = alone && nodes_[value - 1].operation->fuses_relu() ? nodes_.size() : 0;
  }
}

std::span<const float* const> Network::inputs_of(const Node& node, Workspace& workspace) const {
  workspace.inputs.clear();
  for (std::size_t value : node.inputs) workspace.inputs.push_back(kept(value, workspace));
  return workspace.inputs;
}

std::span<const float* const> Network::tangents_of(const Node& node, Workspace& workspace) const {
  workspace.input_tangents.clear();
  for (std::size_t value : node.inputs) workspace.input_tangents.push_back(workspace.tangents[value].data());
  return workspace.input_tangents;
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

void Network::forward(std::size_t rows, const float* input, Workspace& workspace, const TrainingPass* training) {
  workspace.values.resize(values());
  workspace.memories.resize(nodes_.size());
  workspace.capacity = std::max(workspace.capacity, rows);
  workspace.rows = rows;
  for (std::size_t value = 0; value < values(); ++value)
    if (value == 0 || !is_fused(value - 1))
      reserve(workspace.values[value], workspace.capacity * shape_of(value).count());
  std::memcpy(workspace.values[0].data(), input, rows * input_shape_.count() * sizeof(float));
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (is_fused(i)) continue;  // comes with its relu
    const std::size_t from = nodes_[i].inputs[0];
    const bool fused = from > 0 && is_fused(from - 1);
    const std::size_t done = fused ? from - 1 : i;
    workspace.memories[done].training = training != nullptr;
    const ForwardCall call{
        rows,    inputs_of(nodes_[done], workspace), workspace.values[i + 1].data(), workspace.memories[done], done,
        training};
    if (fused)
      nodes_[done].operation->forward_and_relu(call);
    else
      nodes_[done].operation->forward(call);
  }
}

void Network::value_of(std::size_t node, Workspace& workspace, float* output) {
  const std::size_t size = workspace.rows * nodes_[node].shape.count();
  if (!is_fused(node)) {
    std::memcpy(output, workspace.values[node + 1].data(), size * sizeof(float));
    return;
  }
  nodes_[node].operation->forward(
      {workspace.rows, inputs_of(nodes_[node], workspace), output, workspace.memories[node], node, nullptr});
}

Result<void> Network::backward(const float* cotangent, const BackwardRequest& request, Workspace& workspace,
                               std::span<float* const> gradients) {
  const std::size_t rows = workspace.rows;
  workspace.cotangents.resize(values());

  // A value's cotangent is needed where something wanted lies at or before it.
  auto &needed = workspace.needed, &reached = workspace.reached;
  needed.assign(values(), 0);
  reached.assign(values(), 0);
  needed[0] = request.inputs;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    needed[i + 1] =
        request.activation == i ||
        (request.weights != WeightGradients::none && !node.operation->parameters().empty()) ||
        std::any_of(node.inputs.begin(), node.inputs.end(), [&](std::size_t value) { return needed[value]; });
  }
  for (std::size_t value = 0; value <= nodes_.size(); ++value)
    if (needed[value]) reserve(workspace.cotangents[value], workspace.capacity * shape_of(value).count());
  const std::size_t last = request.from ? *request.from + 1 : nodes_.size();
  if (!needed[last]) return {};
  std::fill(needed.begin() + static_cast<std::ptrdiff_t>(last) + 1, needed.end(), char{0});
  std::memcpy(workspace.cotangents[last].data(), cotangent, rows * shape_of(last).count() * sizeof(float));
  reached[last] = true;

  std::size_t gradient_end = gradients.size();
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    const Node& node = nodes_[i];
    const std::size_t parameter_count = node.operation->parameters().size();
    if (!needed[i + 1]) {
      if (request.weights != WeightGradients::squared_norms) gradient_end -= std::min(gradient_end, parameter_count);
      continue;
    }
    if (!reached[i + 1]) std::memset(workspace.cotangents[i + 1].data(), 0, rows * node.shape.count() * sizeof(float));
    const BackwardCall call{rows, inputs_of(node, workspace), kept(i + 1, workspace),
                            workspace.cotangents[i + 1].data(), workspace.memories[i]};
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
      reserve(workspace.partial, workspace.capacity * shape_of(value).count());
      MLSEC_TRY_VOID(node.operation->backward_input(call, which, workspace.partial.data()));
      for (std::size_t j = 0; j < rows * shape_of(value).count(); ++j) target[j] += workspace.partial[j];
    }
  }
  return {};
}

Result<void> Network::forward_tangent(const float* tangent, Workspace& workspace) {
  const std::size_t rows = workspace.rows;
  workspace.tangents.resize(values());
  for (std::size_t value = 0; value < values(); ++value)
    reserve(workspace.tangents[value], workspace.capacity * shape_of(value).count());
  std::memcpy(workspace.tangents[0].data(), tangent, rows * input_shape_.count() * sizeof(float));
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    MLSEC_TRY_VOID(nodes_[i].operation->forward_tangent({rows, inputs_of(nodes_[i], workspace), kept(i + 1, workspace),
                                                         workspace.memories[i], tangents_of(nodes_[i], workspace),
                                                         workspace.tangents[i + 1].data()}));
  return {};
}

Result<void> Network::backward_tangent(const float* cotangent_tangent, Workspace& workspace) {
  const std::size_t rows = workspace.rows;
  MLSEC_CHECK(workspace.tangents.size() == values() && workspace.cotangents.size() == values());
  workspace.cotangent_tangents.resize(values());
  for (std::size_t value = 0; value < values(); ++value) {
    reserve(workspace.cotangent_tangents[value], workspace.capacity * shape_of(value).count());
    std::memset(workspace.cotangent_tangents[value].data(), 0, rows * shape_of(value).count() * sizeof(float));
  }
  std::memcpy(workspace.cotangent_tangents.back().data(), cotangent_tangent,
              rows * output_shape().count() * sizeof(float));
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    const Node& node = nodes_[i];
    const BackwardTangentCall call{{rows, inputs_of(node, workspace), kept(i + 1, workspace),
                                    workspace.cotangents[i + 1].data(), workspace.memories[i]},
                                   tangents_of(node, workspace),
                                   workspace.tangents[i + 1].data(),
                                   workspace.cotangent_tangents[i + 1].data()};
    for (std::size_t which = 0; which < node.inputs.size(); ++which) {
      const Shape& shape = shape_of(node.inputs[which]);
      reserve(workspace.partial, workspace.capacity * shape.count());
      MLSEC_TRY_VOID(node.operation->backward_input_tangent(call, which, workspace.partial.data()));
      float* target = workspace.cotangent_tangents[node.inputs[which]].data();
      for (std::size_t j = 0; j < rows * shape.count(); ++j) target[j] += workspace.partial[j];
    }
  }
  return {};
}

Result<void> Network::interval(std::size_t rows, const float* lower, const float* upper, float* output_lower,
                               float* output_upper) {
  const auto tensor = [&](std::size_t value, const float* from) {
    const Shape shape = shape_of(value).with_rows(static_cast<std::int64_t>(rows));
    return from ? Tensor(shape, {from, shape.count()}) : Tensor(shape);
  };
  std::vector<Tensor> lowers, uppers;
  lowers.push_back(tensor(0, lower));
  uppers.push_back(tensor(0, upper));
  std::vector<const float*> from, to;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    from.clear();
    to.clear();
    for (std::size_t value : nodes_[i].inputs) {
      from.push_back(lowers[value].data());
      to.push_back(uppers[value].data());
    }
    lowers.push_back(tensor(i + 1, nullptr));
    uppers.push_back(tensor(i + 1, nullptr));
    MLSEC_TRY_VOID(nodes_[i].operation->interval({rows, from, to, lowers.back().data(), uppers.back().data()}));
  }
  std::memcpy(output_lower, lowers.back().data(), lowers.back().size() * sizeof(float));
  std::memcpy(output_upper, uppers.back().data(), uppers.back().size() * sizeof(float));
  return {};
}

}  // namespace mlsec::nn
