#include "formats/safetensors_model.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "base/text.hpp"
#include "formats/classifier_outputs.hpp"
#include "formats/onnx_error.hpp"
#include "nn/architecture.hpp"
#include "nn/axis_order.hpp"

namespace mlsec::formats {

namespace {

using onnx::refuse;

/// What PyTorch calls a parameter.
struct Role {
  std::string_view here, there;
};
constexpr Role roles[] = {
    {"weights", "weight"},
    {"kernels", "weight"},
    {"scale", "weight"},
    {"slopes", "weight"},
    {"table", "weight"},
    {"bias", "bias"},
    {"shift", "bias"},
    {"runningMean", "running_mean"},
    {"runningVariance", "running_var"},
};

/// Of each number of one row, where PyTorch has it; empty where at the same place.
using Places = std::vector<std::size_t>;

/// One parameter and how the file has it.
struct Binding {
  std::string name;  // "conv1.weight"
  std::string also;  // another name under which it may stand; may be empty
  nn::Parameter* parameter;
  Shape shape;          // there
  std::size_t columns;  // a row of it here is so many numbers,
  Places places;        // which stand there in this order
  bool optional;        // a scale or shift, which PyTorch may lack

  /// Where element i of the parameter stands in the file's tensor.
  std::size_t place(std::size_t i) const { return places.empty() ? i : i / columns * columns + places[i % columns]; }
};

/// Element i of h x w x c here stands at places[i] of c x h x w there.
Places channels_last_places(std::size_t channels, std::size_t count) {
  Places places(count);
  for (std::size_t there = 0; there < count; ++there) places[nn::place_in_engine(channels, count, there)] = there;
  return places;
}

// Layers by what they do to the order of axes.
constexpr std::string_view convolutions[] = {"conv1d", "conv2d", "convTranspose2d"};
constexpr std::string_view flattening[] = {"flatten", "reshape"};
constexpr std::string_view on_rows[] = {"prelu", "layerNorm", "softmax", "logSoftmax", "flatten"};
constexpr std::string_view on_images[] = {"maxPool2d", "averagePool2d", "adaptiveAveragePool2d",
                                          "prelu",     "layerNorm",     "instanceNorm",
                                          "groupNorm", "softmax",       "logSoftmax",
                                          "pad",       "resize",        "slice",
                                          "split",     "concat"};

bool is_one_of(std::string_view id, std::span<const std::string_view> ids) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// Goes through a network layer by layer.
class Binder {
 public:
  explicit Binder(const nn::Network& network) : network_(network), values_(network.nodes().size() + 1) {
    if (network.input_shape().rank() == 3) values_[0].axes = Axes::channels_first;
  }

  Result<std::vector<Binding>> bind() {
    for (std::size_t i = 0; i < network_.nodes().size(); ++i) {
      MLSEC_TRY_VOID(bind_parameters(i));
      MLSEC_TRY_VOID(follow(i));
    }
    if (!values_.back().places.empty()) return refuse_layer(network_.nodes().size() - 1, "gives a flattened image");
    return std::move(bindings_);
  }

 private:
  enum class Axes { plain, channels_first, unknown };
  /// How PyTorch has a value.
  struct Layout {
    Axes axes = Axes::plain;
    Places places;  // of a row
  };

  Error refuse_layer(std::size_t node, std::string_view what) const {
    return refuse(ErrorCode::unsupported, sentence({"The model's layer ", network_.nodes()[node].name, " (",
                                                    network_.nodes()[node].operation->id(), ") ", what,
                                                    ": how PyTorch orders it is not known here."}));
  }

  const Shape& shape_of(std::size_t value) const {
    return value == 0 ? network_.input_shape() : network_.nodes()[value - 1].shape;
  }

  /// The name of a layer; its number where it was given none.
  Result<void> bind_parameters(std::size_t index) {
    const nn::Node& node = network_.nodes()[index];
    const std::string_view id = node.operation->id();
    const bool unnamed = node.name == sentence({id, index + 1});
    const std::string layer = unnamed ? sentence({index}) : node.name;
    const Layout& input = values_[node.inputs[0]];
    for (nn::Parameter& parameter : node.operation->parameters()) {
      std::string_view suffix;
      for (const Role& role : roles)
        if (role.here == parameter.name) suffix = role.there;
      if (suffix.empty()) return refuse_layer(index, sentence({"has the parameter ", parameter.name}));
      const Shape& shape = parameter.value.shape();
      Binding binding{.name = layer + "." + std::string(suffix),
                      .also = unnamed ? node.name + "." + std::string(suffix) : "",
                      .parameter = &parameter,
                      .shape = shape,
                      .columns = shape.count(),
                      .places = {},
                      .optional = parameter.name == "scale" || parameter.name == "shift"};
      if (parameter.name == "kernels") {
        const std::int64_t height = shape[1], width = shape[2], channels = shape[3];
        binding.shape = id == "conv1d" ? Shape{shape[0], channels, width} : Shape{shape[0], channels, height, width};
        binding.columns = shape.count() / static_cast<std::size_t>(shape[0]);
        binding.places = channels_last_places(static_cast<std::size_t>(channels), binding.columns);
      } else if (!input.places.empty() && static_cast<std::size_t>(shape.last()) == input.places.size()) {
        binding.columns = input.places.size();
        binding.places = input.places;
      }
      if (!names_.insert(binding.name).second)
        return refuse(ErrorCode::unsupported, {"tensor", binding.name}, "would belong to two layers.");
      bindings_.push_back(std::move(binding));
    }
    return {};
  }

  /// How PyTorch has the output of a node.
  Result<void> follow(std::size_t index) {
    const nn::Node& node = network_.nodes()[index];
    const std::string_view id = node.operation->id();
    const Layout& input = values_[node.inputs[0]];
    const Shape& shape = shape_of(node.inputs[0]);
    Layout& output = values_[index + 1];
    bool flat = false, alike = true;  // whether an input is a flattened image, whether PyTorch has all inputs alike
    for (std::size_t value : node.inputs) {
      flat = flat || !values_[value].places.empty();
      alike = alike && values_[value].axes == input.axes && values_[value].places == input.places;
    }
    const auto keeps = [&](std::span<const std::string_view> ids) {
      return alike && (node.operation->element_wise() || is_one_of(id, ids));
    };

    if (shape.rank() > 1 && node.shape.rank() > 1) {
      output.axes = is_one_of(id, convolutions) ? Axes::channels_first : keeps(on_images) ? input.axes : Axes::unknown;
    } else if (shape.rank() > 1 && is_one_of(id, flattening)) {
      const auto channels = static_cast<std::size_t>(shape.last());
      const bool matters = channels > 1 && channels < shape.count();
      if (matters && input.axes == Axes::unknown)
        return refuse_layer(index, "flattens an image whose axes were rearranged");
      if (matters && input.axes == Axes::channels_first) output.places = channels_last_places(channels, shape.count());
    } else if (flat && id == "concat") {
      for (std::size_t value : node.inputs) {
        const std::size_t start = output.places.size();
        for (std::size_t i = 0; i < shape_of(value).count(); ++i)
          output.places.push_back(start + (values_[value].places.empty() ? i : values_[value].places[i]));
      }
    } else if (flat && id != "dense") {
      // The factors of affine stand in the architecture, in our order.
      if (!keeps(on_rows) || id == "affine") return refuse_layer(index, "takes a flattened image");
      output.places = input.places;
    }
    if (shape.rank() == 1 && node.shape.rank() > 1) output.axes = id == "embedding" ? Axes::plain : Axes::unknown;
    return {};
  }

  const nn::Network& network_;
  std::vector<Layout> values_;  // as Node::inputs counts them
  std::vector<Binding> bindings_;
  std::set<std::string, std::less<>> names_;
};

/// The tensor of a parameter; end() where the file has none.
auto find(const SafeTensors& file, const Binding& binding) {
  const auto found = file.tensors.find(binding.name);
  return found == file.tensors.end() && !binding.also.empty() ? file.tensors.find(binding.also) : found;
}

/// Of a scale and its shift, whether the file has neither.
bool both_missing(const SafeTensors& file, const std::vector<Binding>& bindings, std::size_t which) {
  if (!bindings[which].optional) return false;
  const Binding& other = bindings[bindings[which].parameter->name == "scale" ? which + 1 : which - 1];
  return find(file, bindings[which]) == file.tensors.end() && find(file, other) == file.tensors.end();
}

/// What PyTorch's batch normalisation counts in training.
bool is_counter(std::string_view name, const std::set<std::string_view>& used) {
  constexpr std::string_view counter = ".num_batches_tracked", beside = ".running_mean";
  return name.ends_with(counter) && used.contains(sentence({name.substr(0, name.size() - counter.size()), beside}));
}

Result<void> fill(const Binding& binding, const nn::Constant& tensor) {
  std::span<float> values = binding.parameter->value.values();
  const onnx::Subject subject{"tensor", binding.name};
  if (tensor.floats.empty()) return refuse(ErrorCode::wrong_type, subject, "must hold floats.");
  if (binding.parameter->name == "slopes" && tensor.floats.size() == 1) {
    for (float& value : values) value = tensor.floats[0];
    return {};
  }
  if (!(tensor.shape == binding.shape))
    return refuse(ErrorCode::shape_mismatch, subject,
                  sentence({"is ", to_text(tensor.shape), " and must be ", to_text(binding.shape), "."}));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = tensor.floats[binding.place(i)];
    if (binding.parameter->name == "runningVariance" && values[i] < 0)
      return refuse(ErrorCode::out_of_range, subject, "must not be negative.");
  }
  return {};
}

Result<void> fill(const nn::Network& network, const SafeTensors& file) {
  MLSEC_TRY(const std::vector<Binding> bindings, Binder(network).bind());
  std::set<std::string_view> used;
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    const Binding& binding = bindings[i];
    const auto found = find(file, binding);
    if (found == file.tensors.end()) {
      if (both_missing(file, bindings, i)) continue;
      return refuse(ErrorCode::unknown_name, {"tensor", binding.name},
                    sentence({"is missing; it must be ", to_text(binding.shape), "."}));
    }
    if (!used.insert(found->first).second)
      return refuse(ErrorCode::unsupported, {"tensor", found->first}, "would belong to two layers.");
    MLSEC_TRY_VOID(fill(binding, found->second));
  }
  for (const auto& [name, tensor] : file.tensors)
    if (!used.contains(name) && !is_counter(name, used))
      return refuse(ErrorCode::unknown_name, {"tensor", name},
                    sentence({"is ", to_text(tensor.shape), " and belongs to no layer of the architecture."}));
  return {};
}

}  // namespace

Result<std::shared_ptr<model::NetworkModel>> model_from_safetensors(const SafeTensors& file, const Value& architecture,
                                                                    const LoadOptions& options) {
  for (const auto& [field, given] : {std::pair{"mean", &options.mean}, {"std", &options.deviation}})
    if (*given)
      return Error{ErrorCode::unsupported, field,
                   sentence({field, " is not for weights alone: put an affine layer first in the architecture."})};
  MLSEC_TRY(nn::Network network, nn::network_from(architecture));
  MLSEC_TRY_VOID(fill(network, file));
  network.parameters_changed();
  MLSEC_TRY_VOID(give_logits(network, options.output));

  model::InputSpecification input = model::plain_input(network.input_shape());
  if (options.layout == model::Layout::chw && input.kind == model::InputKind::image) {
    input.shape = Shape{input.shape[2], input.shape[0], input.shape[1]};
    input.layout = model::Layout::chw;
  }
  model::OutputSpecification output{network.output_shape().count(), {}};
  MLSEC_TRY_VOID(read_metadata(file.metadata, input, output));
  if (options.bounds) {
    input.lower = static_cast<float>((*options.bounds)[0]);
    input.upper = static_cast<float>((*options.bounds)[1]);
  }
  if (options.labels) output.labels = *options.labels;
  if (output.labels.size() != output.classes)
    return Error{
        ErrorCode::shape_mismatch, "labels",
        sentence({"labels must name the model's ", output.classes, " classes; there are ", output.labels.size(), "."})};
  return std::make_shared<model::NetworkModel>(options.name, std::move(network), std::move(input), std::move(output));
}

Result<SafeTensors> safetensors_of(const model::NetworkModel& model) {
  MLSEC_TRY(const std::vector<Binding> bindings, Binder(model.network()).bind());
  SafeTensors file;
  for (const Binding& binding : bindings) {
    std::span<const float> values = std::as_const(binding.parameter->value).values();
    nn::Constant tensor{binding.shape, std::vector<float>(values.size()), {}};
    for (std::size_t i = 0; i < values.size(); ++i) tensor.floats[binding.place(i)] = values[i];
    file.tensors.emplace(binding.name, std::move(tensor));
  }
  write_metadata(model.input(), model.output(), file.metadata);
  return file;
}

}  // namespace mlsec::formats
