#include "formats/model_graph.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
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

Result<std::unique_ptr<nn::Operation>> read_operation(const NodeContext& context) {
  Result<std::unique_ptr<nn::Operation>> read = context.refuse("this operation is not supported");
  for_each_type(nn::Operations{}, [&]<class O>() {
    for (std::string_view name : O::onnx_names)
      if (name == context.node().operation) read = O::read(context);
  });
  return read;
}

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
  nn::Network network(sample.rank() == 3 ? Shape{sample[1], sample[2], sample[0]} : sample);

  struct Known {
    std::size_t value;
    std::optional<Shape> flattened;  // as NodeContext has it
  };
  std::map<std::string, Known, std::less<>> known{{graph.inputs[0].name, {0, std::nullopt}}};
  std::vector<std::string> warnings;
  for (NodeDescription& node : graph.nodes) {
    if (is_flattening(graph, node)) node = {"Flatten", node.name, {node.inputs[0]}, node.outputs, {}};
    const auto from = node.inputs.empty() ? known.end() : known.find(node.inputs[0]);
    const NodeContext context(graph, node, from == known.end() ? std::nullopt : from->second.flattened);
    if (from == known.end() || node.outputs.empty())
      return context.refuse("its first input must come from the model's input");
    const std::string& output = node.outputs[0];
    const bool last = output == graph.outputs[0].name;
    if (node.operation == "Dropout" || node.operation == "Identity" ||
        (last && (node.operation == "Softmax" || node.operation == "LogSoftmax"))) {
      known.insert_or_assign(output, from->second);
      if (last && node.operation != "Identity")
        warnings.push_back("The " + node.operation + " at the end was left away: outputs are logits.");
      continue;
    }
    Known made{0, std::nullopt};
    const Shape before =
        from->second.value == 0 ? network.input_shape() : network.nodes()[from->second.value - 1].shape;
    if (node.operation == "Flatten") {
      made.flattened = from->second.flattened;
      if (before.rank() == 3 && before[2] > 1 && before[0] * before[1] > 1) made.flattened = before;
    } else if (from->second.flattened && node.operation != "Gemm" && node.operation != "MatMul") {
      if (node.operation != "Relu")
        return context.refuse("between a flattened image and a dense layer only Relu is supported");
      made.flattened = from->second.flattened;
    }
    MLSEC_TRY(auto operation, read_operation(context));
    auto added = network.add(std::move(operation), {from->second.value}, node.name);
    if (!added.ok()) {
      const std::string& reason = added.error().message;
      Error error = context.refuse(reason.substr(0, reason.size() - 1));  // which ends the sentence itself
      error.code = added.error().code;
      return error;
    }
    made.value = added.value();
    known.insert_or_assign(output, made);
  }

  const auto end = known.find(graph.outputs[0].name);
  if (end == known.end())
    return refuse(sentence({"The model's output ", graph.outputs[0].name, " is not made by its nodes."}));
  if (end->second.value != network.nodes().size() || network.nodes().empty())
    return refuse("The model's output must come from its last layer.");
  if (end->second.flattened) return refuse("The model's output must not be a flattened image of several channels.");
  if (network.output_shape().rank() != 1 || network.output_shape().count() < 2)
    return refuse(sentence(
        {"The model's output must be one row of at least two classes, not ", to_text(network.output_shape()), "."}));

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
  for (std::string& warning : warnings) result->warn(std::move(warning));
  return result;
}

nn::GraphDescription describe(const model::NetworkModel& model) {
  GraphDescription graph;
  graph.name = model.name();
  const nn::Network& network = model.network();
  const Shape& sample = network.input_shape();
  const auto extents = [](const Shape& shape) {
    std::vector<std::int64_t> list{-1};
    if (shape.rank() == 3)
      list.insert(list.end(), {shape[2], shape[0], shape[1]});
    else
      list.insert(list.end(), shape.begin(), shape.end());
    return list;
  };
  graph.inputs.push_back({"input", extents(sample)});
  graph.outputs.push_back({"logits", extents(network.output_shape())});

  std::vector<std::string> names{"input"};
  std::set<std::string> taken{"input", "logits"};             // files may give two nodes one name
  std::vector<std::optional<Shape>> flattened{std::nullopt};  // as NodeContext has it, a value each
  for (std::size_t i = 0; i < network.nodes().size(); ++i) {
    const nn::Node& node = network.nodes()[i];
    const std::size_t from = node.inputs[0];
    const Shape& before = from == 0 ? sample : network.nodes()[from - 1].shape;
    std::string name = node.name;
    while (!taken.insert(name).second) name += "_" + std::to_string(i + 1);
    NodeDescription written = node.operation->write(graph, name, flattened[from]);
    std::size_t next_input = 0;
    for (std::string& input : written.inputs)
      if (input.empty()) input = names[node.inputs[next_input++]];
    const bool last = i + 1 == network.nodes().size();
    names.push_back(last ? "logits" : name);
    written.outputs = {names.back()};
    const bool flattens =
        written.operation == "Flatten" && before.rank() == 3 && before[2] > 1 && before[0] * before[1] > 1;
    flattened.push_back(flattens                      ? std::optional(before)
                        : written.operation == "Gemm" ? std::nullopt
                                                      : flattened[from]);
    graph.nodes.push_back(std::move(written));
  }
  write_metadata(model.input(), model.output(), graph.metadata);
  return graph;
}

}  // namespace mlsec::formats
