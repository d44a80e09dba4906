#include "formats/preprocessing.hpp"

#include <iterator>
#include <span>

#include "base/text.hpp"

namespace mlsec::formats {

namespace {

struct Step {
  const char* field;      // of the options
  const char* operation;  // of ONNX
  const std::optional<std::vector<double>>* numbers;
};

/// The constant in the file's order of axes.
Result<nn::Constant> constant_of(const Step& step, const model::InputSpecification& input) {
  const bool channels_first = input.layout == model::Layout::chw;
  const std::int64_t channels = channels_first ? input.shape[0] : input.shape.last();
  const std::vector<double>& numbers = **step.numbers;
  const auto count = static_cast<std::int64_t>(numbers.size());
  if (!input.parts.empty() || (count != 1 && count != channels))
    return Error{ErrorCode::shape_mismatch, step.field,
                 sentence({step.field, " must be one number, or one for each of the ", channels,
                           " channels or features of the model's one input; there are ", count, "."})};
  nn::Constant constant{count > 1 && channels_first ? Shape{count, 1, 1} : Shape{count}, {}, {}};
  for (double number : numbers) constant.floats.push_back(static_cast<float>(number));
  return constant;
}

}  // namespace

Result<void> prepend_scaling(nn::GraphDescription& graph, const LoadOptions& options,
                             const model::InputSpecification& input) {
  const Step steps[] = {{"mean", "Sub", &options.mean}, {"std", "Div", &options.deviation}};
  std::vector<nn::NodeDescription> nodes;
  std::string current = graph.inputs[0].name;
  for (const Step& step : steps) {
    if (!*step.numbers) continue;
    const std::string constant = std::string("mlsec.") + step.field, scaled = constant + ".scaled";
    MLSEC_TRY(graph.constants[constant], constant_of(step, input));
    nn::NodeDescription& node = nodes.emplace_back(nn::onnx_node(step.operation));
    node.inputs = {current, constant};
    node.outputs = {scaled};
    current = scaled;
  }
  for (nn::NodeDescription& node : graph.nodes)
    for (std::string& name : node.inputs)
      if (name == graph.inputs[0].name) name = current;
  graph.nodes.insert(graph.nodes.begin(), std::make_move_iterator(nodes.begin()), std::make_move_iterator(nodes.end()));
  return {};
}

}  // namespace mlsec::formats
