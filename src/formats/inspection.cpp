#include "formats/inspection.hpp"

#include <map>

#include "formats/classifier_outputs.hpp"
#include "formats/graph_network.hpp"
#include "formats/model_graph.hpp"

namespace mlsec::formats {

namespace {

nn::GraphDescription without_last_activation(nn::GraphDescription graph) {
  if (!graph.metadata.contains(keeps_last_activation)) leave_last_activation_away(graph);
  return graph;
}

}  // namespace

Inspection inspect(const nn::GraphDescription& graph, const LoadOptions& options) {
  Inspection found{graph.inputs, graph.outputs, {}, 0, {}};
  nn::GraphDescription shaped = graph;
  if (const auto fixed = fix_shape(shaped, options); fixed.ok())
    found.problems = problems_of(without_last_activation(std::move(shaped)));
  else
    found.problems.push_back(fixed.error());
  std::map<std::string, std::size_t> counts;
  for (const nn::NodeDescription& node : graph.nodes) ++counts[node.operation];
  for (const auto& [operation, count] : counts) found.operations.push_back({operation, count});
  for (const auto& [name, constant] : graph.constants) found.parameters += constant.floats.size();
  // Nodes that can be read one by one may still not make a classifier.
  if (found.problems.empty())
    if (const auto model = model_from(graph, options); !model.ok()) found.problems.push_back(model.error());
  return found;
}

}  // namespace mlsec::formats
