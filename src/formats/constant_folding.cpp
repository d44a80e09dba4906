#include "formats/constant_folding.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/text.hpp"
#include "formats/graph_network.hpp"
#include "nn/operations/quantise.hpp"

namespace mlsec::formats {

namespace {

using nn::Constant;
using nn::GraphDescription;
using nn::NodeContext;
using nn::NodeDescription;

/// A small constant while shapes are computed: numbers in double, in which whole ones up to 2^53 are exact.
struct Numbers {
  Shape shape;
  std::vector<double> values;
  bool whole = false;
};

Numbers numbers_of(const Constant& constant) {
  if (!constant.integers.empty()) return {constant.shape, {constant.integers.begin(), constant.integers.end()}, true};
  return {constant.shape, {constant.floats.begin(), constant.floats.end()}, false};
}

Result<Constant> constant_of(const NodeContext& context, Numbers numbers) {
  Constant constant{numbers.shape, {}, {}};
  for (double value : numbers.values) {
    constexpr double limit = 0x1p53;
    if (!std::isfinite(value) || (numbers.whole && std::fabs(value) > limit))
      return context.refuse("it computes numbers that are too large");
    if (numbers.whole)
      constant.integers.push_back(static_cast<std::int64_t>(value));
    else
      constant.floats.push_back(static_cast<float>(value));
  }
  return constant;
}

using Answer = Result<std::optional<Numbers>>;

std::size_t place(std::int64_t index, std::size_t size, std::size_t most) {
  const auto extent = static_cast<std::int64_t>(size);
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(index < 0 ? index + extent : index, 0, static_cast<std::int64_t>(most)));
}

Answer arithmetic(const NodeContext& context, const Numbers& a, const Numbers& b) {
  if (a.values.size() != 1 && b.values.size() != 1 && !(a.shape == b.shape)) return std::optional<Numbers>();
  if (a.whole != b.whole) return std::optional<Numbers>();
  const bool first_larger =
      a.values.size() > b.values.size() || (a.values.size() == b.values.size() && a.shape.rank() >= b.shape.rank());
  Numbers result{first_larger ? a.shape : b.shape, {}, a.whole};
  const std::string& operation = context.node().operation;
  for (std::size_t i = 0; i < result.shape.count(); ++i) {
    const double x = a.values[a.values.size() == 1 ? 0 : i], y = b.values[b.values.size() == 1 ? 0 : i];
    double value = 0;
    if (operation == "Add")
      value = x + y;
    else if (operation == "Sub")
      value = x - y;
    else if (operation == "Mul")
      value = x * y;
    else if (y == 0)
      return context.refuse("it divides by zero");
    else
      value = a.whole ? std::trunc(x / y) : x / y;
    result.values.push_back(value);
  }
  return std::optional(std::move(result));
}

/// Lists, and single numbers, as shapes are computed of them; nothing where a node is something else.
Answer of_lists(const NodeContext& context) {
  const std::string& operation = context.node().operation;
  std::vector<Numbers> inputs;
  for (std::size_t i = 0; i < context.node().inputs.size(); ++i) {
    const Constant* constant = context.constant(i);
    if (!constant || constant->shape.rank() > 1) return std::optional<Numbers>();
    inputs.push_back(numbers_of(*constant));
  }
  if (inputs.empty()) return std::optional<Numbers>();
  Numbers& first = inputs[0];
  const auto size = static_cast<std::int64_t>(first.values.size());
  const auto is = [&](std::string_view name) { return operation == name; };

  if ((is("Add") || is("Sub") || is("Mul") || is("Div")) && inputs.size() == 2)
    return arithmetic(context, inputs[0], inputs[1]);
  if (is("Floor") || is("Ceil")) {
    for (double& value : first.values) value = is("Floor") ? std::floor(value) : std::ceil(value);
    return std::optional(std::move(first));
  }
  if (is("Cast")) {
    constexpr std::int64_t float32 = 1, float16 = 10, float64 = 11;
    const std::int64_t type = context.integer("to", 0);
    first.whole = type != float32 && type != float64 && type != float16;
    if (first.whole)
      for (double& value : first.values) value = std::trunc(value);
    return std::optional(std::move(first));
  }
  if (is("Unsqueeze") && first.shape.rank() == 0) {
    first.shape = Shape{1};
    return std::optional(std::move(first));
  }
  if (is("Squeeze") && size == 1) {
    first.shape = Shape{};
    return std::optional(std::move(first));
  }
  if (is("Concat")) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i].shape.rank() != 1 || inputs[i].whole != first.whole) return std::optional<Numbers>();
      if (i > 0) first.values.insert(first.values.end(), inputs[i].values.begin(), inputs[i].values.end());
    }
    first.shape = Shape{static_cast<std::int64_t>(first.values.size())};
    return std::optional(std::move(first));
  }
  if (is("Gather") && inputs.size() == 2 && inputs[1].whole && first.shape.rank() == 1) {
    Numbers result{inputs[1].shape, {}, first.whole};
    for (double index : inputs[1].values) {
      const auto extent = static_cast<double>(size);
      if (index < -extent || index >= extent) return context.refuse("its indices are not those of its constant");
      result.values.push_back(
          first.values[place(static_cast<std::int64_t>(index), first.values.size(), first.values.size() - 1)]);
    }
    return std::optional(std::move(result));
  }
  if (is("Slice") && first.shape.rank() == 1) {
    MLSEC_TRY(const auto begins, context.list("starts", 1));
    MLSEC_TRY(const auto ends, context.list("ends", 2));
    MLSEC_TRY(const auto steps, context.list("steps", 4));
    if (!begins || !ends || begins->size() != 1 || ends->size() != 1 ||
        (steps && (steps->size() != 1 || (*steps)[0] != 1)))
      return std::optional<Numbers>();
    const std::size_t begin = place((*begins)[0], first.values.size(), first.values.size());
    const std::size_t end = place((*ends)[0], first.values.size(), first.values.size());
    if (end <= begin) return context.refuse("it leaves nothing of its constant");
    first.values = {first.values.begin() + static_cast<std::ptrdiff_t>(begin),
                    first.values.begin() + static_cast<std::ptrdiff_t>(end)};
    first.shape = Shape{static_cast<std::int64_t>(first.values.size())};
    return std::optional(std::move(first));
  }
  return std::optional<Numbers>();
}

/// Scales and zero points of x: one of each for all, or one for each place along an axis, which lies `inner` apart.
struct Scales {
  const Constant *scale, *zero;
  std::size_t inner = 1;

  std::size_t which(std::size_t i) const { return i / inner % scale->floats.size(); }
  double origin(std::size_t i) const { return zero ? static_cast<double>(zero->integers[which(i)]) : 0; }
};

Result<Scales> scales_of(const NodeContext& context, const Constant& x) {
  Scales scales{context.constant(1), context.constant(2)};
  const Constant *scale = scales.scale, *zero = scales.zero;
  if (!scale || scale->floats.empty() || (zero && zero->integers.size() != scale->floats.size()))
    return context.refuse("it takes numbers, a scale and a zero point");
  const std::size_t count = scale->floats.size();
  if (count == 1) return scales;
  const std::int64_t given = context.integer("axis", 1), rank = static_cast<std::int64_t>(x.shape.rank());
  const std::int64_t axis = given < 0 ? given + rank : given;
  if (axis < 0 || axis >= rank || static_cast<std::size_t>(x.shape[static_cast<std::size_t>(axis)]) != count)
    return context.refuse("its scales do not fit its axis");
  for (auto behind = static_cast<std::size_t>(axis) + 1; behind < x.shape.rank(); ++behind)
    scales.inner *= static_cast<std::size_t>(x.shape[behind]);
  return scales;
}

/// (x - zero point) scale.
Result<Constant> dequantised(const NodeContext& context) {
  const Constant* x = context.constant(0);
  if (!x || x->integers.empty()) return context.refuse("it takes whole numbers, a scale and a zero point");
  MLSEC_TRY(const Scales scales, scales_of(context, *x));
  Constant result{x->shape, {}, {}};
  result.floats.reserve(x->integers.size());
  for (std::size_t i = 0; i < x->integers.size(); ++i)
    result.floats.push_back(static_cast<float>(static_cast<double>(x->integers[i]) - scales.origin(i)) *
                            scales.scale->floats[scales.which(i)]);
  return result;
}

/// x / scale + zero point, rounded to the nearest of 8 bits, ties to the even one.
Result<Constant> quantised(const NodeContext& context) {
  const Constant* x = context.constant(0);
  if (!x || x->floats.empty()) return context.refuse("it takes numbers, a scale and a zero point");
  MLSEC_TRY(const Scales scales, scales_of(context, *x));
  MLSEC_TRY(const nn::ByteRange range, nn::range_of_quantised(context));
  Constant result{x->shape, {}, {}};
  for (std::size_t i = 0; i < x->floats.size(); ++i) {
    const double step = std::nearbyint(double{x->floats[i] / scales.scale->floats[scales.which(i)]}) + scales.origin(i);
    if (std::isnan(step)) return context.refuse("it divides by zero");
    result.integers.push_back(static_cast<std::int64_t>(
        std::clamp<double>(step, static_cast<double>(range.lowest), static_cast<double>(range.highest))));
  }
  return result;
}

Error too_many_values(const NodeDescription& node) {
  return {ErrorCode::too_large, "model",
          sentence({"The model's constants have more than 16777216 values once ", node.outputs[0], " is computed."})};
}

/// A tensor of one number, as large as the list of extents says.
Result<Constant> filled(const NodeContext& context, std::size_t most) {
  MLSEC_TRY(const auto extents, context.list("shape", 0));
  if (!extents || extents->size() > Shape::max_rank ||
      std::any_of(extents->begin(), extents->end(), [](auto extent) { return extent < 1; }))
    return context.refuse("its extents must be a constant list of up to eight positive numbers");
  Constant result{Shape(std::span<const std::int64_t>(*extents)), {}, {}};
  if (result.shape.count() > most) return too_many_values(context.node());
  const auto found = context.node().attributes.find("value");
  const Constant* value = found == context.node().attributes.end() ? nullptr : std::get_if<Constant>(&found->second);
  if (value && value->integers.size() == 1)
    result.integers.assign(result.shape.count(), value->integers[0]);
  else
    result.floats.assign(result.shape.count(), value && value->floats.size() == 1 ? value->floats[0] : 0.0f);
  return result;
}

/// Whether what it gives are numbers of its first input, so that whole ones stay whole.
bool moves_numbers(const NodeDescription& node) {
  constexpr std::array<std::string_view, 6> names{"Reshape", "Transpose", "Slice", "Squeeze", "Unsqueeze", "Expand"};
  return std::find(names.begin(), names.end(), node.operation) != names.end();
}

/// Whether float32 has them exactly; false where there are none.
bool all_are_small(const std::vector<std::int64_t>& numbers) {
  constexpr std::int64_t limit = 1 << 24;
  return !numbers.empty() && std::all_of(numbers.begin(), numbers.end(),
                                         [](std::int64_t number) { return number >= -limit && number <= limit; });
}

/// The node by the operations themselves, as a network of it alone; its first input, or all, being the network's.
Result<Constant> computed(const NodeDescription& node, const GraphDescription& graph, bool all, std::size_t most) {
  GraphDescription alone;
  alone.operators = graph.operators;
  alone.nodes = {node};
  std::vector<float> values;
  const bool whole = moves_numbers(node) && all_are_small(graph.constants.find(node.inputs[0])->second.integers);
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.inputs[i].empty()) continue;
    const Constant& constant = graph.constants.find(node.inputs[i])->second;
    const std::string name = "input " + std::to_string(i);
    alone.nodes[0].inputs[i] = name;
    if ((i > 0 && !all) || (constant.floats.empty() && !(whole && i == 0))) {
      alone.constants[name] = constant;
      continue;
    }
    alone.inputs.push_back({name, {constant.shape.begin(), constant.shape.end()}});
    values.insert(values.end(), constant.floats.begin(), constant.floats.end());
    for (std::int64_t number : constant.integers) values.push_back(static_cast<float>(number));
  }
  alone.outputs.push_back({node.outputs[0], {}});
  MLSEC_TRY(nn::Network network, network_of(alone, FirstAxis::sample));
  if (network.output_shape().count() > most) return too_many_values(node);
  nn::Workspace workspace;
  network.forward(1, values.data(), workspace);
  const Tensor& output = workspace.values.back();
  const Shape& shape = network.output_shape();
  if (!whole) return Constant{shape, {output.data(), output.data() + shape.count()}, {}};
  Constant result{shape, {}, {}};
  for (std::size_t i = 0; i < shape.count(); ++i)
    result.integers.push_back(static_cast<std::int64_t>(output.data()[i]));
  return result;
}

}  // namespace

Result<Constant> shape_of(const NodeContext& context) {
  std::vector<std::int64_t> extents = context.extents();
  if (context.batch_axes() > 0) extents.insert(extents.begin(), 1);
  const std::size_t begin = place(context.integer("start", 0), extents.size(), extents.size());
  const std::size_t end =
      context.has("end") ? place(context.integer("end", 0), extents.size(), extents.size()) : extents.size();
  if (end <= begin) return context.refuse("it takes no extents");
  std::vector<std::int64_t> some(extents.begin() + static_cast<std::ptrdiff_t>(begin),
                                 extents.begin() + static_cast<std::ptrdiff_t>(end));
  const Shape shape{static_cast<std::int64_t>(some.size())};
  return Constant{shape, {}, std::move(some)};
}

Result<bool> fold_node(const NodeDescription& node, GraphDescription& graph, std::size_t most) {
  if (node.inputs.empty() || node.outputs.size() != 1) return false;
  // Looked at before anything is copied: a constant may be given to a node as often as one likes.
  std::size_t given = 0;
  for (const std::string& input : node.inputs)
    if (const auto found = graph.constants.find(input); found != graph.constants.end())
      given += found->second.shape.count();
  if (given > most_folded_elements) return too_many_values(node);
  nn::Network none{Shape{1}};
  const NodeContext context(graph, node, none, {{}}, {0}, false);
  MLSEC_TRY(auto numbers, of_lists(context));
  Constant constant;
  if (numbers) {
    MLSEC_TRY(constant, constant_of(context, std::move(*numbers)));
  } else if (node.operation == "DequantizeLinear") {
    MLSEC_TRY(constant, dequantised(context));
  } else if (node.operation == "QuantizeLinear") {
    MLSEC_TRY(constant, quantised(context));
  } else if (node.operation == "ConstantOfShape") {
    MLSEC_TRY(constant, filled(context, most));
  } else if (const Constant* first = context.constant(0);
             first && first->shape.rank() > 0 && (!first->floats.empty() || moves_numbers(node))) {
    auto alone = computed(node, graph, false, most);
    if (!alone.ok()) alone = computed(node, graph, true, most);
    MLSEC_TRY(constant, std::move(alone));
  } else {
    return false;
  }
  if (constant.shape.count() > most) return too_many_values(node);
  graph.constants.insert_or_assign(node.outputs[0], std::move(constant));
  return true;
}

}  // namespace mlsec::formats
