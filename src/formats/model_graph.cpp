#include "formats/model_graph.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "formats/flattened_values.hpp"
#include "formats/metadata.hpp"
#include "nn/operations.hpp"

namespace mlsec::formats {

namespace {

using nn::Constant;
using nn::GraphDescription;
using nn::NodeContext;
using nn::NodeDescription;

Error refuse(std::string message) { return {ErrorCode::unsupported, "model", std::move(message)}; }

// A MatMul whose only use is an Add of a constant vector is one dense layer.
void fuse_bias(GraphDescription& graph) {
  for (auto add = graph.nodes.begin(); add != graph.nodes.end();) {
    const auto fused = [&] {
      if (add->operation != "Add" || add->inputs.size() != 2) return false;
      for (std::size_t side : {std::size_t{0}, std::size_t{1}}) {
        const auto constant = graph.constants.find(add->inputs[1 - side]);
        if (constant == graph.constants.end()) continue;
        const std::string& value = add->inputs[side];
        const auto uses = [&](const NodeDescription& node) {
          return std::find(node.inputs.begin(), node.inputs.end(), value) != node.inputs.end();
        };
        const auto producer = std::find_if(graph.nodes.begin(), add, [&](const NodeDescription& node) {
          return (node.operation == "MatMul" || node.operation == "Gemm") && node.inputs.size() == 2 &&
                 !node.outputs.empty() && node.outputs[0] == value;
        });
        if (producer == add || std::count_if(graph.nodes.begin(), graph.nodes.end(), uses) != 1) continue;
        producer->inputs.push_back(add->inputs[1 - side]);
        producer->outputs = add->outputs;
        return true;
      }
      return false;
    }();
    add = fused ? graph.nodes.erase(add) : add + 1;
  }
}

// A Reshape to rows x features is a Flatten.
bool is_flattening(const GraphDescription& graph, const NodeDescription& node) {
  if (node.operation != "Reshape" || node.inputs.size() != 2) return false;
  const auto shape = graph.constants.find(node.inputs[1]);
  return shape != graph.constants.end() && shape->second.integers.size() == 2 &&
         (shape->second.integers[0] == 0 || shape->second.integers[0] == -1 || shape->second.integers[1] == -1);
}

// Extents without the batch: channels x height x width, or features.
Result<model::InputSpecification> input_of(const nn::ValueDescription& value) {
  std::vector<std::int64_t> sample(value.extents.begin() + std::min<std::ptrdiff_t>(1, std::ssize(value.extents)),
                                   value.extents.end());
  if ((sample.size() != 3 && sample.size() != 1) ||
      std::any_of(sample.begin(), sample.end(), [](auto extent) { return extent < 1; }))
    return refuse(
        sentence({"The model's input ", value.name,
                  " must be images (batch x channels x height x width) or vectors (batch x features) of known size."}));
  model::InputSpecification input;
  input.name = value.name;
  input.shape = Shape(sample);
  if (sample.size() == 3) {
    input.kind = model::InputKind::image;
    input.layout = model::Layout::chw;
  }
  return input;
}

struct OperationReader {
  std::span<const std::string_view> names;
  Result<std::unique_ptr<nn::Operation>> (*read)(const NodeContext& context);
};
template <class O>
constexpr OperationReader reader_of() {
  if constexpr (O::onnx_names.size() > 0)
    return {O::onnx_names, &O::read};
  else
    return {};
}
template <class... O>
constexpr std::array<OperationReader, sizeof...(O)> readers_of(TypeList<O...>) {
  return {reader_of<O>()...};
}

Result<std::unique_ptr<nn::Operation>> read_operation(const NodeContext& context) {
  static constexpr auto readers = readers_of(nn::Operations{});
  for (const OperationReader& each : readers)
    for (std::string_view name : each.names)
      if (name == context.node().operation) return each.read(context);
  return context.refuse("this operation is not supported");
}

/// The network of a graph, node by node.
class Reader {
 public:
  Reader(const GraphDescription& graph, nn::Network network) : graph_(graph), network_(std::move(network)) {
    known_.insert({graph.inputs[0].name, Known{}});
  }

  Result<void> read(const NodeDescription& node) {
    MLSEC_TRY(const std::vector<Known>& sources, sources_of(node));
    const Known& from = sources[0];
    const NodeContext context(graph_, node, from.flattened);
    const bool flattens = node.operation == "Flatten";
    const bool last = node.outputs[0] == graph_.outputs[0].name;
    if (from.axes == Axes::channels_last && !flattens)
      return context.refuse("after a Transpose to channels last only Flatten is supported");
    if (node.operation == "Dropout" || node.operation == "Identity" || (flattens && from.axes == Axes::pooled) ||
        (last && (node.operation == "Softmax" || node.operation == "LogSoftmax"))) {
      if (last && node.operation.ends_with("Softmax"))
        warnings_.push_back("The " + node.operation + " at the end was left away: outputs are logits.");
      Known same = from;
      if (flattens) same.axes = Axes::usual;
      known_.insert_or_assign(node.outputs[0], std::move(same));
      return {};
    }
    if (node.operation == "Transpose") {
      if (shape_of(from).rank() != 3 || context.integers("perm", {}) != std::vector<std::int64_t>{0, 2, 3, 1})
        return context.refuse("only images can be transposed, to channels last");
      known_.insert_or_assign(node.outputs[0], Known{from.value, std::nullopt, Axes::channels_last});
      return {};
    }

    MLSEC_TRY(auto operation, read_operation(context));
    Known made;
    if (flattens) {
      made.flattened = from.flattened;
      if (has_two_orders(shape_of(from)) && from.axes == Axes::usual) made.flattened = shape_of(from);
    } else if (operation->element_wise()) {
      made = from;
      for (const Known& source : sources)
        if (!(source.flattened == from.flattened) || source.axes != from.axes)
          return context.refuse("its inputs are flattened images and others");
    } else if (from.flattened && operation->id() != nn::Dense::public_id) {
      return context.refuse("between a flattened image and a dense layer only element-wise operations are supported");
    } else if (operation->id() == nn::GlobalAveragePool::public_id) {
      made.axes = Axes::pooled;
    }
    std::vector<std::size_t> inputs;
    for (const Known& source : sources) inputs.push_back(source.value);
    auto added = network_.add(std::move(operation), std::move(inputs), node.name);
    if (!added.ok()) {
      const std::string& reason = added.error().message;
      Error error = context.refuse(reason.substr(0, reason.size() - 1));  // which ends the sentence itself
      error.code = added.error().code;
      return error;
    }
    made.value = added.value();
    known_.insert_or_assign(node.outputs[0], std::move(made));
    return {};
  }

  /// The network, once all nodes were read.
  Result<nn::Network> finish() && {
    const std::string& name = graph_.outputs[0].name;
    const auto end = known_.find(name);
    if (end == known_.end()) return refuse(sentence({"The model's output ", name, " is not made by its nodes."}));
    if (end->second.value != network_.nodes().size() || network_.nodes().empty())
      return refuse("The model's output must come from its last layer.");
    if (end->second.flattened) return refuse("The model's output must not be a flattened image of several channels.");
    if (network_.output_shape().rank() != 1 || network_.output_shape().count() < 2)
      return refuse(sentence(
          {"The model's output must be one row of at least two classes, not ", to_text(network_.output_shape()), "."}));
    return std::move(network_);
  }

  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  /// How a value lies in the file: as the network has it, with two more axes of extent 1, or as an image that a
  /// Transpose has turned to the network's order.
  enum class Axes { usual, pooled, channels_last };

  struct Known {
    std::size_t value = 0;           // in the network
    std::optional<Shape> flattened;  // as NodeContext has it
    Axes axes = Axes::usual;
  };

  const Shape& shape_of(const Known& known) const {
    return known.value == 0 ? network_.input_shape() : network_.nodes()[known.value - 1].shape;
  }

  /// What is known of the inputs that are no constants; the first input is one of them.
  Result<std::vector<Known>> sources_of(const NodeDescription& node) const {
    const NodeContext context(graph_, node, std::nullopt);
    std::vector<Known> sources;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const auto found = known_.find(node.inputs[i]);
      if (found != known_.end())
        sources.push_back(found->second);
      else if (i == 0)
        break;
      else if (context.present(i) && !context.constant(i))
        return context.refuse(sentence({"its input ", i, " must be a constant or come from the model's input"}));
    }
    if (sources.empty() || node.outputs.empty())
      return context.refuse("its first input must come from the model's input");
    return sources;
  }

  const GraphDescription& graph_;
  nn::Network network_;
  std::map<std::string, Known, std::less<>> known_;
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
  if (graph.inputs.size() != 1 || graph.outputs.size() != 1)
    return refuse(sentence({"The model must have one input and one output; it has ", graph.inputs.size(), " and ",
                            graph.outputs.size(), "."}));
  MLSEC_TRY(model::InputSpecification input, input_of(graph.inputs[0]));
  const Shape& sample = input.shape;
  Reader reader(graph, nn::Network(sample.rank() == 3 ? Shape{sample[1], sample[2], sample[0]} : sample));
  for (NodeDescription& node : graph.nodes) {
    if (is_flattening(graph, node)) node = {"Flatten", node.name, {node.inputs[0]}, node.outputs, {}};
    MLSEC_TRY_VOID(reader.read(node));
  }
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
