#include "formats/model_graph.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "formats/graph_rewriting.hpp"
#include "formats/metadata.hpp"
#include "nn/operations.hpp"

namespace mlsec::formats {

namespace {

using nn::GraphDescription;
using nn::NodeContext;
using nn::NodeDescription;
using nn::ReadValue;

Error refuse(std::string message) { return {ErrorCode::unsupported, "model", std::move(message)}; }

// Extents without the batch: channels x height x width (channels last where the value says so), or one or two of
// others.
Result<model::InputSpecification> input_of(const nn::ValueDescription& value) {
  std::vector<std::int64_t> sample(value.extents.begin() + std::min<std::ptrdiff_t>(1, std::ssize(value.extents)),
                                   value.extents.end());
  if (sample.empty() || sample.size() > 3 ||
      std::any_of(sample.begin(), sample.end(), [](auto extent) { return extent < 1; }))
    return refuse(sentence({"The model's input ", value.name,
                            " must be images (batch x channels x height x width), vectors (batch x features) or lists "
                            "of vectors, of known size."}));
  if (Shape(sample).count() > nn::maximum_elements)
    return refuse(sentence({"The model's input ", value.name, " has more than 67108864 values."}));
  model::InputSpecification input;
  input.name = value.name;
  input.shape = Shape(sample);
  if (sample.size() == 3) {
    input.kind = model::InputKind::image;
    input.layout = value.channels_last ? model::Layout::hwc : model::Layout::chw;
  }
  return input;
}

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

Result<std::unique_ptr<nn::Operation>> read_operation(NodeContext& context) {
  static constexpr auto readers = readers_of(nn::Operations{});
  for (const OperationReader& each : readers)
    for (std::string_view name : each.names) {
      if (name != context.node().operation) continue;
      if (!each.constant_first && context.first_is_constant())
        return context.refuse("its first input must come from the model's input");
      return each.read(context);
    }
  return context.refuse("this operation is not supported");
}

/// The network of a graph, node by node.
class Reader {
 public:
  Reader(const GraphDescription& graph, nn::Network network) : graph_(graph), network_(std::move(network)) {
    const std::size_t rank = network_.input_shape().rank();
    const bool first = rank == 3 && !graph.inputs[0].channels_last;
    known_.insert({graph.inputs[0].name, ReadValue{.order = first ? nn::channels_first(rank) : nn::plain_order(rank)}});
  }

  Result<void> read(const NodeDescription& node) {
    MLSEC_TRY(NodeContext context, context_of(node));
    const bool last = std::find(node.outputs.begin(), node.outputs.end(), graph_.outputs[0].name) != node.outputs.end();
    if (last && node.operation.ends_with("Softmax") && !graph_.metadata.contains(keeps_softmax)) {
      warnings_.push_back("The " + node.operation + " at the end was left away: outputs are logits.");
      MLSEC_TRY_VOID(context.finish(nullptr));
    } else {
      MLSEC_TRY(auto operation, read_operation(context));
      for (std::size_t which = 0; operation && which < context.values(); ++which)
        if (context.value(which).whole) return context.refuse("whole numbers can only be looked up in a table");
      MLSEC_TRY_VOID(context.finish(std::move(operation)));
    }
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      if (context.made()[i] && !node.outputs[i].empty()) known_.insert_or_assign(node.outputs[i], *context.made()[i]);
    return {};
  }

  /// The network, once all nodes were read.
  Result<nn::Network> finish() && {
    const std::string& name = graph_.outputs[0].name;
    const auto end = known_.find(name);
    if (end == known_.end()) return refuse(sentence({"The model's output ", name, " is not made by its nodes."}));
    if (end->second.value != network_.nodes().size() || network_.nodes().empty())
      return refuse("The model's output must come from its last layer.");
    if (network_.output_shape().rank() != 1 || network_.output_shape().count() < 2)
      return refuse(sentence(
          {"The model's output must be one row of at least two classes, not ", to_text(network_.output_shape()), "."}));
    // A flattened image gets the file's order.
    const NodeDescription no_node{"", name, {}, {name}, {}};
    NodeContext context(graph_, no_node, network_, {end->second}, {0});
    MLSEC_TRY_VOID(context.complete());
    return std::move(network_);
  }

  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
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
    if (positions.empty() || node.outputs.empty()) {
      values.resize(1);
      positions.resize(1);
      return NodeContext(graph_, node, network_, std::move(values), std::move(positions))
          .refuse("its first input must come from the model's input");
    }
    NodeContext context(graph_, node, network_, std::move(values), std::move(positions));
    if (unknown)
      return context.refuse(sentence({"its input ", *unknown, " must be a constant or come from the model's input"}));
    return context;
  }

  const GraphDescription& graph_;
  nn::Network network_;
  std::map<std::string, ReadValue, std::less<>> known_;
  std::vector<std::string> warnings_;
};

}  // namespace

Result<void> LoadOptions::check(const LoadOptions& options) {
  if (options.bounds && (options.bounds->size() != 2 || (*options.bounds)[0] >= (*options.bounds)[1]))
    return Error{ErrorCode::out_of_range, "bounds", "bounds must be two numbers, the smaller one first."};
  return {};
}

Result<std::shared_ptr<model::NetworkModel>> model_from(const GraphDescription& description,
                                                        const LoadOptions& options) {
  GraphDescription graph = description;
  fuse_bias(graph);
  fuse_silu(graph);
  if (graph.inputs.size() != 1 || graph.outputs.size() != 1)
    return refuse(sentence({"The model must have one input and one output; it has ", graph.inputs.size(), " and ",
                            graph.outputs.size(), "."}));
  MLSEC_TRY(model::InputSpecification input, input_of(graph.inputs[0]));
  const Shape& sample = input.shape;
  const bool first = input.layout == model::Layout::chw;
  Reader reader(graph, nn::Network(first ? Shape{sample[1], sample[2], sample[0]} : sample));
  for (const NodeDescription& node : graph.nodes) MLSEC_TRY_VOID(reader.read(node));
  const std::vector<std::string> warnings = reader.warnings();
  MLSEC_TRY(nn::Network network, std::move(reader).finish());

  model::OutputSpecification output{network.output_shape().count(), {}};
  MLSEC_TRY_VOID(read_metadata(graph.metadata, input, output));
  if (options.bounds) {
    input.lower = static_cast<float>((*options.bounds)[0]);
    input.upper = static_cast<float>((*options.bounds)[1]);
  }
  if (options.labels) output.labels = *options.labels;
  if (output.labels.size() != output.classes)
    return Error{
        ErrorCode::shape_mismatch, "labels",
        sentence({"labels must name the model's ", output.classes, " classes; there are ", output.labels.size(), "."})};
  auto result =
      std::make_shared<model::NetworkModel>(options.name, std::move(network), std::move(input), std::move(output));
  for (const std::string& warning : warnings) result->warn(warning);
  return result;
}

}  // namespace mlsec::formats
