#include "formats/batch_norm_folding.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace mlsec::formats {

namespace {

using nn::Constant;
using nn::GraphDescription;
using nn::NodeDescription;
using Numbers = std::vector<double>;

/// What happens to each channel: times its factor, plus its offset. One of a list stands for all.
struct Scaling {
  Numbers factors, offsets;
};

template <class T>
T attribute_of(const NodeDescription& node, std::string_view name, T otherwise) {
  const auto found = node.attributes.find(name);
  const T* value = found == node.attributes.end() ? nullptr : std::get_if<T>(&found->second);
  return value ? *value : otherwise;
}

const Constant* constant_of(const GraphDescription& graph, const NodeDescription& node, std::size_t input) {
  if (node.inputs.size() <= input) return nullptr;
  const auto found = graph.constants.find(node.inputs[input]);
  return found == graph.constants.end() || found->second.floats.empty() ? nullptr : &found->second;
}

bool has_one_output(const NodeDescription& node) {
  return !node.outputs.empty() && std::all_of(node.outputs.begin() + 1, node.outputs.end(),
                                              [](const std::string& output) { return output.empty(); });
}

/// A Conv, or a Gemm of plain products, by constants.
struct Layer {
  NodeDescription* node = nullptr;
  std::size_t channels = 0, rank = 0;  // of its output
  bool outputs_first = true;           // of its weights
};

std::optional<Layer> layer_of(const GraphDescription& graph, NodeDescription& node) {
  Layer layer{&node};
  const Constant* weights = constant_of(graph, node, 1);
  if (!has_one_output(node) || !weights || weights->shape.count() != weights->floats.size()) return std::nullopt;
  layer.rank = weights->shape.rank();
  if (node.operation == "Gemm") {
    if (layer.rank != 2 || attribute_of(node, "alpha", 1.0f) != 1 || attribute_of(node, "beta", 1.0f) != 1)
      return std::nullopt;
    layer.outputs_first = attribute_of(node, "transB", std::int64_t{0}) != 0;
  } else if (node.operation != "Conv" || layer.rank < 3) {
    return std::nullopt;
  }
  layer.channels = static_cast<std::size_t>(weights->shape[layer.outputs_first ? 0 : 1]);
  if (node.inputs.size() > 2 && !node.inputs[2].empty()) {
    const Constant* bias = constant_of(graph, node, 2);
    if (!bias || bias->shape.rank() != 1 || bias->floats.size() != layer.channels) return std::nullopt;
  }
  return layer;
}

std::optional<Scaling> scaling_of_norm(const GraphDescription& graph, const NodeDescription& norm, std::size_t from,
                                       std::size_t channels) {
  if (norm.operation != "BatchNormalization" || from != 0 || norm.inputs.size() != 5 || !has_one_output(norm) ||
      attribute_of(norm, "training_mode", std::int64_t{0}) != 0 || attribute_of(norm, "spatial", std::int64_t{1}) != 1)
    return std::nullopt;
  const Constant* values[4];
  for (std::size_t i = 0; i < 4; ++i) {
    values[i] = constant_of(graph, norm, i + 1);
    if (!values[i] || values[i]->shape.rank() != 1 || values[i]->floats.size() != channels) return std::nullopt;
  }
  const auto& [scale, shift, mean, variance] = values;
  const double epsilon = double{attribute_of(norm, "epsilon", 1e-5f)};
  Scaling scaling;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const double spread = double{variance->floats[channel]} + epsilon;
    if (!(spread > 0)) return std::nullopt;
    scaling.factors.push_back(double{scale->floats[channel]} / std::sqrt(spread));
    scaling.offsets.push_back(double{shift->floats[channel]} -
                              scaling.factors[channel] * double{mean->floats[channel]});
  }
  return scaling;
}

/// `from` is the input that the layer makes.
std::optional<Scaling> scaling_of_arithmetic(const GraphDescription& graph, const NodeDescription& node,
                                             std::size_t from, const Layer& layer) {
  const Constant* constant = constant_of(graph, node, 1 - from);
  if (!constant || node.inputs.size() != 2 || !has_one_output(node) || node.attributes.contains("axis"))
    return std::nullopt;
  // One number, or one for each place of the output's second axis, aligned at the last one.
  const Shape& shape = constant->shape;
  const std::size_t behind = layer.rank - 2, count = constant->floats.size();
  const bool one = count == 1 && shape.rank() <= layer.rank;
  const bool by_channel = count == layer.channels && shape.rank() > behind && shape.rank() <= layer.rank &&
                          static_cast<std::size_t>(shape[shape.rank() - 1 - behind]) == count;
  if (!one && !by_channel) return std::nullopt;
  const Numbers numbers(constant->floats.begin(), constant->floats.end());
  Numbers inverse = numbers, negative = numbers;
  for (double& number : inverse) number = 1 / number;
  for (double& number : negative) number = -number;
  if (node.operation == "Mul") return Scaling{numbers, {0}};
  if (node.operation == "Add") return Scaling{{1}, numbers};
  if (node.operation == "Sub") return from == 0 ? Scaling{{1}, negative} : Scaling{{-1}, numbers};
  if (node.operation == "Div" && from == 0) return Scaling{inverse, {0}};
  return std::nullopt;
}

/// Folds nodes of a graph into the layers before them.
class Folder {
 public:
  explicit Folder(GraphDescription& graph) : graph_(graph) {
    for (const NodeDescription& node : graph.nodes)
      for (const std::string& input : node.inputs) ++uses_[input];
    for (const auto& output : graph.outputs) ++uses_[output.name];
  }

  /// `scaling_of(node, input, layer)` says what a node does to what the layer makes, its input.
  template <class ScalingOf>
  void run(ScalingOf scaling_of) {
    for (NodeDescription& node : graph_.nodes) {
      for (std::size_t input = 0; input < std::min<std::size_t>(node.inputs.size(), 2); ++input) {
        const auto found = layers_.find(node.inputs[input]);
        if (found == layers_.end() || uses_[node.inputs[input]] != 1) continue;
        const auto layer = layer_of(graph_, *found->second);
        const auto scaling = layer ? scaling_of(node, input, *layer) : std::optional<Scaling>();
        if (scaling && fold(*layer, *scaling, node)) break;
      }
      if (!node.outputs.empty() && (node.operation == "Conv" || node.operation == "Gemm"))
        layers_.insert_or_assign(node.outputs[0], &node);
    }
    std::erase_if(graph_.nodes, [](const NodeDescription& node) { return node.operation.empty(); });
  }

 private:
  /// Gives a layer another constant in the place of one that may be that of other layers, too.
  void replace(NodeDescription& layer, std::size_t input, const char* what, Constant constant) {
    layer.inputs.resize(std::max(layer.inputs.size(), input + 1));
    std::string& name = layer.inputs[input];
    if (name.empty() || uses_[name] > 1) {
      if (!name.empty()) --uses_[name];
      name = layer.name + what;
      while (graph_.constants.contains(name)) name += '_';
      ++uses_[name];
    }
    graph_.constants.insert_or_assign(name, std::move(constant));
  }

  /// False where a number would not be finite.
  bool fold(const Layer& layer, const Scaling& scaling, NodeDescription& node) {
    const auto of = [](const Numbers& list, std::size_t channel) { return list[list.size() > 1 ? channel : 0]; };
    const Constant* old_bias = constant_of(graph_, *layer.node, 2);
    Constant weights = *constant_of(graph_, *layer.node, 1);
    Constant bias{Shape{static_cast<std::int64_t>(layer.channels)}, std::vector<float>(layer.channels), {}};
    const std::size_t width = weights.floats.size() / layer.channels;
    bool finite = true;
    for (std::size_t channel = 0; channel < layer.channels; ++channel) {
      const double factor = of(scaling.factors, channel), before = old_bias ? double{old_bias->floats[channel]} : 0;
      for (std::size_t i = 0; i < width; ++i) {
        float& weight = weights.floats[layer.outputs_first ? channel * width + i : i * layer.channels + channel];
        weight = static_cast<float>(factor * double{weight});
        finite = finite && std::isfinite(weight);
      }
      bias.floats[channel] = static_cast<float>(factor * before + of(scaling.offsets, channel));
      finite = finite && std::isfinite(bias.floats[channel]);
    }
    if (!finite) return false;
    replace(*layer.node, 1, ".weights", std::move(weights));
    replace(*layer.node, 2, ".bias", std::move(bias));
    layer.node->outputs = {node.outputs[0]};
    layers_.insert_or_assign(node.outputs[0], layer.node);
    for (const std::string& input : node.inputs)
      if (--uses_[input] == 0) graph_.constants.erase(input);
    node.operation.clear();
    return true;
  }

  GraphDescription& graph_;
  std::map<std::string, std::size_t, std::less<>> uses_;
  std::map<std::string, NodeDescription*, std::less<>> layers_;  // by what they make
};

}  // namespace

void fold_batch_norms(GraphDescription& graph) {
  Folder(graph).run([&](const NodeDescription& node, std::size_t input, const Layer& layer) {
    return scaling_of_norm(graph, node, input, layer.channels);
  });
}

void fold_scales(GraphDescription& graph) {
  Folder(graph).run([&](const NodeDescription& node, std::size_t input, const Layer& layer) {
    return node.operation == "BatchNormalization" ? scaling_of_norm(graph, node, input, layer.channels)
                                                  : scaling_of_arithmetic(graph, node, input, layer);
  });
}

}  // namespace mlsec::formats
