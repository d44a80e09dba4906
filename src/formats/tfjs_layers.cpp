#include "formats/tfjs_layers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace mlsec::formats::tfjs {

namespace {

/// What the nodes of a layer are made from.
struct Layer {
  LayerCall& call;
  GraphBuilder& builder;
  const Weights& weights;

  std::string_view kind() const { return call.kind; }
  Options& options() const { return call.options; }
  const std::vector<Tracked>& inputs() const { return call.inputs; }
  const Tracked& input() const { return call.inputs[0]; }

  Result<Constant> weight(std::string_view role, std::size_t rank) const {
    MLSEC_TRY(Constant numbers, any_weight(role));
    if (numbers.shape.rank() != rank)
      return builder.refuse("has the weight", role, sentence({" of another number of axes than ", rank, "."}),
                            ErrorCode::malformed);
    return numbers;
  }

  /// One that may be switched off; nothing then.
  Result<std::optional<Constant>> weight_where(std::string_view flag, bool otherwise, std::string_view role) const {
    if (!options().flag(flag, otherwise)) return std::optional<Constant>();
    MLSEC_TRY(Constant numbers, weight(role, 1));
    return std::optional<Constant>(std::move(numbers));
  }

  Result<Constant> any_weight(std::string_view role) const {
    const Weight* found = weights.find(call.name, role);
    if (!found) return builder.refuse("has no weight", role, " in the manifest.", ErrorCode::malformed);
    MLSEC_TRY(Constant numbers, weights.constant(*found, builder.subject()));
    if (numbers.floats.empty()) return builder.refuse("has the weight", role, ", which is not one of floats.");
    return numbers;
  }

  Result<void> check_channels_last() const {
    if (options().text("data_format", "channels_last") == "channels_last") return {};
    return builder.refuse("has the channels first, which is not supported: export it with channels_last.");
  }

  Result<Tracked> activate(const Tracked& x) const {
    const Value* given = options().find("activation");
    if (given && !given->as<std::string>())
      return builder.refuse("has an activation with options, which is not supported.");
    return builder.activation(x, options().text("activation", "linear"));
  }

  /// Of a window over so many axes; its kernel comes from elsewhere.
  Result<WindowOptions> window(std::size_t axes, std::string_view strides, std::int64_t stride) const {
    MLSEC_TRY_VOID(check_channels_last());
    WindowOptions window;
    window.strides = options().integers(strides, axes, stride);
    window.dilations = options().integers("dilation_rate", axes, 1);
    const std::string padding = options().text("padding", "valid");
    if (padding == "same")
      window.padding = Padding::same;
    else if (padding != "valid")
      return builder.refuse("has the padding", padding, ", which is not supported.");
    return window;
  }
};

const Constant* pointer_to(const std::optional<Constant>& constant) { return constant ? &*constant : nullptr; }

Result<Tracked> dense(const Layer& layer) {
  MLSEC_TRY(Constant kernel, layer.weight("kernel", 2));
  MLSEC_TRY(const auto bias, layer.weight_where("use_bias", true, "bias"));
  MLSEC_TRY(const Tracked made, layer.builder.dense(layer.input(), std::move(kernel), pointer_to(bias)));
  return layer.activate(made);
}

std::size_t axes_of(const Layer& layer) { return layer.kind().find("1D") != std::string_view::npos ? 1 : 2; }

Result<Tracked> convolution(const Layer& layer) {
  const std::size_t axes = axes_of(layer);
  MLSEC_TRY(const WindowOptions window, layer.window(axes, "strides", 1));
  MLSEC_TRY(const Constant kernel, layer.weight("kernel", axes + 2));
  MLSEC_TRY(const auto bias, layer.weight_where("use_bias", true, "bias"));
  MLSEC_TRY(const Tracked made, layer.builder.convolve(layer.input(), kernel, pointer_to(bias), window, false));
  return layer.activate(made);
}

Result<Tracked> depthwise(const Layer& layer) {
  MLSEC_TRY(const WindowOptions window, layer.window(2, "strides", 1));
  // Keras 3 calls it by the shorter name.
  auto kernel = layer.weight("depthwise_kernel", 4);
  if (!kernel.ok()) kernel = layer.weight("kernel", 4);
  if (!kernel.ok()) return layer.weight("depthwise_kernel", 4).error();
  MLSEC_TRY(const auto bias, layer.weight_where("use_bias", true, "bias"));
  MLSEC_TRY(const Tracked made, layer.builder.convolve(layer.input(), kernel.value(), pointer_to(bias), window, true));
  return layer.activate(made);
}

Result<Tracked> separable(const Layer& layer) {
  MLSEC_TRY(const WindowOptions window, layer.window(2, "strides", 1));
  MLSEC_TRY(const Constant by_channel, layer.weight("depthwise_kernel", 4));
  MLSEC_TRY(const Constant across, layer.weight("pointwise_kernel", 4));
  MLSEC_TRY(const auto bias, layer.weight_where("use_bias", true, "bias"));
  WindowOptions once;
  once.strides = once.dilations = {1, 1};
  MLSEC_TRY(const Tracked between, layer.builder.convolve(layer.input(), by_channel, nullptr, window, true));
  MLSEC_TRY(const Tracked made, layer.builder.convolve(between, across, pointer_to(bias), once, false));
  return layer.activate(made);
}

Result<Tracked> deconvolution(const Layer& layer) {
  MLSEC_TRY(const WindowOptions window, layer.window(2, "strides", 1));
  if (layer.options().find("output_padding"))
    return layer.builder.refuse("has an output_padding, which is not supported.");
  MLSEC_TRY(const Constant kernel, layer.weight("kernel", 4));
  MLSEC_TRY(const auto bias, layer.weight_where("use_bias", true, "bias"));
  MLSEC_TRY(const Tracked made, layer.builder.deconvolve(layer.input(), kernel, pointer_to(bias), window));
  return layer.activate(made);
}

Result<Tracked> pool(const Layer& layer) {
  const std::size_t axes = axes_of(layer);
  const Integers size = layer.options().integers("pool_size", axes, 2);
  MLSEC_TRY(WindowOptions window, layer.window(axes, "strides", 0));
  if (!layer.options().find("strides")) window.strides = size;
  window.kernel = size;
  return layer.builder.pool(layer.input(), layer.kind().starts_with("Max"), std::move(window));
}

Result<Tracked> global_pool(const Layer& layer) {
  const std::size_t axes = axes_of(layer);
  MLSEC_TRY_VOID(layer.check_channels_last());
  if (layer.input().rank() != axes + 2) return layer.builder.refuse("has a value of another number of axes before it.");
  const bool keeps = layer.options().flag("keepdims", false);
  const bool largest = layer.kind().find("Max") != std::string_view::npos;
  return layer.builder.reduce(largest ? "ReduceMax" : "ReduceMean", layer.input(),
                              axes == 1 ? Integers{1} : Integers{1, 2}, keeps);
}

Result<Tracked> flatten(const Layer& layer) {
  MLSEC_TRY_VOID(layer.check_channels_last());
  return layer.builder.reshape(layer.input(), {-1});
}

Result<Tracked> reshape(const Layer& layer) {
  const auto shape = layer.options().list("target_shape");
  if (!shape) return layer.builder.refuse("has no target_shape.", ErrorCode::malformed);
  return layer.builder.reshape(layer.input(), *shape);
}

Result<Tracked> permute(const Layer& layer) {
  auto axes = layer.options().list("dims");
  if (!axes) return layer.builder.refuse("has no dims.", ErrorCode::malformed);
  axes->insert(axes->begin(), 0);
  return layer.builder.transpose(layer.input(), *axes);
}

Result<Tracked> activation(const Layer& layer) { return layer.activate(layer.input()); }

Result<Tracked> relu(const Layer& layer) {
  constexpr double largest = std::numeric_limits<float>::max();
  const double top = layer.options().number("max_value", largest), slope = layer.options().number("negative_slope", 0);
  if (layer.options().number("threshold", 0) != 0)
    return layer.builder.refuse("has a threshold, which is not supported.");
  if (slope == 0) return layer.builder.clip(layer.input(), 0, top);
  MLSEC_TRY(const Tracked made,
            layer.builder.unary("LeakyRelu", layer.input(), {{"alpha", static_cast<float>(slope)}}));
  return top < largest ? layer.builder.clip(made, -largest, top) : made;
}

Result<Tracked> leaky_relu(const Layer& layer) {
  const double slope = layer.options().number("negative_slope", layer.options().number("alpha", 0.3));
  return layer.builder.unary("LeakyRelu", layer.input(), {{"alpha", static_cast<float>(slope)}});
}

Result<Tracked> elu(const Layer& layer) {
  return layer.builder.unary("Elu", layer.input(), {{"alpha", static_cast<float>(layer.options().number("alpha", 1))}});
}

Result<Tracked> prelu(const Layer& layer) {
  MLSEC_TRY(const Constant slopes, layer.any_weight("alpha"));
  return layer.builder.prelu(layer.input(), slopes);
}

/// The only axis that an option names, as a number or a list of one, counted with the batch.
Result<std::size_t> only_axis(const Layer& layer) {
  const Integers axis = layer.options().integers("axis", 1, -1);
  return layer.builder.axis(axis[0], layer.input().rank());
}

Result<Tracked> softmax(const Layer& layer) {
  MLSEC_TRY(const std::size_t axis, only_axis(layer));
  const bool last = axis + 1 == layer.input().rank();
  return layer.builder.unary("Softmax", layer.input(),
                             {{"axis", last ? std::int64_t{-1} : static_cast<std::int64_t>(axis)}});
}

Constant filled(std::int64_t count, float value) {
  return {Shape{count}, std::vector<float>(static_cast<std::size_t>(count), value), {}};
}

Result<Tracked> batch_norm(const Layer& layer) {
  MLSEC_TRY(const std::size_t axis, only_axis(layer));
  const std::int64_t channels = layer.input().sample[axis - 1];
  MLSEC_TRY(const auto scale, layer.weight_where("scale", true, "gamma"));
  MLSEC_TRY(const auto shift, layer.weight_where("center", true, "beta"));
  MLSEC_TRY(Constant mean, layer.weight("moving_mean", 1));
  MLSEC_TRY(Constant variance, layer.weight("moving_variance", 1));
  return layer.builder.batch_norm(
      layer.input(), axis,
      {scale.value_or(filled(channels, 1)), shift.value_or(filled(channels, 0)), std::move(mean), std::move(variance)},
      layer.options().number("epsilon", 1e-3));
}

// Over the last axes, in their order.
Result<Tracked> layer_norm(const Layer& layer) {
  const Integers axes = layer.options().list("axis").value_or(Integers{-1});
  const std::size_t rank = layer.input().rank();
  Integers extents;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    MLSEC_TRY(const std::size_t axis, layer.builder.axis(axes[i], rank));
    if (axis + axes.size() != rank + i) return layer.builder.refuse("normalises other axes than the last ones.");
    extents.push_back(layer.input().sample[axis - 1]);
  }
  if (extents.empty()) return layer.builder.refuse("has no axis.", ErrorCode::malformed);
  const Shape shape{std::span<const std::int64_t>(extents)};
  std::vector<std::string> names{layer.input().name};
  for (const bool scale : {true, false}) {
    Constant numbers{shape, std::vector<float>(shape.count(), scale ? 1.0f : 0.0f), {}};
    if (layer.options().flag(scale ? "scale" : "center", true)) {
      MLSEC_TRY(numbers, layer.any_weight(scale ? "gamma" : "beta"));
    }
    if (!(numbers.shape == shape)) return layer.builder.refuse("has weights of another shape than it normalises.");
    MLSEC_TRY(names.emplace_back(), layer.builder.constant(std::move(numbers)));
  }
  return layer.builder.add("LayerNormalization", std::move(names), layer.input().sample,
                           {{"axis", -static_cast<std::int64_t>(axes.size())},
                            {"epsilon", static_cast<float>(layer.options().number("epsilon", 1e-3))}});
}

Result<Tracked> unchanged(const Layer& layer) { return layer.input(); }

/// [[top, bottom], [left, right]], [vertical, horizontal] or one number.
Result<std::array<Integers, 2>> borders(const Layer& layer, std::string_view name) {
  std::array<Integers, 2> result;
  const Value* given = layer.options().find(name);
  const std::size_t axes = axes_of(layer);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const Value* of_axis = given;
    if (given && list_of(given).size() == 2 && axes == 2) of_axis = &list_of(given)[axis];
    if (!of_axis) return layer.builder.refuse("has no", name, ".", ErrorCode::malformed);
    const auto both = integers_of(*of_axis);
    const auto one = integer_of(*of_axis);
    if (!one && (!both || both->size() != 2))
      return layer.builder.refuse("has the option", name, ", which is not of its form.", ErrorCode::malformed);
    result[0].push_back(one ? *one : (*both)[0]);
    result[1].push_back(one ? *one : (*both)[1]);
  }
  return result;
}

Result<Tracked> zero_padding(const Layer& layer) {
  MLSEC_TRY_VOID(layer.check_channels_last());
  MLSEC_TRY(auto sides, borders(layer, "padding"));
  if (layer.input().sample.rank() != sides[0].size() + 1)
    return layer.builder.refuse("has a value of another number of axes before it.");
  for (Integers& side : sides) side.push_back(0);
  return layer.builder.pad(layer.input(), sides[0], sides[1], "constant");
}

Result<Tracked> cropping(const Layer& layer) {
  MLSEC_TRY_VOID(layer.check_channels_last());
  MLSEC_TRY(const auto sides, borders(layer, "cropping"));
  if (layer.input().sample.rank() != sides[0].size() + 1)
    return layer.builder.refuse("has a value of another number of axes before it.");
  Tracked made = layer.input();
  for (std::size_t axis = 0; axis < sides[0].size(); ++axis) {
    const std::int64_t extent = made.sample[axis], before = sides[0][axis], after = sides[1][axis];
    if (before < 0 || after < 0 || before >= extent || after >= extent - before)
      return layer.builder.refuse("crops away more than there is.");
    MLSEC_TRY(made, layer.builder.slice(made, axis + 1, before, extent - after));
  }
  return made;
}

Result<Tracked> up_sampling(const Layer& layer) {
  MLSEC_TRY_VOID(layer.check_channels_last());
  const Integers size = layer.options().integers("size", 2, 2);
  const std::string interpolation = layer.options().text("interpolation", "nearest");
  if (interpolation != "nearest" && interpolation != "bilinear")
    return layer.builder.refuse("has the interpolation", interpolation, ", which is not supported.");
  if (layer.input().rank() != 4 || size[0] < 1 || size[1] < 1 || size[0] > 4096 || size[1] > 4096)
    return layer.builder.refuse("must have images before it and a size of 1 to 4096.");
  const Shape& sample = layer.input().sample;
  // TensorFlow.js interpolates from the upper left corner of pixels, Python's Keras from their centres.
  return layer.builder.resize(layer.input(), sample[0] * size[0], sample[1] * size[1],
                              interpolation == "nearest" ? Interpolation::nearest : Interpolation::linear,
                              Coordinates::asymmetric);
}

Result<Tracked> merge(const Layer& layer) {
  struct Merge {
    std::string_view kind, operation;
  };
  static constexpr Merge merges[] = {{"Add", "Add"},     {"Subtract", "Sub"}, {"Multiply", "Mul"},
                                     {"Average", "Add"}, {"Maximum", "Max"},  {"Minimum", "Min"}};
  if (layer.inputs().size() < 2 || (layer.kind() == "Subtract" && layer.inputs().size() != 2))
    return layer.builder.refuse("does not have the right number of inputs.", ErrorCode::malformed);
  std::string_view operation;
  for (const Merge& each : merges)
    if (each.kind == layer.kind()) operation = each.operation;
  Tracked made = layer.input();
  for (std::size_t i = 1; i < layer.inputs().size(); ++i) {
    MLSEC_TRY(made, layer.builder.combine(operation, made, layer.inputs()[i]));
  }
  if (layer.kind() != "Average") return made;
  return layer.builder.combine("Mul", made, 1.0f / static_cast<float>(layer.inputs().size()));
}

Result<Tracked> concatenate(const Layer& layer) {
  return layer.builder.concat(layer.inputs(), layer.options().integer("axis", -1));
}

Result<Tracked> embedding(const Layer& layer) {
  MLSEC_TRY(const Constant table, layer.weight("embeddings", 2));
  return layer.builder.look_up(layer.input(), table);
}

/// Numbers of a layer's config: one, or a list for the last axis.
Result<Constant> numbers_of(const Layer& layer, std::string_view name, float otherwise) {
  const Value* given = layer.options().find(name);
  Constant numbers{Shape{}, {otherwise}, {}};
  if (!given) return numbers;
  if (const auto* one = given->as<double>()) {
    numbers.floats[0] = static_cast<float>(*one);
    return numbers;
  }
  numbers.floats.clear();
  for (const Value& element : list_of(given))
    if (const auto* number = element.as<double>()) numbers.floats.push_back(static_cast<float>(*number));
  if (numbers.floats.empty() || numbers.floats.size() != list_of(given).size())
    return layer.builder.refuse("has the option", name, ", which must be numbers.", ErrorCode::malformed);
  numbers.shape = Shape{static_cast<std::int64_t>(numbers.floats.size())};
  return numbers;
}

Result<Tracked> rescaling(const Layer& layer) {
  MLSEC_TRY(const Constant scale, numbers_of(layer, "scale", 1));
  MLSEC_TRY(const Constant offset, numbers_of(layer, "offset", 0));
  MLSEC_TRY(const Tracked made, layer.builder.combine("Mul", layer.input(), scale));
  const bool none = std::all_of(offset.floats.begin(), offset.floats.end(), [](float number) { return number == 0; });
  return none ? made : layer.builder.combine("Add", made, offset);
}

// (x - mean) / the deviation, of the last axis.
Result<Tracked> normalization(const Layer& layer) {
  const Integers axis = layer.options().integers("axis", 1, -1);
  if (axis[0] != -1 && axis[0] != static_cast<std::int64_t>(layer.input().rank()) - 1)
    return layer.builder.refuse("normalises another axis than the last one.");
  if (layer.options().flag("invert", false)) return layer.builder.refuse("is inverted, which is not supported.");
  Constant mean, variance;
  if (layer.options().find("mean")) {
    MLSEC_TRY(mean, numbers_of(layer, "mean", 0));
    MLSEC_TRY(variance, numbers_of(layer, "variance", 1));
  } else {
    MLSEC_TRY(mean, layer.any_weight("mean"));
    MLSEC_TRY(variance, layer.any_weight("variance"));
  }
  for (float& number : variance.floats) number = std::max(std::sqrt(std::max(number, 0.0f)), 1e-7f);
  MLSEC_TRY(const Tracked made, layer.builder.combine("Sub", layer.input(), mean));
  return layer.builder.combine("Div", made, variance);
}

struct Kind {
  std::string_view name;
  Result<Tracked> (*add)(const Layer& layer);
};
constexpr Kind kinds[] = {{"Dense", dense},
                          {"Conv1D", convolution},
                          {"Conv2D", convolution},
                          {"DepthwiseConv2D", depthwise},
                          {"SeparableConv2D", separable},
                          {"Conv2DTranspose", deconvolution},
                          {"MaxPooling1D", pool},
                          {"MaxPooling2D", pool},
                          {"AveragePooling1D", pool},
                          {"AveragePooling2D", pool},
                          {"GlobalMaxPooling1D", global_pool},
                          {"GlobalMaxPooling2D", global_pool},
                          {"GlobalAveragePooling1D", global_pool},
                          {"GlobalAveragePooling2D", global_pool},
                          {"Flatten", flatten},
                          {"Reshape", reshape},
                          {"Permute", permute},
                          {"Activation", activation},
                          {"ReLU", relu},
                          {"LeakyReLU", leaky_relu},
                          {"ELU", elu},
                          {"PReLU", prelu},
                          {"Softmax", softmax},
                          {"BatchNormalization", batch_norm},
                          {"LayerNormalization", layer_norm},
                          {"Dropout", unchanged},
                          {"SpatialDropout1D", unchanged},
                          {"SpatialDropout2D", unchanged},
                          {"AlphaDropout", unchanged},
                          {"GaussianDropout", unchanged},
                          {"GaussianNoise", unchanged},
                          {"ActivityRegularization", unchanged},
                          {"ZeroPadding1D", zero_padding},
                          {"ZeroPadding2D", zero_padding},
                          {"Cropping1D", cropping},
                          {"Cropping2D", cropping},
                          {"UpSampling2D", up_sampling},
                          {"Add", merge},
                          {"Subtract", merge},
                          {"Multiply", merge},
                          {"Average", merge},
                          {"Maximum", merge},
                          {"Minimum", merge},
                          {"Concatenate", concatenate},
                          {"Embedding", embedding},
                          {"Rescaling", rescaling},
                          {"Normalization", normalization}};

}  // namespace

Result<Tracked> add_layer(LayerCall& call, GraphBuilder& builder, const Weights& weights) {
  for (const Kind& kind : kinds) {
    if (kind.name != call.kind) continue;
    const bool merges = kind.add == merge || kind.add == concatenate;
    if (call.inputs.empty() || (!merges && call.inputs.size() != 1))
      return builder.refuse("does not have the right number of inputs.", ErrorCode::malformed);
    MLSEC_TRY(const Tracked made, kind.add(Layer{call, builder, weights}));
    if (!call.options.wrong().empty())
      return builder.refuse("has the option", call.options.wrong(), ", which is not of its type.",
                            ErrorCode::malformed);
    return made;
  }
  return builder.refuse("is of a kind that is not supported.");
}

}  // namespace mlsec::formats::tfjs
