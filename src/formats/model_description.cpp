#include <algorithm>
#include <set>

#include "formats/batch_norm_folding.hpp"
#include "formats/flattened_values.hpp"
#include "formats/metadata.hpp"
#include "formats/model_graph.hpp"
#include "nn/operations.hpp"

namespace mlsec::formats {

namespace {

using nn::GraphDescription;
using nn::NodeDescription;

std::vector<std::int64_t> extents_of(const Shape& shape) {
  if (shape.rank() == 3) return {-1, shape[2], shape[0], shape[1]};
  std::vector<std::int64_t> list{-1};
  list.insert(list.end(), shape.begin(), shape.end());
  return list;
}

/// The names of a file's values. A node's constants are called by its own name, a dot and more.
class Names {
 public:
  Names(std::initializer_list<const char*> taken) : taken_(taken.begin(), taken.end()) {}

  /// A name that is not given twice, nor looks like a constant of another: models from files and their authors may call
  /// nodes as they like.
  std::string take(std::string name, std::size_t number) {
    while (is_taken(name)) {
      std::replace(name.begin(), name.end(), '.', '_');
      name += "_" + std::to_string(number);
    }
    taken_.insert(name);
    return name;
  }

 private:
  bool is_taken(const std::string& name) const {
    for (std::size_t end = name.find('.'); end != std::string::npos; end = name.find('.', end + 1))
      if (taken_.contains(name.substr(0, end))) return true;
    const auto longer = taken_.lower_bound(name + ".");
    return taken_.contains(name) || (longer != taken_.end() && longer->starts_with(name + "."));
  }

  std::set<std::string, std::less<>> taken_;
};

}  // namespace

Result<nn::GraphDescription> describe(const model::NetworkModel& model) {
  GraphDescription graph;
  graph.name = model.name();
  const nn::Network& network = model.network();
  graph.inputs.push_back({"input", extents_of(network.input_shape())});
  graph.outputs.push_back({"logits", extents_of(network.output_shape())});

  // Dropout does nothing outside training: its output is another name of its input.
  const auto is_left_away = [&](std::size_t i) { return network.nodes()[i].operation->id() == nn::Dropout::public_id; };
  std::size_t output = network.nodes().size();
  while (output > 0 && is_left_away(output - 1)) output = network.nodes()[output - 1].inputs[0];

  const auto flattened = flattened_values(network);
  Names names{"input", "logits"};
  std::vector<std::string> values{"input"};
  for (std::size_t i = 0; i < network.nodes().size(); ++i) {
    const nn::Node& node = network.nodes()[i];
    const std::size_t from = node.inputs[0];
    if (is_left_away(i)) {
      values.push_back(values[from]);
      continue;
    }
    const std::string name = names.take(node.name, i + 1);
    values.push_back(i + 1 == output ? "logits" : name);
    const std::size_t first = graph.nodes.size();
    MLSEC_TRY(NodeDescription written, node.operation->write(graph, name, flattened[from]));
    const auto take_inputs = [&](NodeDescription& description) {
      std::size_t next = 0;
      for (std::string& input : description.inputs)
        if (input.empty()) input = values[node.inputs[next++]];
    };
    for (std::size_t before = first; before < graph.nodes.size(); ++before) take_inputs(graph.nodes[before]);
    take_inputs(written);
    written.outputs = {values.back()};

    const Shape& before = from == 0 ? network.input_shape() : network.nodes()[from - 1].shape;
    if (written.operation == "Flatten" && has_two_orders(before) && !flattened[i + 1]) {
      const std::string transposed = name + ".transposed";
      graph.nodes.push_back({"Transpose",
                             name + ".transpose",
                             {values[from]},
                             {transposed},
                             {{"perm", std::vector<std::int64_t>{0, 2, 3, 1}}}});
      written.inputs = {transposed};
    }
    const bool pools = written.operation == "GlobalAveragePool";
    if (pools) written.outputs = {name + ".pooled"};
    graph.nodes.push_back(std::move(written));
    if (pools) graph.nodes.push_back({"Flatten", name + ".flatten", {name + ".pooled"}, {values.back()}, {}});
  }
  if (output == 0) graph.nodes.push_back({"Identity", "", {"input"}, {"logits"}, {}});
  fold_batch_norms(graph);
  write_metadata(model.input(), model.output(), graph.metadata);
  return graph;
}

}  // namespace mlsec::formats
