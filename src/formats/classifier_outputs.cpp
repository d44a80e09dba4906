#include "formats/classifier_outputs.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/random.hpp"
#include "base/text.hpp"
#include "nn/operations/activations.hpp"
#include "nn/operations/composed.hpp"
#include "nn/operations/dense.hpp"
#include "nn/operations/functions.hpp"
#include "nn/operations/rearrange.hpp"

namespace mlsec::formats {

namespace {

/// Whether behind it a softmax is still one over all classes.
bool keeps_values(const std::string& operation) {
  return operation == "Identity" || operation == "Squeeze" || operation == "Unsqueeze";
}

/// A linear classifier of scikit-learn; of several logistic outputs the logarithms are logits of their shares.
LastActivation leave_transform_away(nn::NodeDescription& node) {
  nn::Attribute& transform = node.attributes["post_transform"];
  const auto* name = std::get_if<std::string>(&transform);
  if (!name || (*name != "SOFTMAX" && *name != "LOGISTIC")) return LastActivation::none;
  transform = std::string(*name == "SOFTMAX" ? "NONE" : nn::log_logistic);
  return LastActivation::softmax;
}

/// Whether a pass is a matter of moments: a file may ask for any amount of work.
bool is_quick(const nn::Network& network) {
  constexpr std::size_t most_values = std::size_t{1} << 20, most_products = std::size_t{1} << 28;
  std::size_t values = network.input_shape().count();
  double products = 0;
  for (const nn::Node& node : network.nodes()) {
    values += node.shape.count();
    // A dense layer uses each weight once, a convolution those of a filter at each place.
    for (const nn::Parameter& parameter : node.operation->parameters())
      products += static_cast<double>(node.shape.count() / static_cast<std::size_t>(node.shape.last())) *
                  static_cast<double>(parameter.value.size());
  }
  return values <= most_values && products <= static_cast<double>(most_products);
}

Result<void> append(nn::Network& network, std::unique_ptr<nn::Operation> operation) {
  MLSEC_TRY_VOID(network.add(std::move(operation)));
  return {};
}

}  // namespace

LastActivation leave_last_activation_away(nn::GraphDescription& graph) {
  std::string value = graph.outputs[0].name;
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    nn::NodeDescription& node = graph.nodes[i];
    if (std::find(node.outputs.begin(), node.outputs.end(), value) == node.outputs.end()) continue;
    if (node.inputs.empty()) break;
    if (node.operation == "LinearClassifier") return leave_transform_away(node);
    const bool softmax = node.operation == "Softmax" || node.operation == "LogSoftmax";
    // Shares of their sum: what softmax makes of the logarithms anyway.
    if (node.operation == "Normalizer") {
      const std::string whole = node.outputs[0], before = node.inputs[0];
      for (nn::ValueDescription& output : graph.outputs)
        if (output.name == whole) output.name = before;
      value = before;
      continue;
    }
    if (!softmax && node.operation != "Sigmoid") {
      if (!keeps_values(node.operation)) break;
      value = node.inputs[0];
      continue;
    }
    // Whoever took its value, the model's output among them, takes what it was made of.
    const std::string before = node.inputs[0];
    const std::string after = node.outputs[0];
    for (nn::NodeDescription& other : graph.nodes)
      for (std::string& name : other.inputs)
        if (name == after) name = before;
    for (nn::ValueDescription& output : graph.outputs)
      if (output.name == after) output.name = before;
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i));
    return softmax ? LastActivation::softmax : LastActivation::sigmoid;
  }
  return LastActivation::none;
}

Result<void> give_logits(nn::Network& network, OutputKind kind) {
  const Shape shape = network.output_shape();
  const auto count = static_cast<std::int64_t>(shape.count());
  if (std::count_if(shape.begin(), shape.end(), [](std::int64_t extent) { return extent > 1; }) > 1)
    return Error{ErrorCode::unsupported, "model",
                 sentence({"The model's output must be one row of classes, not ", to_text(shape), "."})};
  if (shape.rank() != 1)
    MLSEC_TRY_VOID(append(network, std::make_unique<nn::Reshape>(nn::Reshape::Options{{static_cast<int>(count)}})));
  if (count > most_classes)
    return Error{ErrorCode::too_large, "model",
                 sentence({"The model has ", count, " outputs; there may be at most ", most_classes, " classes."})};
  const bool probabilities = kind == OutputKind::probabilities;
  if (count == 1) {
    const std::array<float, 2> weights{probabilities ? -1.0f : 0.0f, 1}, bias{probabilities ? 1.0f : 0.0f, 0};
    MLSEC_TRY_VOID(append(network, std::make_unique<nn::Dense>(Tensor(Shape{2, 1}, weights), Tensor(Shape{2}, bias))));
  }
  if (probabilities) {
    // Rounded to 0, a probability would have no logarithm.
    constexpr double least = 1e-30;
    MLSEC_TRY_VOID(append(network, std::make_unique<nn::Clip>(nn::Clip::Options{.minimum = least, .maximum = 1})));
    MLSEC_TRY_VOID(append(network, std::make_unique<nn::Log>()));
  }
  return {};
}

bool gives_probabilities(nn::Network& network, const model::InputSpecification& input) {
  constexpr std::size_t rows = 4;
  const std::size_t features = network.input_shape().count(), classes = network.output_shape().count();
  if (!is_quick(network)) return false;
  Random random(0, 0, purpose_of("outputs"));
  std::vector<float> inputs(rows * features);
  for (float& value : inputs) value = random.uniform(input.lower, input.upper);
  nn::Workspace workspace;
  network.forward(rows, inputs.data(), workspace);
  const float* outputs = workspace.values.back().data();
  for (std::size_t row = 0; row < rows; ++row) {
    double sum = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      const float value = outputs[row * classes + k];
      if (!(value >= 0)) return false;
      sum += double{value};
    }
    if (!(std::fabs(sum - 1) < 1e-3)) return false;
  }
  return true;
}

}  // namespace mlsec::formats
