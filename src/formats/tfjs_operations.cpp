#include "formats/tfjs_operations.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "base/sort.hpp"
#include "base/text.hpp"
#include "formats/onnx_tensor.hpp"
#include "formats/tfjs_constants.hpp"

namespace mlsec::formats::tfjs {

Item::Item() = default;
Item::Item(Tracked given) : value(std::move(given)) {}
Item::Item(Constant given) : constant(std::move(given)) {}
Item::Item(const Item&) = default;
Item::Item(Item&&) noexcept = default;
Item& Item::operator=(const Item&) = default;
Item& Item::operator=(Item&&) noexcept = default;
Item::~Item() = default;

const Value* NodeAttributes::find(std::string_view name, std::string_view kind) const {
  return object_ ? tfjs::find(*object_, {name, kind}) : nullptr;
}

bool NodeAttributes::flag(std::string_view name, bool otherwise) {
  const Value* found = find(name, "b");
  if (!found) return otherwise;
  if (const auto* flag = found->as<bool>()) return *flag;
  wrong_ = name;
  return otherwise;
}

double NodeAttributes::number(std::string_view name, double otherwise) {
  const Value* found = find(name, "f");
  if (!found) return otherwise;
  if (const auto* number = found->as<double>()) return *number;
  wrong_ = name;
  return otherwise;
}

std::int64_t NodeAttributes::integer(std::string_view name, std::int64_t otherwise) {
  const Value* found = find(name, "i");
  if (!found) return otherwise;
  if (const auto integer = integer_of(*found)) return *integer;
  wrong_ = name;
  return otherwise;
}

std::string NodeAttributes::text(std::string_view name, std::string_view otherwise) {
  const Value* found = find(name, "s");
  if (!found) return std::string(otherwise);
  if (auto bytes = bytes_of(*found)) return *std::move(bytes);
  wrong_ = name;
  return std::string(otherwise);
}

Integers NodeAttributes::integers(std::string_view name) {
  const Value* list = find(name, "list");
  const Value* found = list ? list->find("i") : nullptr;
  if (!found) return {};
  if (auto integers = integers_of(*found)) return *std::move(integers);
  wrong_ = name;
  return {};
}

std::vector<std::string> NodeAttributes::texts(std::string_view name) {
  const Value* list = find(name, "list");
  std::vector<std::string> texts;
  for (const Value& element : list_of(list ? list->find("s") : nullptr)) {
    if (auto bytes = bytes_of(element))
      texts.push_back(*std::move(bytes));
    else
      wrong_ = name;
  }
  return texts;
}

namespace {

using Made = Result<Item>;

/// What the output of an operation is made from. `onnx` is the operation's name there, where the table has one.
struct Node {
  NodeCall& call;
  GraphBuilder& builder;
  const Weights& weights;
  Allowance& allowance;
  std::string_view onnx;

  NodeAttributes& attributes() const { return call.attributes; }
  std::size_t inputs() const { return call.inputs.size(); }
  const Item& input(std::size_t i) const { return *call.inputs[i]; }
  bool is_value(std::size_t i) const { return call.inputs[i]->value.has_value(); }
  bool all_constant() const {
    return std::none_of(call.inputs.begin(), call.inputs.end(),
                        [](const Item* item) { return item->value.has_value(); });
  }

  Error wrong_inputs() const {
    return builder.refuse("does not have the right number of inputs.", ErrorCode::malformed);
  }
  Error not_foldable() const {
    return builder.refuse("computes something from constants that is not supported, or too large.");
  }

  /// Input i as a value, or the refusal of a constant.
  Result<const Tracked*> value(std::size_t i) const {
    if (i >= inputs()) return wrong_inputs();
    if (!is_value(i))
      return builder.refuse(sentence({"has a constant as input ", i, ", which is not supported there."}));
    return &*input(i).value;
  }
  Result<const Constant*> constant(std::size_t i) const {
    if (i >= inputs()) return wrong_inputs();
    if (is_value(i)) return builder.refuse(sentence({"must have a constant as input ", i, "."}));
    return &input(i).constant;
  }
  /// Whole numbers, of which one may be open.
  Result<Integers> integers(std::size_t i) const {
    MLSEC_TRY(const Constant* found, constant(i));
    if (!is_integral(*found) || found->shape.rank() > 1)
      return builder.refuse(sentence({"must have a list of whole numbers as input ", i, "."}));
    return found->integers;
  }
  Result<std::int64_t> integer(std::size_t i) const {
    MLSEC_TRY(const Integers list, integers(i));
    if (list.size() != 1 || list[0] == open_extent)
      return builder.refuse(sentence({"must have a whole number as input ", i, "."}));
    return list[0];
  }
  Result<float> number(std::size_t i) const {
    MLSEC_TRY(const Constant* found, constant(i));
    const auto floats = as_floats(*found);
    if (!floats || floats->floats.size() != 1)
      return builder.refuse(sentence({"must have a number as input ", i, "."}));
    return floats->floats[0];
  }

  /// A constant that was computed.
  Made folded(std::optional<Constant> made) const {
    if (!made || made->shape.count() == 0) return not_foldable();
    MLSEC_TRY_VOID(allowance.take_constant(made->shape.count(), builder.subject()));
    return Item(*std::move(made));
  }
  Made made(Result<Tracked> value) const {
    if (!value.ok()) return std::move(value).failure();
    return Item(std::move(value).value());
  }

  /// The axis of a constant, negative from the end.
  Result<std::size_t> place(std::int64_t given, std::size_t rank) const {
    const auto axes = static_cast<std::int64_t>(rank);
    const std::int64_t axis = given < 0 ? given + axes : given;
    if (axis < 0 || axis >= axes) return builder.refuse(sentence({"has no axis ", given, "."}), ErrorCode::malformed);
    return static_cast<std::size_t>(axis);
  }

  Result<void> check_channels_last() const {
    const std::string format = attributes().text("data_format", "NHWC");
    if (format == "NHWC" || format == "NWC") return {};
    return builder.refuse("has the data_format", format, ", which is not supported: export it with channels last.");
  }
};

Made unary(const Node& node) {
  if (node.inputs() < 1) return node.wrong_inputs();
  if (!node.is_value(0)) return node.folded(mapped(node.onnx, node.input(0).constant));
  return node.made(node.builder.unary(node.onnx, *node.input(0).value));
}

// One that Keras names, too, or that takes several nodes.
Made activation(const Node& node) {
  if (node.inputs() == 1 && !node.is_value(0)) return node.not_foldable();
  MLSEC_TRY(const Tracked* x, node.value(0));
  return node.made(node.builder.activation(*x, node.call.operation));
}

Made negative(const Node& node) {
  if (node.inputs() < 1) return node.wrong_inputs();
  if (!node.is_value(0)) return node.folded(mapped("Neg", node.input(0).constant));
  return node.made(node.builder.combine("Mul", *node.input(0).value, -1.0f));
}

Result<Tracked> power(const Node& node, const Tracked& x, double exponent) {
  if (exponent == 1) return x;
  if (exponent == 0.5) return node.builder.unary("Sqrt", x);
  if (exponent == -0.5) {
    MLSEC_TRY(const Tracked root, node.builder.unary("Sqrt", x));
    return node.builder.combine("Div", root, x);
  }
  MLSEC_TRY(const std::string name, node.builder.number(static_cast<float>(exponent)));
  return node.builder.add("Pow", {x.name, name}, x.sample);
}

Made square(const Node& node) {
  if (node.inputs() < 1) return node.wrong_inputs();
  if (!node.is_value(0)) return node.folded(mapped("Square", node.input(0).constant));
  return node.made(power(node, *node.input(0).value, 2));
}

Made inverse_root(const Node& node) {
  if (node.inputs() < 1) return node.wrong_inputs();
  if (!node.is_value(0)) return node.folded(mapped("Rsqrt", node.input(0).constant));
  return node.made(power(node, *node.input(0).value, -0.5));
}

Made pow(const Node& node) {
  MLSEC_TRY(const Tracked* x, node.value(0));
  MLSEC_TRY(const float exponent, node.number(1));
  return node.made(power(node, *x, double{exponent}));
}

Made leaky_relu(const Node& node) {
  MLSEC_TRY(const Tracked* x, node.value(0));
  return node.made(
      node.builder.unary("LeakyRelu", *x, {{"alpha", static_cast<float>(node.attributes().number("alpha", 0.2))}}));
}

Made prelu(const Node& node) {
  MLSEC_TRY(const Tracked* x, node.value(0));
  MLSEC_TRY(const Constant* slopes, node.constant(1));
  return node.made(node.builder.prelu(*x, *slopes));
}

Made clip(const Node& node) {
  MLSEC_TRY(const Tracked* x, node.value(0));
  MLSEC_TRY(const float low, node.number(1));
  MLSEC_TRY(const float high, node.number(2));
  return node.made(node.builder.clip(*x, double{low}, double{high}));
}

Result<Item> combine_items(const Node& node, std::string_view operation, const Item& a, const Item& b) {
  if (a.value && b.value) return node.made(node.builder.combine(operation, *a.value, *b.value));
  if (a.value) return node.made(node.builder.combine(operation, *a.value, b.constant));
  if (b.value) return node.made(node.builder.combine(operation, *b.value, a.constant, true));
  return node.folded(combined(operation, a.constant, b.constant, node.allowance.elements()));
}

Made binary(const Node& node) {
  if (node.inputs() != 2) return node.wrong_inputs();
  return combine_items(node, node.onnx, node.input(0), node.input(1));
}

Made sum(const Node& node) {
  if (node.inputs() == 0) return node.wrong_inputs();
  Item result = node.input(0);
  for (std::size_t i = 1; i < node.inputs(); ++i) {
    MLSEC_TRY(result, combine_items(node, "Add", result, node.input(i)));
  }
  return result;
}

Made squared_difference(const Node& node) {
  if (node.inputs() != 2) return node.wrong_inputs();
  MLSEC_TRY(const Item difference, combine_items(node, "Sub", node.input(0), node.input(1)));
  if (!difference.value) return node.folded(mapped("Square", difference.constant));
  return node.made(power(node, *difference.value, 2));
}

Made bias_add(const Node& node) {
  MLSEC_TRY_VOID(node.check_channels_last());
  MLSEC_TRY(const Tracked* x, node.value(0));
  MLSEC_TRY(const Constant* bias, node.constant(1));
  return node.made(node.builder.combine("Add", *x, *bias));
}

/// What follows in the same node, the bias aside.
Result<Tracked> add_fused(const Node& node, Tracked x, const std::vector<std::string>& fused) {
  for (const std::string& each : fused) {
    if (each == "BiasAdd") continue;
    if (each == "LeakyRelu") {
      MLSEC_TRY(x,
                node.builder.unary("LeakyRelu", x,
                                   {{"alpha", static_cast<float>(node.attributes().number("leakyrelu_alpha", 0.2))}}));
    } else if (each == "Prelu") {
      MLSEC_TRY(const Constant* slopes, node.constant(3));
      MLSEC_TRY(x, node.builder.prelu(x, *slopes));
    } else if (each == "FusedBatchNorm") {
      return node.builder.refuse("has a batch normalisation fused into it, which is not supported.");
    } else {
      MLSEC_TRY(x, node.builder.activation(x, each));
    }
  }
  return x;
}

/// Input 2 where a bias is fused; nullptr where none is.
Result<const Constant*> bias_of(const Node& node, const std::vector<std::string>& fused) {
  if (std::find(fused.begin(), fused.end(), "BiasAdd") == fused.end()) {
    if (!fused.empty() && node.inputs() > 2) return node.builder.refuse("has fused operations that are not supported.");
    return nullptr;
  }
  return node.constant(2);
}

/// Of images: the second and third of four numbers.
Integers middle(const Integers& list, std::int64_t otherwise) {
  return list.size() == 4 ? Integers{list[1], list[2]} : Integers{otherwise, otherwise};
}

Result<WindowOptions> window_of(const Node& node) {
  MLSEC_TRY_VOID(node.check_channels_last());
  WindowOptions window;
  const Integers strides = node.attributes().integers("strides"), dilations = node.attributes().integers("dilations");
  for (const Integers& list : {strides, dilations})
    if (list.size() == 4 ? list[0] != 1 || list[3] != 1 : !list.empty())
      return node.builder.refuse("must have strides and dilations over height and width only.");
  window.strides = middle(strides, 1);
  window.dilations = middle(dilations, 1);
  const std::string padding = node.attributes().text("padding", "VALID");
  if (padding == "SAME") {
    window.padding = Padding::same;
  } else if (padding == "EXPLICIT") {
    const Integers pads = node.attributes().integers("explicit_paddings");
    if (pads.size() != 8 || pads[0] != 0 || pads[1] != 0 || pads[6] != 0 || pads[7] != 0)
      return node.builder.refuse("must have explicit_paddings of height and width only.");
    window.padding = Padding::listed;
    window.pads = {pads[2], pads[4], pads[3], pads[5]};
  } else if (padding != "VALID") {
    return node.builder.refuse("has the padding", padding, ", which is not supported.");
  }
  return window;
}

Made convolution(const Node& node) {
  MLSEC_TRY(const Tracked* x, node.value(0));
  MLSEC_TRY(const Constant* kernel, node.constant(1));
  MLSEC_TRY(WindowOptions window, window_of(node));
  const std::vector<std::string> fused = node.attributes().texts("fused_ops");
  MLSEC_TRY(const Constant* bias, bias_of(node, fused));
  const bool depthwise = node.call.operation.find("Depthwise") != std::string_view::npos;
  MLSEC_TRY(Tracked made, node.builder.convolve(*x, *kernel, bias, std::move(window), depthwise));
  return node.made(add_fused(node, std::move(made), fused));
}

// Its input is the gradient of a convolution's output, as layers that enlarge images use it.
Made deconvolution(const Node& node) {
  MLSEC_TRY(const Integers sizes, node.integers(0));
  MLSEC_TRY(const Constant* kernel, node.constant(1));
  MLSEC_TRY(const Tracked* x, node.value(2));
  MLSEC_TRY(const WindowOptions window, window_of(node));
  MLSEC_TRY(Tracked made, node.builder.deconvolve(*x, *kernel, nullptr, window));
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (sizes.size() != 4 || sizes[axis + 1] != made.sample[axis])
      return node.builder.refuse("makes an image of another size than its window does.");
  return node.made(std::move(made));
}

Made pool(const Node& node) {
  MLSEC_TRY(const Tracked* x, node.value(0));
  MLSEC_TRY(WindowOptions window, window_of(node));
  const Integers size = node.attributes().integers("ksize");
  if (size.size() != 4 || size[0] != 1 || size[3] != 1)
    return node.builder.refuse("must have a window over height and width only.");
  if (window.padding == Padding::listed) return node.builder.refuse("has explicit_paddings, which are not supported.");
  window.kernel = middle(size, 1);
  return node.made(node.builder.pool(*x, node.onnx == "MaxPool", std::move(window)));
}

/// The last two axes exchanged.
Integers transposed_axes(std::size_t rank) {
  Integers axes;
  for (std::size_t axis = 0; axis < rank; ++axis) axes.push_back(static_cast<std::int64_t>(axis));
  std::swap(axes[rank - 2], axes[rank - 1]);
  return axes;
}

Result<Tracked> product_of_values(const Node& node, Tracked a, Tracked b, bool transposes_a, bool transposes_b) {
  if (a.rank() < 3 || a.rank() != b.rank())
    return node.builder.refuse("multiplies values that are not both matrices for each sample.");
  if (transposes_a) {
    MLSEC_TRY(a, node.builder.transpose(a, transposed_axes(a.rank())));
  }
  if (transposes_b) {
    MLSEC_TRY(b, node.builder.transpose(b, transposed_axes(b.rank())));
  }
  Shape sample = a.sample;
  const std::size_t last = sample.rank() - 1;
  bool fits = a.sample[last] == b.sample[last - 1];
  for (std::size_t axis = 0; axis + 1 < last; ++axis) fits = fits && a.sample[axis] == b.sample[axis];
  if (!fits)
    return node.builder.refuse(sentence({"cannot multiply ", to_text(a.sample), " by ", to_text(b.sample), "."}),
                               ErrorCode::shape_mismatch);
  sample[last] = b.sample[last];
  return node.builder.add("MatMul", {a.name, b.name}, sample);
}

Made product(const Node& node) {
  const bool batched = node.call.operation.starts_with("Batch");
  const bool transposes_a = node.attributes().flag(batched ? "adj_x" : "transpose_a", false),
             transposes_b = node.attributes().flag(batched ? "adj_y" : "transpose_b", false);
  MLSEC_TRY(const Tracked* x, node.value(0));
  const std::vector<std::string> fused = node.attributes().texts("fused_ops");
  if (node.inputs() > 1 && node.is_value(1)) {
    if (!fused.empty()) return node.builder.refuse("has fused operations that are not supported.");
    return node.made(product_of_values(node, *x, *node.input(1).value, transposes_a, transposes_b));
  }
  if (transposes_a) return node.builder.refuse("transposes the value, which is not supported.");
  MLSEC_TRY(const Constant* matrix, node.constant(1));
  if (matrix->shape.rank() != 2) return node.builder.refuse("must have a matrix as input 1.");
  MLSEC_TRY(const Constant* bias, bias_of(node, fused));
  MLSEC_TRY(Tracked made, node.builder.dense(*x, transposes_b ? permuted(*matrix, {1, 0}) : *matrix, bias));
  return node.made(add_fused(node, std::move(made), fused));
}

Made batch_norm(const Node& node) {
  MLSEC_TRY_VOID(node.check_channels_last());
  MLSEC_TRY(const Tracked* x, node.value(0));
  std::array<Constant, 4> statistics;
  for (std::size_t i = 0; i < 4; ++i) {
    MLSEC_TRY(const Constant* numbers, node.constant(i + 1));
    statistics[i] = *numbers;
  }
  if (x->rank() < 2) return node.builder.refuse("has no channels.");
  return node.made(
      node.builder.batch_norm(*x, x->rank() - 1, std::move(statistics), node.attributes().number("epsilon", 1e-4)));
}

Made reduction(const Node& node) {
  MLSEC_TRY(const Tracked* x, node.value(0));
  MLSEC_TRY(const Integers axes, node.integers(1));
  return node.made(node.builder.reduce(node.onnx, *x, axes, node.attributes().flag("keep_dims", false)));
}

Made unchanged(const Node& node) {
  if (node.inputs() < 1) return node.wrong_inputs();
  return node.input(0);
}

Made cast(const Node& node) {
  if (node.inputs() < 1) return node.wrong_inputs();
  const std::string_view type = node.attributes().type("DstT");
  const bool to_float = type == "DT_FLOAT", to_integer = type == "DT_INT32" || type == "DT_INT64";
  if (!to_float && !to_integer) return node.builder.refuse("casts to the type", type, ", which is not supported.");
  if (!node.is_value(0))
    return node.folded(to_float ? as_floats(node.input(0).constant) : as_integers(node.input(0).constant));
  Item result = node.input(0);
  result.whole = to_integer;
  return result;
}

/// Numbers of a list, the last of them repeated; false where one is none.
bool fill_from(const ValueList& list, Constant& constant) {
  const std::size_t count = constant.shape.count();
  for (std::size_t i = 0; i < count; ++i) {
    const Value& element = list[std::min(i, list.size() - 1)];
    if (const auto integer = integer_of(element); integer && is_integral(constant))
      constant.integers[i] = *integer;
    else if (const auto* number = element.as<double>(); number && !is_integral(constant))
      constant.floats[i] = static_cast<float>(*number);
    else
      return false;
  }
  return true;
}

/// A TensorProto, which files have that no converter wrote.
Made inline_constant(const Node& node) {
  const auto malformed = [&](std::string_view why) { return node.builder.refuse(why, ErrorCode::malformed); };
  const Value* tensor = node.attributes().find("value", "tensor");
  if (!tensor) return malformed("has no numbers in the manifest.");
  const std::string_view type = text_of(tensor->find("dtype"));
  const bool floats = type == "DT_FLOAT";
  if (!floats && type != "DT_INT32") return node.builder.refuse("holds the type", type, ", which is not supported.");
  Integers extents;
  for (const Value& dimension : list_of(find(*tensor, {"tensorShape", "dim"}))) {
    const Value* size = dimension.find("size");
    extents.push_back((size ? integer_of(*size) : std::nullopt).value_or(0));
  }
  if (extents.size() > Shape::max_rank ||
      std::any_of(extents.begin(), extents.end(), [](std::int64_t extent) { return extent < 1; }))
    return malformed("does not have a shape of at most 8 extents.");
  Constant constant{Shape(std::span<const std::int64_t>(extents)), {}, {}};
  const std::size_t count = constant.shape.count();
  MLSEC_TRY_VOID(node.allowance.take_constant(count, node.builder.subject()));
  const Value* content = tensor->find("tensorContent");
  const auto bytes = content ? bytes_of(*content) : std::nullopt;
  const ValueList& list = list_of(tensor->find(floats ? "floatVal" : "intVal"));
  if (bytes ? bytes->size() != 4 * count : list.empty() || list.size() > count)
    return malformed("has more or fewer numbers than its shape says.");
  if (floats)
    constant.floats.resize(count);
  else
    constant.integers.resize(count);
  if (!bytes) {
    if (!fill_from(list, constant)) return malformed("holds what is no number.");
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      std::int32_t integer;
      std::memcpy(floats ? static_cast<void*>(&constant.floats[i]) : &integer, bytes->data() + 4 * i, 4);
      if (!floats) constant.integers[i] = integer;
    }
  }
  if (!onnx::all_finite(constant.floats)) return node.builder.refuse("holds NaN or infinity.", ErrorCode::not_finite);
  return Item(std::move(constant));
}

Made constant(const Node& node) {
  const Weight* weight = node.weights.find(node.call.name);
  if (!weight) return inline_constant(node);
  MLSEC_TRY_VOID(node.allowance.take_constant(weight->shape.count(), node.builder.subject()));
  MLSEC_TRY(Constant numbers, node.weights.constant(*weight, node.builder.subject()));
  return Item(std::move(numbers));
}

Made shape(const Node& node) {
  if (node.inputs() < 1) return node.wrong_inputs();
  Integers extents;
  if (node.is_value(0)) extents.push_back(open_extent);
  const Shape& known = node.is_value(0) ? node.input(0).value->sample : node.input(0).constant.shape;
  extents.insert(extents.end(), known.begin(), known.end());
  const Shape shape{static_cast<std::int64_t>(extents.size())};
  return node.folded(Constant{shape, {}, std::move(extents)});
}

Made fill(const Node& node) {
  MLSEC_TRY(const Integers extents, node.integers(0));
  MLSEC_TRY(const Constant* number, node.constant(1));
  if (number->shape.count() != 1 || extents.size() > Shape::max_rank ||
      std::any_of(extents.begin(), extents.end(), [](std::int64_t extent) { return extent < 1; }))
    return node.not_foldable();
  Constant all{Shape(std::span<const std::int64_t>(extents)), {}, {}};
  const std::size_t count = all.shape.count();
  if (count > node.allowance.elements()) return node.not_foldable();
  if (is_integral(*number))
    all.integers.assign(count, number->integers[0]);
  else
    all.floats.assign(count, number->floats[0]);
  return node.folded(std::move(all));
}

/// The same elements in another shape, one extent of which may be -1.
Made reshape_constant(const Node& node, const Constant& x, Integers extents) {
  const auto size = static_cast<std::int64_t>(x.shape.count());
  std::int64_t known = 1, *open = nullptr;
  if (extents.size() > Shape::max_rank) return node.not_foldable();
  for (std::int64_t& extent : extents) {
    if (extent == -1 && !open)
      open = &extent;
    else if (extent < 1 || extent > size / known)
      return node.not_foldable();
    else
      known *= extent;
  }
  if (size % known != 0 || (!open && known != size)) return node.not_foldable();
  if (open) *open = size / known;
  Constant result = x;
  result.shape = Shape(std::span<const std::int64_t>(extents));
  return node.folded(std::move(result));
}

Made reshape(const Node& node) {
  MLSEC_TRY(Integers extents, node.integers(1));
  if (!node.is_value(0)) return reshape_constant(node, node.input(0).constant, std::move(extents));
  const Tracked& x = *node.input(0).value;
  if (extents.size() < 2) return node.builder.refuse("leaves no axis but the batch.");
  const bool keeps_batch =
      extents[0] == open_extent || extents[0] == -1 || (node.call.batch > 0 && extents[0] == node.call.batch);
  extents.erase(extents.begin());
  if (!keeps_batch || std::find(extents.begin(), extents.end(), open_extent) != extents.end())
    return node.builder.refuse("must leave the batch as its first axis.");
  return node.made(node.builder.reshape(x, std::move(extents)));
}

Made squeeze(const Node& node) {
  if (node.inputs() < 1) return node.wrong_inputs();
  const bool is_value = node.is_value(0);
  Integers extents;
  if (is_value) extents.push_back(-1);
  const Shape& shape = is_value ? node.input(0).value->sample : node.input(0).constant.shape;
  extents.insert(extents.end(), shape.begin(), shape.end());
  std::vector<bool> gone(extents.size(), false);
  Integers axes = node.attributes().integers("squeeze_dims");
  if (axes.empty()) axes = node.attributes().integers("axis");
  for (std::int64_t given : axes) {
    MLSEC_TRY(const std::size_t axis, node.place(given, extents.size()));
    if (extents[axis] != 1) return node.builder.refuse("names an axis that has more than one place.");
    gone[axis] = true;
  }
  Integers left;
  for (std::size_t axis = 0; axis < extents.size(); ++axis)
    if (axes.empty() ? extents[axis] != 1 : !gone[axis]) left.push_back(extents[axis]);
  if (!is_value) return reshape_constant(node, node.input(0).constant, std::move(left));
  left.erase(left.begin());
  return node.made(node.builder.reshape(*node.input(0).value, std::move(left)));
}

Result<Item> with_new_axis(const Node& node, const Item& x, std::int64_t given) {
  const Shape& shape = x.value ? x.value->sample : x.constant.shape;
  Integers extents(shape.begin(), shape.end());
  const std::size_t rank = extents.size() + (x.value ? 2 : 1);
  MLSEC_TRY(const std::size_t axis, node.place(given, rank));
  if (x.value && axis == 0) return node.builder.refuse("puts an axis before the batch, which is not supported.");
  extents.insert(extents.begin() + static_cast<std::ptrdiff_t>(x.value ? axis - 1 : axis), 1);
  if (!x.value) return reshape_constant(node, x.constant, std::move(extents));
  MLSEC_TRY(Item result, node.made(node.builder.reshape(*x.value, std::move(extents))));
  result.whole = x.whole;
  return result;
}

Made expand(const Node& node) {
  MLSEC_TRY(const std::int64_t axis, node.integer(1));
  return with_new_axis(node, node.input(0), axis);
}

Made transpose(const Node& node) {
  MLSEC_TRY(const Integers permutation, node.integers(1));
  if (node.is_value(0)) return node.made(node.builder.transpose(*node.input(0).value, permutation));
  Integers sorted = permutation;
  base::sort(sorted);
  for (std::size_t axis = 0; axis < sorted.size(); ++axis)
    if (sorted[axis] != static_cast<std::int64_t>(axis)) return node.not_foldable();
  if (sorted.size() != node.input(0).constant.shape.rank()) return node.not_foldable();
  return node.folded(permuted(node.input(0).constant, permutation));
}

Made pad(const Node& node) {
  MLSEC_TRY(const Tracked* x, node.value(0));
  MLSEC_TRY(const Constant* borders, node.constant(1));
  const std::size_t rank = x->rank();
  if (!is_integral(*borders) || borders->integers.size() != 2 * rank || borders->integers[0] != 0 ||
      borders->integers[1] != 0)
    return node.builder.refuse("must have two whole numbers for each axis, 0 for the batch.");
  Integers before, after;
  for (std::size_t axis = 1; axis < rank; ++axis) {
    before.push_back(borders->integers[2 * axis]);
    after.push_back(borders->integers[2 * axis + 1]);
  }
  if (node.call.operation == "MirrorPad") {
    if (node.attributes().text("mode", "") != "REFLECT")
      return node.builder.refuse("repeats the border itself, which is not supported.");
    return node.made(node.builder.pad(*x, before, after, "reflect"));
  }
  float value = 0;
  if (node.inputs() > 2) {
    MLSEC_TRY(value, node.number(2));
  }
  return node.made(node.builder.pad(*x, before, after, "constant", value));
}

Result<Item> join(const Node& node, const std::vector<Item>& items, std::int64_t axis) {
  std::vector<Tracked> values;
  std::vector<const Constant*> constants;
  for (const Item& item : items)
    if (item.value)
      values.push_back(*item.value);
    else
      constants.push_back(&item.constant);
  if (constants.empty()) return node.made(node.builder.concat(values, axis));
  if (!values.empty()) return node.builder.refuse("puts constants beside values, which is not supported.");
  MLSEC_TRY(const std::size_t place, node.place(axis, constants[0]->shape.rank()));
  return node.folded(joined(constants, place));
}

Made concat(const Node& node) {
  if (node.inputs() < 2) return node.wrong_inputs();
  MLSEC_TRY(const std::int64_t axis, node.integer(node.inputs() - 1));
  std::vector<Item> items;
  for (std::size_t i = 0; i + 1 < node.inputs(); ++i) items.push_back(node.input(i));
  return join(node, items, axis);
}

Made pack(const Node& node) {
  const std::int64_t axis = node.attributes().integer("axis", 0);
  std::vector<Item> items;
  for (std::size_t i = 0; i < node.inputs(); ++i) {
    MLSEC_TRY(items.emplace_back(), with_new_axis(node, node.input(i), axis));
  }
  if (items.empty()) return node.wrong_inputs();
  return join(node, items, axis);
}

/// What is taken of one axis.
struct Range {
  std::int64_t begin, end, step;
};

Result<Item> take_ranges(const Node& node, const Item& x, const std::vector<Range>& ranges) {
  if (!x.value) {
    std::vector<Integers> places;
    for (const Range& range : ranges) {
      places.emplace_back();
      for (std::int64_t at = range.begin; range.step > 0 ? at < range.end : at > range.end; at += range.step)
        places.back().push_back(at);
      if (places.back().empty()) return node.not_foldable();
    }
    return node.folded(taken(x.constant, places));
  }
  Tracked value = *x.value;
  for (std::size_t axis = 1; axis < ranges.size(); ++axis) {
    MLSEC_TRY(value, node.builder.slice(value, axis, ranges[axis].begin, ranges[axis].end, ranges[axis].step));
  }
  return Item(std::move(value));
}

/// The extents, the batch (1 there) with a value.
Integers extents_of(const Item& x) {
  const Shape& shape = x.value ? x.value->sample : x.constant.shape;
  Integers extents(shape.begin(), shape.end());
  if (x.value) extents.insert(extents.begin(), 1);
  return extents;
}

Made slice(const Node& node) {
  MLSEC_TRY(const Integers begins, node.integers(1));
  MLSEC_TRY(const Integers sizes, node.integers(2));
  const Item& x = node.input(0);
  const Integers extents = extents_of(x);
  if (begins.size() != extents.size() || sizes.size() != extents.size()) return node.wrong_inputs();
  std::vector<Range> ranges;
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    const bool batch = x.value && axis == 0;
    if (batch && (begins[0] != 0 || !(sizes[0] == -1 || sizes[0] == open_extent || sizes[0] == node.call.batch)))
      return node.builder.refuse("takes some samples of the batch, which is not supported.");
    if (batch) {
      ranges.push_back({0, 1, 1});
      continue;
    }
    const std::int64_t begin = begins[axis], extent = extents[axis];
    if (begin < 0 || begin >= extent || sizes[axis] < -1 || sizes[axis] == 0 || sizes[axis] > extent - begin)
      return node.builder.refuse("takes nothing, or more than there is.");
    ranges.push_back({begin, sizes[axis] == -1 ? extent : begin + sizes[axis], 1});
  }
  return take_ranges(node, x, ranges);
}

Made strided_slice(const Node& node) {
  MLSEC_TRY(const Integers begins, node.integers(1));
  MLSEC_TRY(const Integers ends, node.integers(2));
  MLSEC_TRY(const Integers steps, node.integers(3));
  const Item& x = node.input(0);
  const Integers extents = extents_of(x);
  if (begins.size() > extents.size() || ends.size() != begins.size() || steps.size() != begins.size())
    return node.builder.refuse("must have as many numbers of each kind as it cuts axes.");
  if (node.attributes().integer("ellipsis_mask", 0) != 0 || node.attributes().integer("new_axis_mask", 0) != 0)
    return node.builder.refuse("has an ellipsis or makes an axis, which is not supported.");
  const std::int64_t begin_mask = node.attributes().integer("begin_mask", 0),
                     end_mask = node.attributes().integer("end_mask", 0),
                     shrink_mask = node.attributes().integer("shrink_axis_mask", 0);
  std::vector<Range> ranges;
  Integers left;
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    const std::int64_t extent = extents[axis];
    if (axis >= begins.size()) {
      ranges.push_back({0, extent, 1});
      left.push_back(extent);
      continue;
    }
    const auto masked = [&](std::int64_t mask) { return (mask >> axis & 1) != 0; };
    const std::int64_t step = steps[axis];
    const bool from_start = masked(begin_mask) || begins[axis] == 0;
    if (x.value && axis == 0) {
      if (!from_start || masked(shrink_mask) || step != 1 ||
          !(masked(end_mask) || ends[0] == open_extent || (node.call.batch > 0 && ends[0] >= node.call.batch)))
        return node.builder.refuse("takes some samples of the batch, which is not supported.");
      ranges.push_back({0, 1, 1});
      left.push_back(-1);
      continue;
    }
    if (step == 0 || step > extent + 1 || (step < 0 && x.value) || step < -extent - 1 || begins[axis] == open_extent ||
        ends[axis] == open_extent)
      return node.builder.refuse("has steps that are not supported.");
    const auto inside = [&](std::int64_t place) {
      return std::clamp(place < 0 ? place + extent : place, step < 0 ? std::int64_t{-1} : 0,
                        step < 0 ? extent - 1 : extent);
    };
    Range range{inside(begins[axis]), inside(ends[axis]), step};
    if (masked(begin_mask)) range.begin = step < 0 ? extent - 1 : 0;
    if (masked(end_mask)) range.end = step < 0 ? -1 : extent;
    if (masked(shrink_mask)) {
      range.begin = begins[axis] < 0 ? begins[axis] + extent : begins[axis];
      if (range.begin < 0 || range.begin >= extent) return node.builder.refuse("takes a place that is not there.");
      range = {range.begin, range.begin + 1, 1};
    } else {
      left.push_back(-2);
    }
    ranges.push_back(range);
  }
  MLSEC_TRY(Item made, take_ranges(node, x, ranges));
  if (left.size() == extents.size()) return made;
  const Integers now = extents_of(made);
  Integers kept;
  for (std::size_t axis = x.value ? 1 : 0; axis < now.size(); ++axis)
    if (axis >= begins.size() || (shrink_mask >> axis & 1) == 0) kept.push_back(now[axis]);
  if (!made.value) return reshape_constant(node, made.constant, std::move(kept));
  return node.made(node.builder.reshape(*made.value, std::move(kept)));
}

Made gather(const Node& node) {
  std::int64_t given = 0;
  if (node.inputs() < 2) return node.wrong_inputs();
  if (node.inputs() > 2) {
    MLSEC_TRY(given, node.integer(2));
  }
  if (node.attributes().integer("batch_dims", 0) != 0)
    return node.builder.refuse("has batch_dims, which are not supported.");
  const Item &table = node.input(0), &indices = node.input(1);
  if (!table.value && indices.value) {
    if (given != 0 || !indices.whole) return node.builder.refuse("does not look up rows by whole numbers.");
    return node.made(node.builder.look_up(*indices.value, table.constant));
  }
  MLSEC_TRY(Integers places, node.integers(1));
  const bool keeps = indices.constant.shape.rank() == 1;
  const Integers extents = extents_of(table);
  MLSEC_TRY(const std::size_t axis, node.place(given, extents.size()));
  for (std::int64_t& place : places) {
    if (place < 0 || place >= extents[axis]) return node.builder.refuse("looks up a place that is not there.");
  }
  Integers left = extents;
  if (keeps)
    left[axis] = static_cast<std::int64_t>(places.size());
  else
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(axis));
  if (!table.value) {
    std::vector<Integers> all(extents.size());
    for (std::size_t other = 0; other < all.size(); ++other)
      for (std::int64_t at = 0; other != axis && at < extents[other]; ++at) all[other].push_back(at);
    all[axis] = std::move(places);
    return reshape_constant(node, taken(table.constant, all), std::move(left));
  }
  if (axis == 0) return node.builder.refuse("takes some samples of the batch, which is not supported.");
  Shape sample = table.value->sample;
  sample[axis - 1] = static_cast<std::int64_t>(places.size());
  MLSEC_TRY(const std::string name, node.builder.integers(std::move(places)));
  MLSEC_TRY(const Tracked made,
            node.builder.add("Gather", {table.value->name, name}, sample, {{"axis", static_cast<std::int64_t>(axis)}}));
  left.erase(left.begin());
  return node.made(node.builder.reshape(made, std::move(left)));
}

Made resize(const Node& node) {
  MLSEC_TRY(const Tracked* x, node.value(0));
  MLSEC_TRY(const Integers size, node.integers(1));
  if (size.size() != 2) return node.builder.refuse("must have a height and a width.");
  const bool centres = node.attributes().flag("half_pixel_centers", false),
             corners = node.attributes().flag("align_corners", false);
  if (centres && corners) return node.builder.refuse("cannot align both corners and centres.", ErrorCode::malformed);
  return node.made(node.builder.resize(
      *x, size[0], size[1], node.onnx == "linear" ? Interpolation::linear : Interpolation::nearest,
      corners ? Coordinates::align_corners : (centres ? Coordinates::half_pixel : Coordinates::asymmetric)));
}

struct Kind {
  std::string_view name;
  Made (*add)(const Node& node);
  std::string_view onnx = {};
};
constexpr Kind kinds[] = {{"Const", constant},
                          {"Identity", unchanged},
                          {"StopGradient", unchanged},
                          {"PreventGradient", unchanged},
                          {"Snapshot", unchanged},
                          {"CheckNumerics", unchanged},
                          {"Conv2D", convolution},
                          {"_FusedConv2D", convolution},
                          {"DepthwiseConv2dNative", convolution},
                          {"DepthwiseConv2d", convolution},
                          {"FusedDepthwiseConv2dNative", convolution},
                          {"Conv2DBackpropInput", deconvolution},
                          {"MatMul", product},
                          {"BatchMatMul", product},
                          {"BatchMatMulV2", product},
                          {"_FusedMatMul", product},
                          {"BiasAdd", bias_add},
                          {"BiasAddV1", bias_add},
                          {"Add", binary, "Add"},
                          {"AddV2", binary, "Add"},
                          {"AddN", sum},
                          {"Sub", binary, "Sub"},
                          {"Mul", binary, "Mul"},
                          {"RealDiv", binary, "Div"},
                          {"Div", binary, "Div"},
                          {"FloorDiv", binary, "FloorDiv"},
                          {"Maximum", binary, "Max"},
                          {"Minimum", binary, "Min"},
                          {"SquaredDifference", squared_difference},
                          {"Pow", pow},
                          {"Relu", unary, "Relu"},
                          {"Relu6", activation},
                          {"Elu", activation},
                          {"Selu", activation},
                          {"Sigmoid", activation},
                          {"Tanh", activation},
                          {"Softplus", activation},
                          {"Softsign", activation},
                          {"Softmax", activation},
                          {"LogSoftmax", activation},
                          {"LeakyRelu", leaky_relu},
                          {"Prelu", prelu},
                          {"Exp", unary, "Exp"},
                          {"Log", unary, "Log"},
                          {"Sqrt", unary, "Sqrt"},
                          {"Reciprocal", unary, "Reciprocal"},
                          {"Abs", unary, "Abs"},
                          {"Rsqrt", inverse_root},
                          {"Square", square},
                          {"Neg", negative},
                          {"ClipByValue", clip},
                          {"MaxPool", pool, "MaxPool"},
                          {"AvgPool", pool, "AveragePool"},
                          {"Mean", reduction, "ReduceMean"},
                          {"Sum", reduction, "ReduceSum"},
                          {"Max", reduction, "ReduceMax"},
                          {"Min", reduction, "ReduceMin"},
                          {"FusedBatchNorm", batch_norm},
                          {"FusedBatchNormV2", batch_norm},
                          {"FusedBatchNormV3", batch_norm},
                          {"Cast", cast},
                          {"Shape", shape},
                          {"Fill", fill},
                          {"Reshape", reshape},
                          {"Squeeze", squeeze},
                          {"ExpandDims", expand},
                          {"Transpose", transpose},
                          {"Pad", pad},
                          {"PadV2", pad},
                          {"MirrorPad", pad},
                          {"ConcatV2", concat},
                          {"Pack", pack},
                          {"Slice", slice},
                          {"StridedSlice", strided_slice},
                          {"GatherV2", gather},
                          {"Gather", gather},
                          {"ResizeBilinear", resize, "linear"},
                          {"ResizeNearestNeighbor", resize, "nearest"}};

/// Split, SplitV and Unpack.
Result<std::vector<Item>> add_parts(const Node& node) {
  const std::string_view operation = node.call.operation;
  const bool equal = operation == "Split", unpacks = operation == "Unpack";
  if (node.inputs() < (unpacks ? 1 : equal ? 2 : 3)) return node.wrong_inputs();
  const Item& x = node.input(equal ? 1 : 0);
  std::int64_t given = node.attributes().integer("axis", 0);
  if (!unpacks) {
    MLSEC_TRY(given, node.integer(equal ? 0 : 2));
  }
  const Integers extents = extents_of(x);
  MLSEC_TRY(const std::size_t axis, node.place(given, extents.size()));
  if (x.value && axis == 0) return node.builder.refuse("takes some samples of the batch, which is not supported.");
  const std::int64_t extent = extents[axis];
  Integers sizes;
  if (operation == "SplitV") {
    MLSEC_TRY(sizes, node.integers(1));
  } else {
    const std::int64_t parts = node.attributes().integer(unpacks ? "num" : "num_split", unpacks ? extent : 1);
    if (parts < 1 || extent % parts != 0 || (unpacks && parts != extent))
      return node.builder.refuse("has parts that do not fit its axis.");
    sizes.assign(static_cast<std::size_t>(parts), extent / parts);
  }
  std::vector<Item> items;
  std::int64_t begin = 0;
  for (std::int64_t size : sizes) {
    if (size < 1 || size > extent - begin) return node.builder.refuse("has parts that do not fit its axis.");
    std::vector<Range> ranges;
    for (std::int64_t other : extents) ranges.push_back({0, other, 1});
    ranges[axis] = {begin, begin + size, 1};
    begin += size;
    MLSEC_TRY(Item part, take_ranges(node, x, ranges));
    if (unpacks) {
      Integers left = extents;
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(axis));
      if (part.value) {
        left.erase(left.begin());
        MLSEC_TRY(part, node.made(node.builder.reshape(*part.value, std::move(left))));
      } else {
        MLSEC_TRY(part, reshape_constant(node, part.constant, std::move(left)));
      }
    }
    items.push_back(std::move(part));
  }
  if (begin != extent) return node.builder.refuse("has parts that do not fit its axis.");
  return items;
}

/// What passes whole numbers on to where they are looked up.
constexpr std::string_view of_whole_numbers[] = {"Identity", "Cast",   "Reshape", "Squeeze",     "ExpandDims",
                                                 "GatherV2", "Gather", "Shape",   "StopGradient"};

}  // namespace

Result<std::vector<Item>> add_node(NodeCall& call, GraphBuilder& builder, const Weights& weights,
                                   Allowance& allowance) {
  const auto is_operation = [&](std::string_view name) { return name == call.operation; };
  bool whole = std::any_of(call.inputs.begin(), call.inputs.end(), [](const Item* item) { return item->whole; });
  if (whole && std::none_of(std::begin(of_whole_numbers), std::end(of_whole_numbers), is_operation))
    return builder.refuse("computes with whole numbers, which can only be looked up.");
  whole = whole && !is_operation("Cast") && !is_operation("GatherV2") && !is_operation("Gather");

  Node node{call, builder, weights, allowance, {}};
  std::vector<Item> items;
  const Kind* found = nullptr;
  for (const Kind& kind : kinds)
    if (is_operation(kind.name)) found = &kind;
  if (found) {
    node.onnx = found->onnx;
    MLSEC_TRY(items.emplace_back(), found->add(node));
  } else if (is_operation("Split") || is_operation("SplitV") || is_operation("Unpack")) {
    MLSEC_TRY(items, add_parts(node));
  } else {
    return builder.refuse("is an operation that is not supported.");
  }
  if (!call.attributes.wrong().empty())
    return builder.refuse("has the attribute", call.attributes.wrong(), ", which is not of its type.",
                          ErrorCode::malformed);
  for (Item& item : items)
    if (item.value && whole) item.whole = true;
  return items;
}

}  // namespace mlsec::formats::tfjs
