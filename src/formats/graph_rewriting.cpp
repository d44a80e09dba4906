#include "formats/graph_rewriting.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include "nn/operations/quantise.hpp"

namespace mlsec::formats {

namespace {

using nn::GraphDescription;
using nn::NodeDescription;

/// Who makes each value, and how often it is taken.
class Uses {
 public:
  explicit Uses(const GraphDescription& graph) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      for (const std::string& input : graph.nodes[i].inputs) ++counts_[input];
      if (!graph.nodes[i].outputs.empty()) producers_.emplace(graph.nodes[i].outputs[0], i);
    }
    for (const auto& output : graph.outputs) ++counts_[output.name];
  }

  /// The number of the node that makes the value for one other alone; `none` where there is none.
  std::size_t only_for_one(const std::string& value) const {
    const auto producer = producers_.find(value);
    return producer != producers_.end() && counts_.at(value) == 1 ? producer->second : none;
  }
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

 private:
  std::map<std::string, int, std::less<>> counts_;
  std::map<std::string, std::size_t, std::less<>> producers_;
};

void remove_marked(GraphDescription& graph) {
  std::erase_if(graph.nodes, [](const NodeDescription& node) { return node.operation.empty(); });
}

}  // namespace

void fuse_bias(GraphDescription& graph) {
  const Uses uses(graph);
  for (NodeDescription& add : graph.nodes) {
    if (add.operation != "Add" || add.inputs.size() != 2 || add.outputs.empty()) continue;
    for (std::size_t side : {std::size_t{0}, std::size_t{1}}) {
      const auto constant = graph.constants.find(add.inputs[1 - side]);
      const std::size_t number = uses.only_for_one(add.inputs[side]);
      if (constant == graph.constants.end() || number == Uses::none) continue;
      NodeDescription& product = graph.nodes[number];
      if ((product.operation != "MatMul" && product.operation != "Gemm") || product.inputs.size() != 2) continue;
      const auto weights = graph.constants.find(product.inputs[1]);
      if (weights == graph.constants.end() || weights->second.shape.rank() != 2) continue;
      const auto transposed = product.attributes.find("transB");
      const auto* flag =
          transposed == product.attributes.end() ? nullptr : std::get_if<std::int64_t>(&transposed->second);
      const bool output_major = flag && *flag != 0;
      const Shape &bias = constant->second.shape, &matrix = weights->second.shape;
      if (bias.rank() == 0 || bias[bias.rank() - 1] != matrix[output_major ? 0 : 1] ||
          bias.count() != static_cast<std::size_t>(bias[bias.rank() - 1]))
        continue;
      product.inputs.push_back(add.inputs[1 - side]);
      product.outputs = add.outputs;
      add.operation.clear();
      break;
    }
  }
  remove_marked(graph);
}

void fuse_silu(GraphDescription& graph) {
  const Uses uses(graph);
  for (NodeDescription& product : graph.nodes) {
    if (product.operation != "Mul" || product.inputs.size() != 2) continue;
    for (std::size_t side : {std::size_t{0}, std::size_t{1}}) {
      const std::size_t number = uses.only_for_one(product.inputs[side]);
      if (number == Uses::none) continue;
      NodeDescription& share = graph.nodes[number];
      if (share.operation != "Sigmoid" || share.inputs.size() != 1 || share.inputs[0] != product.inputs[1 - side])
        continue;
      product.operation = "Swish";
      product.inputs = {share.inputs[0]};
      share.operation.clear();
      break;
    }
  }
  remove_marked(graph);
}

void fuse_quantisation(GraphDescription& graph) {
  std::map<std::string_view, const NodeDescription*> quantisers;
  for (const NodeDescription& node : graph.nodes)
    if (node.operation == "QuantizeLinear" && node.inputs.size() >= 2 && node.outputs.size() == 1 &&
        !graph.constants.contains(node.inputs[0]))
      quantisers.emplace(node.outputs[0], &node);
  const auto constant = [&](const NodeDescription& node, std::size_t input) {
    const auto found = node.inputs.size() > input ? graph.constants.find(node.inputs[input]) : graph.constants.end();
    return found == graph.constants.end() ? nullptr : &found->second;
  };
  for (NodeDescription& node : graph.nodes) {
    if (node.operation != "DequantizeLinear" || node.inputs.empty()) continue;
    const auto found = quantisers.find(node.inputs[0]);
    if (found == quantisers.end() || found->second->inputs.size() != node.inputs.size()) continue;
    bool same = true;
    for (std::size_t input = 1; input < node.inputs.size(); ++input) {
      const nn::Constant *there = constant(*found->second, input), *here = constant(node, input);
      same = same && there && here && there->floats == here->floats && there->integers == here->integers;
    }
    if (!same) continue;
    node.operation = nn::quantised_and_back;
    node.inputs = found->second->inputs;
    node.attributes = found->second->attributes;
  }
}

}  // namespace mlsec::formats
