#include <algorithm>
#include <set>

#include "formats/batch_norm_folding.hpp"
#include "formats/classifier_outputs.hpp"
#include "formats/metadata.hpp"
#include "formats/model_graph.hpp"
#include "nn/node_writer.hpp"
#include "nn/operations.hpp"

namespace mlsec::formats {

namespace {

using nn::GraphDescription;
using nn::NodeDescription;

/// With the batch, whose extent is open.
std::vector<std::int64_t> extents_of(const nn::WrittenValue& value) {
  std::vector<std::int64_t> list = nn::extents_in_file(value.shape, value.order);
  list.insert(list.begin(), -1);
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

/// `transposed` as NodeWriter has it.
Result<GraphDescription> write(const model::NetworkModel& model, std::vector<bool>& transposed) {
  GraphDescription graph;
  graph.name = model.name();
  const nn::Network& network = model.network();

  // Dropout does nothing outside training: its output is another name of its input.
  const auto is_left_away = [&](std::size_t i) { return network.nodes()[i].operation->id() == nn::Dropout::public_id; };
  std::size_t output = network.nodes().size();
  while (output > 0 && is_left_away(output - 1)) output = network.nodes()[output - 1].inputs[0];

  Names names{"input", "logits"};
  const Shape& sample = network.input_shape();
  std::vector<nn::WrittenValue> values{
      {.name = "input",
       .shape = sample,
       .order = sample.rank() == 3 ? nn::channels_first(3) : nn::plain_order(sample.rank())}};
  for (std::size_t i = 0; i < network.nodes().size(); ++i) {
    const nn::Node& node = network.nodes()[i];
    if (is_left_away(i)) {
      values.push_back(nn::WrittenValue(values[node.inputs[0]]));
      continue;
    }
    const std::string name = names.take(node.name, i + 1);
    std::vector<nn::WrittenValue> inputs;
    for (std::size_t value : node.inputs) inputs.push_back(values[value]);
    nn::NodeWriter writer(graph, name, std::move(inputs), i, node.shape, transposed);
    MLSEC_TRY(NodeDescription written, node.operation->write(writer));
    values.push_back(writer.made());
    values.back().name = i + 1 == output ? "logits" : name;
    MLSEC_CHECK(values.back().order.size() == node.shape.rank());
    written.outputs = {values.back().name};
    graph.nodes.push_back(std::move(written));
  }
  if (output == 0) graph.nodes.push_back({"Identity", "", {"input"}, {"logits"}, {}});
  if (values[output].flattened > 0) transposed[values[output].flattened_by] = true;
  graph.inputs.push_back({"input", extents_of(values[0])});
  graph.outputs.push_back({"logits", extents_of(values[output])});
  nn::GraphDescription logits = graph;
  if (leave_last_activation_away(logits) != LastActivation::none) graph.metadata[keeps_last_activation] = "kept";
  return graph;
}

}  // namespace

Result<GraphDescription> describe(const model::NetworkModel& model) {
  // Some flattening in the file's order is found to be in the way only later: then once more, in the engine's.
  std::vector<bool> transposed(model.network().nodes().size(), false), before;
  for (;;) {
    before = transposed;
    MLSEC_TRY(GraphDescription graph, write(model, transposed));
    if (transposed != before) continue;
    fold_batch_norms(graph);
    write_metadata(model.input(), model.output(), graph.metadata);
    return graph;
  }
}

}  // namespace mlsec::formats
