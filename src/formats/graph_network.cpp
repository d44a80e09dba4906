#include "formats/graph_network.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "formats/constant_folding.hpp"
#include "formats/graph_rewriting.hpp"
#include "nn/node_context.hpp"
#include "nn/operations.hpp"
#include "nn/operations/composed.hpp"

namespace mlsec::formats {

namespace {

using nn::Constant;
using nn::GraphDescription;
using nn::NodeContext;
using nn::NodeDescription;
using nn::ReadValue;

Error refuse(std::string message) { return {ErrorCode::unsupported, "model", std::move(message)}; }

struct OperationReader {
  std::span<const std::string_view> names;
  bool constant_first;  // whether its first input may be a constant
  Result<std::unique_ptr<nn::Operation>> (*read)(NodeContext& context);
};
template <class O>
concept ReadsConstantFirst = requires { O::constant_first; };

template <class O>
constexpr OperationReader reader_of() {
  if constexpr (O::onnx_names.size() > 0)
    return {O::onnx_names, ReadsConstantFirst<O>,
            [](NodeContext& context) -> Result<std::unique_ptr<nn::Operation>> { return O::read(context); }};
  else
    return {};
}

template <class... O>
constexpr std::array<OperationReader, sizeof...(O)> readers_of(TypeList<O...>) {
  return {reader_of<O>()...};
}

/// The reader of an operation, or nothing.
std::optional<OperationReader> find_reader(std::string_view operation) {
  static constexpr auto readers = readers_of(nn::Operations{});
  for (const OperationReader& each : readers)
    if (std::find(each.names.begin(), each.names.end(), operation) != each.names.end()) return each;
  for (const nn::ComposedReader& each : nn::composed_readers())
    if (each.name == operation) return OperationReader{{}, false, each.read};
  return std::nullopt;
}

constexpr const char* not_supported = "this operation is not supported";

Result<std::unique_ptr<nn::Operation>> read_operation(NodeContext& context) {
  const auto reader = find_reader(context.node().operation);
  if (!reader) return context.refuse(not_supported);
  if (!reader->constant_first && context.first_is_constant())
    return context.refuse("its first input must come from the model's input");
  return reader->read(context);
}

/// Leaves away what the first output does not need.
void prune(GraphDescription& graph) {
  graph.outputs.resize(1);
  std::set<std::string, std::less<>> needed{graph.outputs[0].name};
  std::vector<NodeDescription> kept;
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    NodeDescription& node = graph.nodes[i];
    bool serves = false;
    for (std::string& output : node.outputs) {
      if (!output.empty() && needed.contains(output))  // an input left away has an empty name, too
        serves = true;
      else
        output.clear();
    }
    if (!serves) continue;
    // The number of its outputs says how large the parts of a Split are.
    while (node.operation != "Split" && node.outputs.back().empty()) node.outputs.pop_back();
    needed.insert(node.inputs.begin(), node.inputs.end());
    kept.push_back(std::move(node));
  }
  std::reverse(kept.begin(), kept.end());
  graph.nodes = std::move(kept);
}

/// Whether the one input is of images whose channels the engine has last and the file first.
bool has_channels_first(const GraphDescription& graph, const Shape& sample, FirstAxis first_axis) {
  return sample.rank() == 3 && first_axis == FirstAxis::batch && !graph.inputs[0].channels_last;
}

/// The network of a graph, node by node.
class Reader {
 public:
  Reader(GraphDescription graph, FirstAxis first_axis, nn::Network network)
      : graph_(std::move(graph)), first_axis_(first_axis), network_(std::move(network)) {}

  Result<void> read_inputs(std::span<const Shape> samples) {
    if (samples.size() == 1) {
      const std::size_t rank = samples[0].rank();
      const bool image = has_channels_first(graph_, samples[0], first_axis_);
      known_.insert(
          {graph_.inputs[0].name, ReadValue{.order = image ? nn::channels_first(rank) : nn::plain_order(rank)}});
      return {};
    }
    int begin = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const int end = begin + static_cast<int>(samples[i].count());
      const Shape& sample = samples[i];
      auto slice = std::make_unique<nn::Slice>(nn::Slice::Options{.axis = 0, .begin = begin, .end = end});
      MLSEC_TRY(std::size_t value, network_.add(std::move(slice), {0}, graph_.inputs[i].name));
      if (sample.rank() != 1) {
        auto reshape = std::make_unique<nn::Reshape>(nn::Reshape::Options{{sample.begin(), sample.end()}});
        MLSEC_TRY(value, network_.add(std::move(reshape), {value}));
      }
      known_.insert({graph_.inputs[i].name, ReadValue{value, nn::plain_order(samples[i].rank())}});
      begin = end;
    }
    return {};
  }

  Result<void> read_nodes() {
    for (const NodeDescription& node : graph_.nodes) MLSEC_TRY_VOID(read(node));
    return {};
  }

  /// What is wrong with each node.
  std::vector<Error> problems() {
    std::vector<Error> problems;
    for (const NodeDescription& node : graph_.nodes) {
      const bool behind = std::any_of(node.inputs.begin(), node.inputs.end(), [&](const std::string& input) {
        return !input.empty() && !known_.contains(input) && !graph_.constants.contains(input);
      });
      if (!behind) {
        if (auto outcome = read(node); !outcome.ok()) problems.push_back(outcome.error());
      } else if (node.operation != "Shape" && !find_reader(node.operation)) {
        problems.push_back(NodeContext(graph_, node, network_, {{}}, {0}, true).refuse(not_supported));
      }
    }
    return problems;
  }

  /// The network, once all nodes were read.
  Result<nn::Network> finish() && {
    const std::string& name = graph_.outputs[0].name;
    const auto end = known_.find(name);
    if (end == known_.end()) return refuse(sentence({"The model's output ", name, " does not depend on its inputs."}));
    const NodeDescription no_node{"", name, {}, {name}, {}};
    NodeContext context(graph_, no_node, network_, {end->second}, {0}, first_axis_ == FirstAxis::batch);
    MLSEC_TRY_VOID(context.complete());
    MLSEC_TRY_VOID(context.arrange(nn::plain_order(context.rank())));
    if (context.value().value != network_.nodes().size() || network_.nodes().empty()) {
      const Shape& shape = context.shape();
      MLSEC_TRY_VOID(context.apply(std::make_unique<nn::Reshape>(nn::Reshape::Options{{shape.begin(), shape.end()}})));
    }
    return std::move(network_);
  }

 private:
  Result<void> read(const NodeDescription& node) {
    MLSEC_TRY(const bool folded, fold(node));
    if (folded) return {};
    MLSEC_TRY(NodeContext context, context_of(node));
    MLSEC_TRY(auto operation, read_operation(context));
    for (std::size_t which = 0; operation && which < context.values(); ++which)
      if (context.value(which).whole) return context.refuse("whole numbers can only be looked up in a table");
    MLSEC_TRY_VOID(context.finish(std::move(operation)));
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      if (context.made()[i] && !node.outputs[i].empty()) known_.insert_or_assign(node.outputs[i], *context.made()[i]);
    return {};
  }

  /// Makes constants of what a node gives where that depends on no values, but at most on their shapes.
  Result<bool> fold(const NodeDescription& node) {
    if (node.operation == "Shape" && node.inputs.size() == 1 && node.outputs.size() == 1) {
      const auto found = known_.find(node.inputs[0]);
      if (found == known_.end()) return false;
      const NodeContext context(graph_, node, network_, {found->second}, {0}, first_axis_ == FirstAxis::batch);
      MLSEC_TRY(Constant extents, shape_of(context));
      graph_.constants.insert_or_assign(node.outputs[0], std::move(extents));
      return true;
    }
    const auto varies = [&](const std::string& input) { return !input.empty() && !graph_.constants.contains(input); };
    if (std::any_of(node.inputs.begin(), node.inputs.end(), varies)) return false;
    MLSEC_TRY(const bool folded, fold_node(node, graph_, most_folded_elements - folded_elements_));
    if (folded) folded_elements_ += graph_.constants.find(node.outputs[0])->second.shape.count();
    return folded;
  }

  /// With what is known of the inputs that are no constants; there is at least one.
  Result<NodeContext> context_of(const NodeDescription& node) {
    std::vector<ReadValue> values;
    std::vector<std::size_t> positions;
    std::optional<std::size_t> unknown;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (const auto found = known_.find(node.inputs[i]); found != known_.end()) {
        values.push_back(found->second);
        positions.push_back(i);
      } else if (!node.inputs[i].empty() && !graph_.constants.contains(node.inputs[i])) {
        unknown = i;
      }
    }
    const bool batch = first_axis_ == FirstAxis::batch;
    if (positions.empty() || node.outputs.empty()) {
      values.resize(1);
      positions.resize(1);
      return NodeContext(graph_, node, network_, std::move(values), std::move(positions), batch)
          .refuse("its first input must come from the model's input");
    }
    NodeContext context(graph_, node, network_, std::move(values), std::move(positions), batch);
    if (unknown)
      return context.refuse(sentence({"its input ", *unknown, " must be a constant or come from the model's input"}));
    return context;
  }

  GraphDescription graph_;
  FirstAxis first_axis_;
  nn::Network network_;
  std::map<std::string, ReadValue, std::less<>> known_;
  std::size_t folded_elements_ = 0;
};

}  // namespace

Result<Shape> sample_of(const nn::ValueDescription& input, FirstAxis first_axis) {
  const std::ptrdiff_t batch = first_axis == FirstAxis::batch ? 1 : 0;
  const std::vector<std::int64_t> sample(input.extents.begin() + std::min(batch, std::ssize(input.extents)),
                                         input.extents.end());
  if (sample.empty() || sample.size() >= Shape::max_rank ||
      std::any_of(sample.begin(), sample.end(), [](auto extent) { return extent < 1; }))
    return refuse(sentence({"The model's input ", input.name,
                            " must have a batch and one to seven axes more, of known extents (images: batch x channels "
                            "x height x width); give those that the file leaves open as shape."}));
  const Shape shape(sample);
  if (shape.count() > nn::maximum_elements)
    return refuse(sentence({"The model's input ", input.name, " has more than 67108864 values."}));
  return shape;
}

namespace {

/// Ready to read the nodes; of a graph that it keeps only what it needs of.
Result<Reader> reader_of_graph(const GraphDescription& description, FirstAxis first_axis) {
  GraphDescription graph = description;
  if (graph.inputs.empty() || graph.outputs.empty()) return refuse("The model must have inputs and outputs.");
  fuse_quantisation(graph);
  prune(graph);
  fuse_bias(graph);
  fuse_silu(graph);
  std::vector<Shape> samples;
  std::size_t count = 0;
  for (const nn::ValueDescription& input : graph.inputs) {
    MLSEC_TRY(samples.emplace_back(), sample_of(input, first_axis));
    count += samples.back().count();
  }
  if (count > nn::maximum_elements) return refuse("The model's inputs have more than 67108864 values.");
  const Shape& sample = samples[0];
  const bool image = has_channels_first(graph, sample, first_axis);
  Reader reader(std::move(graph), first_axis,
                nn::Network(samples.size() > 1 ? Shape{static_cast<std::int64_t>(count)}
                            : image            ? Shape{sample[1], sample[2], sample[0]}
                                               : sample));
  MLSEC_TRY_VOID(reader.read_inputs(samples));
  return reader;
}

}  // namespace

Result<nn::Network> network_of(const GraphDescription& graph, FirstAxis first_axis) {
  MLSEC_TRY(Reader reader, reader_of_graph(graph, first_axis));
  MLSEC_TRY_VOID(reader.read_nodes());
  return std::move(reader).finish();
}

std::vector<Error> problems_of(const GraphDescription& graph) {
  auto reader = reader_of_graph(graph, FirstAxis::batch);
  if (!reader.ok()) return {reader.error()};
  return reader.value().problems();
}

}  // namespace mlsec::formats
