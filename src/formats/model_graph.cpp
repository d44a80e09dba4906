#include "formats/model_graph.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "formats/batch_norm_folding.hpp"
#include "formats/classifier_outputs.hpp"
#include "formats/graph_network.hpp"
#include "formats/graph_rewriting.hpp"
#include "formats/metadata.hpp"
#include "formats/preprocessing.hpp"

namespace mlsec::formats {

namespace {

using nn::GraphDescription;

/// Exporters of TensorFlow leave images height x width x channels, and bring the channels to the front in the first
/// node: by a Transpose, or, where there is one channel, by a Reshape.
bool brings_channels_to_front(const GraphDescription& graph, const nn::NodeDescription& node) {
  const auto permutation = node.attributes.find("perm");
  const auto* order =
      permutation == node.attributes.end() ? nullptr : std::get_if<std::vector<std::int64_t>>(&permutation->second);
  if (node.operation == "Transpose") return order && *order == std::vector<std::int64_t>{0, 3, 1, 2};
  if (node.operation != "Reshape" || node.inputs.size() != 2) return false;
  const auto target = graph.constants.find(node.inputs[1]);
  const std::vector<std::int64_t>& extents = graph.inputs[0].extents;
  return target != graph.constants.end() && target->second.integers.size() == 4 && extents[3] == 1 &&
         target->second.integers[1] == 1 && target->second.integers[2] == extents[1];
}

bool has_channels_last(const GraphDescription& graph) {
  if (graph.inputs[0].channels_last) return true;
  if (graph.inputs[0].extents.size() != 4) return false;
  bool used = false;
  for (const nn::NodeDescription& node : graph.nodes) {
    if (std::find(node.inputs.begin(), node.inputs.end(), graph.inputs[0].name) == node.inputs.end()) continue;
    if (!brings_channels_to_front(graph, node)) return false;
    used = true;
  }
  return used;
}

/// Several inputs are one vector, one behind another.
Result<model::InputSpecification> input_of(const GraphDescription& graph) {
  model::InputSpecification input;
  std::size_t count = 0;
  for (const nn::ValueDescription& value : graph.inputs) {
    MLSEC_TRY(const Shape sample, sample_of(value));
    input.parts.push_back({value.name, sample});
    count += sample.count();
  }
  input.name = input.parts[0].name;
  if (input.parts.size() > 1) {
    input.shape = Shape{static_cast<std::int64_t>(count)};
    return input;
  }
  input.shape = input.parts[0].shape;
  input.parts.clear();
  if (input.shape.rank() > 3)
    return Error{ErrorCode::unsupported, "model",
                 sentence({"The model's input ", input.name,
                           " must be images (batch x channels x height x width), "
                           "vectors or lists of vectors, not ",
                           to_text(input.shape), "."})};
  if (input.shape.rank() == 3) {
    input.kind = model::InputKind::image;
    input.layout = graph.inputs[0].channels_last ? model::Layout::hwc : model::Layout::chw;
  }
  return input;
}

Result<void> lay_out(model::InputSpecification& input, model::Layout layout) {
  if (input.kind != model::InputKind::image)
    return Error{ErrorCode::shape_mismatch, "layout", "layout is for models of images, and this one takes none."};
  const Shape& shape = input.shape;
  if (layout == model::Layout::hwc && input.layout == model::Layout::chw)
    input.shape = Shape{shape[1], shape[2], shape[0]};
  if (layout == model::Layout::chw && input.layout == model::Layout::hwc)
    input.shape = Shape{shape[2], shape[0], shape[1]};
  input.layout = layout;
  return {};
}

Result<model::OutputSpecification> output_of(const GraphDescription& graph, std::size_t classes,
                                             const LoadOptions& options, model::InputSpecification& input) {
  model::OutputSpecification output{classes, {}};
  MLSEC_TRY_VOID(read_metadata(graph.metadata, input, output));
  if (options.bounds) {
    input.lower = static_cast<float>((*options.bounds)[0]);
    input.upper = static_cast<float>((*options.bounds)[1]);
  }
  if (options.labels) output.labels = *options.labels;
  if (output.labels.size() != classes)
    return Error{
        ErrorCode::shape_mismatch, "labels",
        sentence({"labels must name the model's ", classes, " classes; there are ", output.labels.size(), "."})};
  return output;
}

}  // namespace

Result<void> fix_shape(GraphDescription& graph, const LoadOptions& options) {
  if (!options.shape) return {};
  const std::vector<int>& shape = *options.shape;
  std::vector<std::int64_t>& extents = graph.inputs[0].extents;
  bool fits = graph.inputs.size() == 1 && extents.size() == shape.size() + 1;
  for (std::size_t axis = 0; fits && axis < shape.size(); ++axis) {
    fits = extents[axis + 1] == -1 || extents[axis + 1] == shape[axis];
    extents[axis + 1] = shape[axis];
  }
  if (!fits)
    return Error{ErrorCode::shape_mismatch, "shape",
                 sentence({"shape must have the extents of one sample of the model's one input, ", graph.inputs[0].name,
                           ": those that the file gives, and numbers for the others."})};
  return {};
}

Result<void> LoadOptions::check(const LoadOptions& options) {
  if (options.bounds && (options.bounds->size() != 2 || (*options.bounds)[0] >= (*options.bounds)[1]))
    return Error{ErrorCode::out_of_range, "bounds", "bounds must be two numbers, the smaller one first."};
  return {};
}

Result<std::shared_ptr<model::NetworkModel>> model_from(const GraphDescription& description,
                                                        const LoadOptions& options) {
  GraphDescription graph = description;
  std::vector<std::string> warnings;
  const auto warn = [&](std::string sentence) { warnings.push_back(std::move(sentence)); };
  if (graph.inputs.empty() || graph.outputs.empty())
    return Error{ErrorCode::malformed, "model", "The model must have inputs and outputs."};
  if (graph.outputs.size() > 1)
    warn(sentence({"The model has ", graph.outputs.size(), " outputs; its classes are those of the first, ",
                   graph.outputs[0].name, "."}));

  MLSEC_TRY_VOID(fix_shape(graph, options));
  graph.inputs[0].channels_last = has_channels_last(graph);
  MLSEC_TRY(model::InputSpecification input, input_of(graph));
  MLSEC_TRY_VOID(prepend_scaling(graph, options, input));
  const LastActivation last =
      graph.metadata.contains(keeps_last_activation) ? LastActivation::none : leave_last_activation_away(graph);
  fold_scales(graph);
  MLSEC_TRY(nn::Network network, network_of(graph));
  const bool one = network.output_shape().count() == 1;
  const OutputKind kind = last == LastActivation::none ? options.output : OutputKind::logits;
  MLSEC_TRY_VOID(give_logits(network, kind));
  MLSEC_TRY(model::OutputSpecification output, output_of(graph, network.output_shape().count(), options, input));
  if (options.layout) MLSEC_TRY_VOID(lay_out(input, *options.layout));

  if (last == LastActivation::softmax) warn("The softmax at the end was left away: outputs are logits.");
  if (last == LastActivation::sigmoid)
    warn(
        one ? "The sigmoid at the end was left away: its one output became two classes."
            : "The sigmoid at the end was left away: outputs are logits of classes that need not exclude one another.");
  if (last == LastActivation::none && one)
    warn(kind == OutputKind::logits ? "The one output was taken for the logit of the second of two classes."
                                    : "The one output was taken for the probability of the second of two classes.");
  if (last == LastActivation::none && kind == OutputKind::logits && !graph.metadata.contains(keeps_last_activation) &&
      gives_probabilities(network, input))
    warn(
        "The outputs look like probabilities, and attacks want logits: if they are, load with output: "
        "'probabilities'.");
  auto model =
      std::make_shared<model::NetworkModel>(options.name, std::move(network), std::move(input), std::move(output));
  for (std::string& warning : warnings) model->warn(std::move(warning));
  return model;
}

}  // namespace mlsec::formats
