#include "formats/batch_norm_folding.hpp"

#include <algorithm>
#include <cmath>

namespace mlsec::formats {

namespace {

using nn::Constant;
using nn::GraphDescription;
using nn::NodeDescription;

// The layer that makes this value, if it makes it for one node alone.
NodeDescription* producer_of(GraphDescription& graph, const std::string& value) {
  std::ptrdiff_t uses = std::count_if(graph.outputs.begin(), graph.outputs.end(),
                                      [&](const auto& output) { return output.name == value; });
  NodeDescription* producer = nullptr;
  for (NodeDescription& node : graph.nodes) {
    uses += std::count(node.inputs.begin(), node.inputs.end(), value);
    if (node.outputs[0] == value && (node.operation == "Conv" || node.operation == "Gemm")) producer = &node;
  }
  return uses == 1 ? producer : nullptr;
}

// Weights lie outputs first, in Conv as in Gemm with transB.
void fold(GraphDescription& graph, const NodeDescription& norm, NodeDescription& layer) {
  const auto floats = [&](std::size_t input) -> const std::vector<float>& {
    return graph.constants.at(norm.inputs[input]).floats;
  };
  const std::vector<float>&scale = floats(1), &shift = floats(2), &mean = floats(3), &variance = floats(4);
  const double epsilon = double{std::get<float>(norm.attributes.at("epsilon"))};
  const std::size_t outputs = scale.size();
  if (layer.inputs.size() < 3) {
    layer.inputs.push_back(layer.name + ".bias");
    graph.constants[layer.inputs[2]] = {Shape{static_cast<std::int64_t>(outputs)}, std::vector<float>(outputs), {}};
  }
  std::vector<float>&weights = graph.constants.at(layer.inputs[1]).floats,
  &bias = graph.constants.at(layer.inputs[2]).floats;
  const std::size_t width = weights.size() / outputs;
  for (std::size_t output = 0; output < outputs; ++output) {
    const double factor = double{scale[output]} / std::sqrt(double{variance[output]} + epsilon);
    for (std::size_t i = output * width; i < (output + 1) * width; ++i)
      weights[i] = static_cast<float>(factor * double{weights[i]});
    bias[output] = static_cast<float>(factor * (double{bias[output]} - double{mean[output]}) + double{shift[output]});
  }
  layer.outputs = norm.outputs;
  for (std::size_t input = 1; input < norm.inputs.size(); ++input) graph.constants.erase(norm.inputs[input]);
}

}  // namespace

void fold_batch_norms(GraphDescription& graph) {
  for (auto node = graph.nodes.begin(); node != graph.nodes.end();) {
    NodeDescription* layer = node->operation == "BatchNormalization" ? producer_of(graph, node->inputs[0]) : nullptr;
    if (layer) fold(graph, *node, *layer);
    node = layer ? graph.nodes.erase(node) : node + 1;
  }
}

}  // namespace mlsec::formats
