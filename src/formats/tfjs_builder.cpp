#include "formats/tfjs_builder.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <utility>

#include "base/text.hpp"
#include "formats/onnx_folding.hpp"
#include "nn/operation.hpp"

namespace mlsec::formats::tfjs {

namespace {

Shape shape_of(const Integers& extents) { return Shape(std::span<const std::int64_t>(extents)); }

Integers extents_of(const Shape& shape) { return {shape.begin(), shape.end()}; }

bool moves_axes_only(std::string_view operation) { return operation == "Transpose"; }

}  // namespace

Tracked::Tracked() = default;
Tracked::Tracked(std::string given_name, const Shape& given_sample)
    : name(std::move(given_name)), sample(given_sample) {}
Tracked::Tracked(const Tracked&) = default;
Tracked::Tracked(Tracked&&) noexcept = default;
Tracked& Tracked::operator=(const Tracked&) = default;
Tracked& Tracked::operator=(Tracked&&) noexcept = default;
Tracked::~Tracked() = default;

WindowOptions::WindowOptions() = default;
WindowOptions::WindowOptions(const WindowOptions&) = default;
WindowOptions::WindowOptions(WindowOptions&&) noexcept = default;
WindowOptions& WindowOptions::operator=(WindowOptions&&) noexcept = default;
WindowOptions::~WindowOptions() = default;

Constant permuted(const Constant& constant, const Integers& permutation) {
  const std::size_t rank = constant.shape.rank();
  MLSEC_CHECK(permutation.size() == rank);
  Integers extents(rank), strides(rank, 1), steps(rank);
  for (std::size_t axis = rank; axis-- > 1;) strides[axis - 1] = strides[axis] * constant.shape[axis];
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const auto from = static_cast<std::size_t>(permutation[axis]);
    extents[axis] = constant.shape[from];
    steps[axis] = strides[from];
  }
  Constant result{shape_of(extents), {}, {}};
  const std::size_t count = constant.shape.count();
  const bool integral = constant.floats.empty();
  if (integral)
    result.integers.resize(count);
  else
    result.floats.resize(count);
  Integers at(rank, 0);
  std::int64_t place = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto from = static_cast<std::size_t>(place);
    if (integral)
      result.integers[i] = constant.integers[from];
    else
      result.floats[i] = constant.floats[from];
    for (std::size_t axis = rank; axis-- > 0;) {
      place += steps[axis];
      if (++at[axis] < extents[axis]) break;
      place -= steps[axis] * extents[axis];
      at[axis] = 0;
    }
  }
  return result;
}

Result<void> GraphBuilder::begin(std::string_view what, std::string_view name, std::string_view operation) {
  what_ = what;
  subject_ = name;
  operation_ = operation;
  named_ = false;
  MLSEC_TRY_VOID(allowance_.check_name(name));
  return allowance_.take_node();
}

Error GraphBuilder::refuse(std::string_view predicate, ErrorCode code) const {
  return onnx::refuse(code, subject(), predicate);
}

Error GraphBuilder::refuse(std::string_view predicate, std::string_view object, std::string_view rest,
                           ErrorCode code) const {
  return onnx::refuse(code, subject(), predicate, object, rest);
}

std::string GraphBuilder::unique(std::string name) {
  while (!names_.insert(name).second) name += "_" + std::to_string(++counts_[name]);
  return name;
}

Result<Tracked> GraphBuilder::input(std::string_view name, const Integers& extents) {
  if (extents.size() < 2 || extents.size() > 4)
    return refuse("must be images (batch x height x width x channels), vectors or lists of vectors.");
  const Integers sample(extents.begin() + 1, extents.end());
  if (std::any_of(sample.begin(), sample.end(), [](std::int64_t extent) { return extent < 1; }))
    return refuse("has extents that are not known.");
  if (shape_of(sample).count() > nn::maximum_elements)
    return refuse("has more than 67108864 values.", ErrorCode::too_large);
  Tracked value{unique(std::string(name)), shape_of(sample)};
  nn::ValueDescription description{value.name, {-1}, sample.size() == 3};
  description.extents.insert(description.extents.end(), sample.begin(), sample.end());
  graph_.inputs.push_back(std::move(description));
  return value;
}

Result<void> GraphBuilder::output(const Tracked& value) {
  nn::ValueDescription description{value.name, {-1}};
  description.extents.insert(description.extents.end(), value.sample.begin(), value.sample.end());
  // Two outputs that are one value get names of their own.
  for (const auto& other : graph_.outputs)
    if (other.name == description.name) {
      MLSEC_TRY(const Tracked copy, unary("Identity", value));
      description.name = copy.name;
      break;
    }
  graph_.outputs.push_back(std::move(description));
  return {};
}

Result<Tracked> GraphBuilder::add(std::string_view operation, std::vector<std::string> inputs, const Shape& sample,
                                  Attributes attributes) {
  MLSEC_TRY_VOID(allowance_.take_node());
  MLSEC_TRY_VOID(allowance_.take_entries(inputs.size() + attributes.size()));
  if (sample.rank() + 1 > Shape::max_rank) return refuse("makes a value of more than 8 axes.");
  if (std::any_of(sample.begin(), sample.end(), [](std::int64_t extent) { return extent < 1; }))
    return refuse("makes a value without elements.");
  if (sample.count() > nn::maximum_elements) return refuse("makes more than 67108864 values.", ErrorCode::too_large);
  std::string name = subject_;
  if (named_ || moves_axes_only(operation)) {
    name += '.';
    for (char c : operation) name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  } else {
    named_ = true;
  }
  name = unique(std::move(name));
  graph_.nodes.push_back({.operation = std::string(operation),
                          .name = name,
                          .inputs = std::move(inputs),
                          .outputs = {name},
                          .attributes = std::move(attributes)});
  return Tracked{std::move(name), sample};
}

Result<Tracked> GraphBuilder::add(std::string_view operation, std::vector<std::string> inputs, const Shape& sample,
                                  std::initializer_list<NodeOption> options) {
  Attributes attributes;
  for (const NodeOption& option : options) {
    nn::Attribute& attribute = attributes[std::string(option.name)];
    if (option.list)
      attribute = *option.list;
    else if (option.is_number)
      attribute = option.number;
    else if (option.is_text)
      attribute = std::string(option.text);
    else
      attribute = option.integer;
  }
  return add(operation, std::move(inputs), sample, std::move(attributes));
}

Result<Tracked> GraphBuilder::add(std::string_view operation, std::initializer_list<std::string_view> inputs,
                                  const Shape& sample, std::initializer_list<NodeOption> options) {
  return add(operation, std::vector<std::string>(inputs.begin(), inputs.end()), sample, options);
}

Result<Tracked> GraphBuilder::unary(std::string_view operation, const Tracked& x,
                                    std::initializer_list<NodeOption> options) {
  return add(operation, {std::string_view(x.name)}, x.sample, options);
}

Result<std::string> GraphBuilder::constant(Constant constant) {
  MLSEC_TRY_VOID(allowance_.take_constant(constant.shape.count(), subject()));
  if (constant.shape.count() == 0) return refuse("has a constant without elements.");
  std::string name = unique(subject_ + ".constant");
  graph_.constants.emplace(name, std::move(constant));
  return name;
}

Result<std::string> GraphBuilder::integers(Integers values) {
  const Shape shape{static_cast<std::int64_t>(values.size())};
  return constant({shape, {}, std::move(values)});
}

Result<std::string> GraphBuilder::number(float value) { return constant({Shape{}, {value}, {}}); }

Result<std::size_t> GraphBuilder::axis(std::int64_t given, std::size_t rank) const {
  const auto axes = static_cast<std::int64_t>(rank);
  const std::int64_t axis = given < 0 ? given + axes : given;
  if (axis < 1 || axis >= axes)
    return refuse(sentence({"works along axis ", given, ", and only axes behind the batch are supported."}));
  return static_cast<std::size_t>(axis);
}

Result<Tracked> GraphBuilder::transpose(const Tracked& x, const Integers& permutation) {
  std::vector<bool> taken(x.rank(), false);
  bool fits = permutation.size() == x.rank() && permutation[0] == 0;
  Shape sample = x.sample;
  for (std::size_t i = 0; fits && i < permutation.size(); ++i) {
    const std::int64_t axis = permutation[i];
    fits = axis >= 0 && axis < static_cast<std::int64_t>(x.rank()) && !taken[static_cast<std::size_t>(axis)];
    if (!fits) break;
    taken[static_cast<std::size_t>(axis)] = true;
    if (i > 0) sample[i - 1] = x.sample[static_cast<std::size_t>(axis) - 1];
  }
  if (!fits) return refuse("must name each axis once, the batch first.");
  if (std::is_sorted(permutation.begin(), permutation.end())) return x;
  return add("Transpose", {x.name}, sample, {{"perm", permutation}});
}

Result<Tracked> GraphBuilder::channels_first(const Tracked& x) {
  Integers permutation{0, static_cast<std::int64_t>(x.rank()) - 1};
  for (std::size_t axis = 1; axis + 1 < x.rank(); ++axis) permutation.push_back(static_cast<std::int64_t>(axis));
  return transpose(x, permutation);
}

Result<Tracked> GraphBuilder::channels_last(const Tracked& x) {
  Integers permutation{0};
  for (std::size_t axis = 2; axis < x.rank(); ++axis) permutation.push_back(static_cast<std::int64_t>(axis));
  permutation.push_back(1);
  return transpose(x, permutation);
}

namespace {

constexpr std::int64_t longest_window = 4096;

/// The places of a window along one axis; 0 where it does not fit.
std::int64_t places(std::int64_t extent, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                    Padding padding, std::int64_t before, std::int64_t after) {
  if (padding == Padding::same) return (extent + stride - 1) / stride;
  const std::int64_t room = extent + before + after - ((kernel - 1) * dilation + 1);
  return room < 0 ? 0 : room / stride + 1;
}

/// An image or line channels first, with the channels that come out, behind the window.
Result<Shape> fit(const GraphBuilder& builder, const Tracked& x, std::int64_t channels, const WindowOptions& options) {
  const std::size_t axes = options.kernel.size();
  if (x.sample.rank() != axes + 1)
    return builder.refuse(sentence({"must have ", axes + 2, " axes with the batch before it, not ", x.rank(), "."}));
  Shape sample = x.sample;
  sample[0] = channels;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const auto inside = [](std::int64_t number, std::int64_t least) {
      return number >= least && number <= longest_window;
    };
    const bool listed = options.padding == Padding::listed;
    const std::int64_t before = listed ? options.pads[axis] : 0, after = listed ? options.pads[axes + axis] : 0;
    if (!inside(options.kernel[axis], 1) || !inside(options.strides[axis], 1) || !inside(options.dilations[axis], 1) ||
        !inside(before, 0) || !inside(after, 0))
      return builder.refuse("has a window, a stride, a dilation or a padding beyond 4096, or none.");
    sample[axis + 1] = places(x.sample[axis + 1], options.kernel[axis], options.strides[axis], options.dilations[axis],
                              options.padding, before, after);
    if (sample[axis + 1] == 0) return builder.refuse("has a window that is larger than what it looks at.");
  }
  return sample;
}

GraphBuilder::Attributes attributes_of(const WindowOptions& options) {
  GraphBuilder::Attributes attributes{{"kernel_shape", options.kernel}, {"strides", options.strides}};
  if (options.padding == Padding::same)
    attributes["auto_pad"] = std::string("SAME_UPPER");
  else if (options.padding == Padding::listed)
    attributes["pads"] = options.pads;
  if (std::any_of(options.dilations.begin(), options.dilations.end(), [](auto dilation) { return dilation != 1; }))
    attributes["dilations"] = options.dilations;
  return attributes;
}

bool holds(const Constant& constant, std::int64_t count) {
  return constant.floats.size() == static_cast<std::size_t>(count);
}

}  // namespace

Result<Tracked> GraphBuilder::convolve(const Tracked& x, const Constant& kernel, const Constant* bias,
                                       WindowOptions options, bool depthwise) {
  const std::size_t axes = options.strides.size(), rank = axes + 2;
  if (kernel.shape.rank() != rank || kernel.floats.empty())
    return refuse(sentence({"must have a kernel of floats with ", rank, " axes."}));
  options.kernel.assign(kernel.shape.begin(), kernel.shape.begin() + axes);
  const std::int64_t inputs = kernel.shape[axes], last = kernel.shape[axes + 1];
  const std::int64_t outputs = depthwise ? inputs * last : last;
  MLSEC_TRY(const Tracked before, channels_first(x));
  MLSEC_TRY(const Shape sample, fit(*this, before, outputs, options));
  // A kernel with fewer inputs than there are channels is one of a convolution in groups.
  if (before.sample[0] % inputs != 0 || (depthwise && before.sample[0] != inputs))
    return refuse(sentence({"has a kernel for ", inputs, " channels, and its input has ", before.sample[0], "."}));
  if (bias && !holds(*bias, outputs)) return refuse("must have one bias for each filter.");
  Integers permutation{static_cast<std::int64_t>(axes) + 1, static_cast<std::int64_t>(axes)};
  if (depthwise) std::swap(permutation[0], permutation[1]);
  for (std::size_t axis = 0; axis < axes; ++axis) permutation.push_back(static_cast<std::int64_t>(axis));
  Constant ordered = permuted(kernel, permutation);
  if (depthwise) {
    ordered.shape[0] = outputs;
    ordered.shape[1] = 1;
  }
  std::vector<std::string> names{before.name};
  MLSEC_TRY(names.emplace_back(), constant(std::move(ordered)));
  if (bias) {
    MLSEC_TRY(names.emplace_back(), constant({Shape{outputs}, bias->floats, {}}));
  }
  Attributes attributes = attributes_of(options);
  if (const std::int64_t groups = depthwise ? inputs : before.sample[0] / inputs; groups != 1)
    attributes["group"] = groups;
  MLSEC_TRY(const Tracked made, add("Conv", std::move(names), sample, std::move(attributes)));
  return channels_last(made);
}

// Cut symmetrically, and a row and a column more at the end where that leaves one too many.
Result<Tracked> GraphBuilder::deconvolve(const Tracked& x, const Constant& kernel, const Constant* bias,
                                         const WindowOptions& options) {
  if (x.rank() != 4 || kernel.shape.rank() != 4 || kernel.floats.empty())
    return refuse("must have images before it and a kernel of floats with 4 axes.");
  const std::int64_t size = kernel.shape[0], stride = options.strides[0];
  if (kernel.shape[1] != size || options.strides[1] != stride || size > longest_window || stride < 1 ||
      stride > longest_window || options.dilations != Integers{1, 1})
    return refuse("must have a square kernel, equal strides and no dilation.");
  if (kernel.shape[3] != x.sample[2]) return refuse("has a kernel for another number of channels.");
  const std::int64_t filters = kernel.shape[2];
  if (bias && !holds(*bias, filters)) return refuse("must have one bias for each filter.");
  const std::int64_t surplus = size - stride, extra = std::max<std::int64_t>(0, -surplus);
  const bool same = options.padding == Padding::same;
  const std::int64_t crop = same && surplus > 0 ? surplus / 2 : 0;
  const auto grown = [&](std::int64_t extent) { return (extent - 1) * stride + size - 2 * crop + extra; };
  const auto wanted = [&](std::int64_t extent) { return same ? extent * stride : grown(extent); };
  MLSEC_TRY(const Tracked before, channels_first(x));
  std::vector<std::string> names{before.name};
  MLSEC_TRY(names.emplace_back(), constant(permuted(kernel, {3, 2, 0, 1})));
  if (bias) {
    MLSEC_TRY(names.emplace_back(), constant({Shape{filters}, bias->floats, {}}));
  }
  MLSEC_TRY(Tracked made, add("ConvTranspose", std::move(names), Shape{filters, grown(x.sample[0]), grown(x.sample[1])},
                              {{"kernel_shape", Integers{size, size}},
                               {"strides", Integers{stride, stride}},
                               {"pads", Integers(4, crop)},
                               {"output_padding", Integers{extra, extra}}}));
  for (std::size_t axis : {std::size_t{0}, std::size_t{1}})
    if (const std::int64_t extent = wanted(x.sample[axis]); extent < made.sample[axis + 1]) {
      MLSEC_TRY(made, slice(made, axis + 2, 0, extent));
    }
  return channels_last(made);
}

Result<Tracked> GraphBuilder::pool(const Tracked& x, bool largest, WindowOptions options) {
  options.dilations.assign(options.kernel.size(), 1);
  MLSEC_TRY(const Tracked before, channels_first(x));
  MLSEC_TRY(const Shape sample, fit(*this, before, before.sample.rank() > 0 ? before.sample[0] : 1, options));
  MLSEC_TRY(const Tracked made,
            add(largest ? "MaxPool" : "AveragePool", {before.name}, sample, attributes_of(options)));
  return channels_last(made);
}

Result<Tracked> GraphBuilder::dense(const Tracked& x, Constant kernel, const Constant* bias) {
  if (kernel.shape.rank() != 2 || kernel.floats.empty()) return refuse("must have a kernel of floats with 2 axes.");
  const std::int64_t outputs = kernel.shape[1];
  if (x.sample.rank() == 0 || x.sample.last() != kernel.shape[0])
    return refuse(
        sentence({"has a kernel for ", kernel.shape[0], " features, and its input has ", x.sample.last(), "."}));
  if (bias && !holds(*bias, outputs)) return refuse("must have one bias for each output.");
  Shape sample = x.sample;
  sample[sample.rank() - 1] = outputs;
  std::vector<std::string> names{x.name};
  MLSEC_TRY(names.emplace_back(), constant(std::move(kernel)));
  std::string bias_name;
  if (bias) {
    MLSEC_TRY(bias_name, constant({Shape{outputs}, bias->floats, {}}));
  }
  if (x.sample.rank() == 1) {
    if (bias) names.push_back(std::move(bias_name));
    return add("Gemm", std::move(names), sample);
  }
  MLSEC_TRY(Tracked product, add("MatMul", std::move(names), sample));
  if (!bias) return product;
  return add("Add", {product.name, bias_name}, sample);
}

namespace {

/// The extents to which both are broadcast, aligned at the last axis; nothing where they do not fit.
std::optional<Shape> broadcast(const Shape& a, const Shape& b) {
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  Shape result = longer;
  for (std::size_t back = 1; back <= shorter.rank(); ++back) {
    std::int64_t& extent = result[longer.rank() - back];
    const std::int64_t other = shorter[shorter.rank() - back];
    if (extent != other && extent != 1 && other != 1) return std::nullopt;
    if (extent == 1) extent = other;
  }
  return result;
}

}  // namespace

Result<Tracked> GraphBuilder::combine(std::string_view operation, const Tracked& a, const Tracked& b) {
  if (operation == "FloorDiv") return refuse("rounds quotients of values, which is not supported.");
  const auto sample = broadcast(a.sample, b.sample);
  if (!sample)
    return refuse(sentence({"cannot combine ", to_text(a.sample), " and ", to_text(b.sample), "."}),
                  ErrorCode::shape_mismatch);
  return add(operation, {a.name, b.name}, *sample);
}

Result<Tracked> GraphBuilder::combine(std::string_view operation, const Tracked& a, const Constant& b,
                                      bool constant_first) {
  if (operation == "FloorDiv") return refuse("rounds quotients of values, which is not supported.");
  Constant numbers = b;
  if (numbers.floats.empty())
    for (std::int64_t integer : b.integers) numbers.floats.push_back(static_cast<float>(integer));
  numbers.integers.clear();
  if (numbers.floats.size() == 1 && numbers.shape.rank() <= a.rank()) {
    if (operation == "Max") return clip(a, double{numbers.floats[0]}, std::numeric_limits<float>::max());
    if (operation == "Min") return clip(a, std::numeric_limits<float>::lowest(), double{numbers.floats[0]});
    numbers.shape = Shape();
  }
  // The constant's first axis may be the batch, of extent 1.
  Shape shape = numbers.shape;
  if (shape.rank() == a.rank() && shape[0] == 1) shape = Shape(std::span(shape.begin() + 1, shape.end()));
  const auto sample = broadcast(a.sample, shape);
  if (!sample || !(*sample == a.sample))
    return refuse(sentence({"cannot combine ", to_text(a.sample), " with a constant of ", to_text(numbers.shape), "."}),
                  ErrorCode::shape_mismatch);
  numbers.shape = shape;
  MLSEC_TRY(const std::string name, constant(std::move(numbers)));
  if (constant_first) return add(operation, {name, a.name}, a.sample);
  return add(operation, {a.name, name}, a.sample);
}

Result<Tracked> GraphBuilder::combine(std::string_view operation, const Tracked& a, float b, bool constant_first) {
  return combine(operation, a, Constant{Shape{}, {b}, {}}, constant_first);
}

Result<Tracked> GraphBuilder::clip(const Tracked& x, double minimum, double maximum) {
  if (minimum == 0 && maximum >= double{std::numeric_limits<float>::max()}) return unary("Relu", x);
  MLSEC_TRY(const std::string low, number(static_cast<float>(minimum)));
  MLSEC_TRY(const std::string high, number(static_cast<float>(maximum)));
  return add("Clip", {x.name, low, high}, x.sample);
}

Result<Tracked> GraphBuilder::activation(const Tracked& x, std::string_view given) {
  struct Plain {
    std::string_view name, operation;
  };
  // One node each, with the defaults of ONNX.
  static constexpr Plain plain[] = {
      {"relu", "Relu"},           {"sigmoid", "Sigmoid"},   {"tanh", "Tanh"},       {"elu", "Elu"},
      {"selu", "Selu"},           {"softplus", "Softplus"}, {"softmax", "Softmax"}, {"logsoftmax", "LogSoftmax"},
      {"exponential", "Exp"},     {"swish", "Swish"},       {"silu", "Swish"},      {"gelu", "Gelu"},
      {"hardswish", "HardSwish"}, {"hardsilu", "HardSwish"}};
  std::string name;
  for (char c : given)
    if (c != '_') name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const Plain& each : plain)
    if (name == each.name) return unary(each.operation, x);
  if (name.empty() || name == "linear") return x;
  if (name == "relu6") return clip(x, 0, 6);
  if (name == "gelunew") return unary("Gelu", x, {{"approximate", std::string_view("tanh")}});
  if (name == "hardsigmoid") return unary("HardSigmoid", x, {{"alpha", 0.2f}, {"beta", 0.5f}});
  if (name == "leakyrelu") return unary("LeakyRelu", x, {{"alpha", 0.2f}});
  if (name == "softsign") {
    MLSEC_TRY(Tracked size, unary("Abs", x));
    MLSEC_TRY(size, combine("Add", size, 1.0f));
    return combine("Div", x, size);
  }
  if (name == "mish") {
    MLSEC_TRY(Tracked share, unary("Softplus", x));
    MLSEC_TRY(share, unary("Tanh", share));
    return combine("Mul", x, share);
  }
  return refuse("has the activation", given, ", which is not supported.");
}

Result<Tracked> GraphBuilder::prelu(const Tracked& x, const Constant& slopes) {
  const std::size_t count = slopes.floats.size();
  const bool by_channel = x.sample.rank() > 0 && slopes.shape.rank() > 0 && slopes.shape.rank() <= x.rank() &&
                          slopes.shape.last() == x.sample.last() && holds(slopes, x.sample.last());
  if (count == 1 || by_channel) {
    MLSEC_TRY(const Tracked before, channels_first(x));
    Integers extents(x.sample.rank(), 1);
    if (by_channel) extents[0] = x.sample.last();
    MLSEC_TRY(const std::string name, constant({shape_of(extents), slopes.floats, {}}));
    MLSEC_TRY(const Tracked made, add("PRelu", {before.name, name}, before.sample));
    return channels_last(made);
  }
  // relu(x) - slopes relu(-x).
  MLSEC_TRY(const Tracked above, unary("Relu", x));
  MLSEC_TRY(Tracked below, combine("Mul", x, -1.0f));
  MLSEC_TRY(below, unary("Relu", below));
  MLSEC_TRY(below, combine("Mul", below, slopes));
  return combine("Sub", above, below);
}

Result<Tracked> GraphBuilder::batch_norm(const Tracked& x, std::size_t axis, std::array<Constant, 4> statistics,
                                         double epsilon) {
  const std::int64_t channels = x.sample[axis - 1];
  Integers there{0, static_cast<std::int64_t>(axis)}, back{0};
  for (std::size_t other = 1; other < x.rank(); ++other) {
    if (other != axis) there.push_back(static_cast<std::int64_t>(other));
    back.push_back(other == axis ? 1 : static_cast<std::int64_t>(other) + (other < axis ? 1 : 0));
  }
  MLSEC_TRY(const Tracked before, transpose(x, there));
  std::vector<std::string> names{before.name};
  for (Constant& each : statistics) {
    if (!holds(each, channels)) return refuse("must have one number of each kind for each channel.");
    MLSEC_TRY(names.emplace_back(), constant({Shape{channels}, std::move(each.floats), {}}));
  }
  MLSEC_TRY(const Tracked made,
            add("BatchNormalization", std::move(names), before.sample, {{"epsilon", static_cast<float>(epsilon)}}));
  return transpose(made, back);
}

Result<Tracked> GraphBuilder::reduce(std::string_view operation, const Tracked& x, const Integers& axes, bool keeps) {
  std::vector<bool> gone(x.rank(), false);
  Integers list;
  for (std::int64_t given : axes) {
    MLSEC_TRY(const std::size_t place, axis(given, x.rank()));
    if (gone[place]) return refuse("names an axis twice.");
    gone[place] = true;
    list.push_back(static_cast<std::int64_t>(place));
  }
  Integers extents, kept;
  for (std::size_t axis = 1; axis < x.rank(); ++axis) {
    if (!gone[axis]) extents.push_back(x.sample[axis - 1]);
    kept.push_back(gone[axis] ? 1 : x.sample[axis - 1]);
  }
  if (list.empty()) return x;
  if (extents.empty() && !keeps) return refuse("leaves no axis but the batch.");
  if (operation == "ReduceMin") {
    MLSEC_TRY(Tracked made, combine("Mul", x, -1.0f));
    MLSEC_TRY(made, reduce("ReduceMax", made, axes, keeps));
    return combine("Mul", made, -1.0f);
  }
  if (operation == "ReduceMean" && x.rank() == 4 && gone[1] && gone[2] && !gone[3]) {
    MLSEC_TRY(Tracked made, channels_first(x));
    MLSEC_TRY(made, add("GlobalAveragePool", {made.name}, Shape{made.sample[0], 1, 1}));
    if (keeps) return channels_last(made);
    return add("Flatten", {made.name}, shape_of(extents));
  }
  MLSEC_TRY(const std::string name, integers(std::move(list)));
  return add(operation, {x.name, name}, shape_of(keeps ? kept : extents), {{"keepdims", std::int64_t{keeps}}});
}

Result<Tracked> GraphBuilder::reshape(const Tracked& x, Integers extents) {
  const auto size = static_cast<std::int64_t>(x.sample.count());
  if (extents.empty() || extents.size() >= Shape::max_rank)
    return refuse("makes no axes behind the batch, or too many.");
  std::int64_t known = 1, *open = nullptr;
  const auto misfit = [&] {
    return refuse(sentence({"cannot give ", to_text(x.sample), " its shape."}), ErrorCode::shape_mismatch);
  };
  for (std::int64_t& extent : extents) {
    if (extent == -1 && !open)
      open = &extent;
    else if (extent < 1 || extent > size / known)
      return misfit();
    else
      known *= extent;
  }
  if (size % known != 0 || (!open && known != size)) return misfit();
  if (open) *open = size / known;
  const Shape sample = shape_of(extents);
  if (sample == x.sample) return x;
  if (extents.size() == 1) return add("Flatten", {x.name}, sample);
  extents.insert(extents.begin(), 0);  // the batch as it is
  MLSEC_TRY(const std::string name, integers(std::move(extents)));
  return add("Reshape", {x.name, name}, sample);
}

Result<Tracked> GraphBuilder::concat(const std::vector<Tracked>& values, std::int64_t given) {
  if (values.empty()) return refuse("has nothing to put side by side.", ErrorCode::malformed);
  if (values.size() == 1) return values[0];
  MLSEC_TRY(const std::size_t place, axis(given, values[0].rank()));
  Shape sample = values[0].sample;
  sample[place - 1] = 0;
  std::vector<std::string> names;
  for (const Tracked& value : values) {
    Shape others = value.sample;
    if (value.rank() == values[0].rank()) others[place - 1] = sample[place - 1];
    if (!(others == sample))
      return refuse(
          sentence({"cannot put ", to_text(values[0].sample), " and ", to_text(value.sample), " side by side."}),
          ErrorCode::shape_mismatch);
    sample[place - 1] += value.sample[place - 1];
    names.push_back(value.name);
  }
  return add("Concat", std::move(names), sample, {{"axis", static_cast<std::int64_t>(place)}});
}

Result<Tracked> GraphBuilder::slice(const Tracked& x, std::size_t axis, std::int64_t begin, std::int64_t end,
                                    std::int64_t step) {
  Shape sample = x.sample;
  std::int64_t& extent = sample[axis - 1];
  if (begin == 0 && end == extent && step == 1) return x;
  if (begin < 0 || begin >= end || end > extent || step < 1) return refuse("takes nothing, or more than there is.");
  extent = (end - begin - 1) / step + 1;
  std::vector<std::string> names{x.name};
  for (const std::int64_t number : {begin, end, static_cast<std::int64_t>(axis), step}) {
    MLSEC_TRY(names.emplace_back(), integers({number}));
  }
  return add("Slice", std::move(names), sample);
}

Result<Tracked> GraphBuilder::pad(const Tracked& x, const Integers& before, const Integers& after,
                                  std::string_view mode, float value) {
  constexpr std::int64_t most = 65536;
  Shape sample = x.sample;
  Integers pads{0};
  bool none = true;
  for (std::size_t axis = 0; axis < sample.rank(); ++axis) {
    if (before[axis] < 0 || after[axis] < 0 || before[axis] > most || after[axis] > most)
      return refuse("pads by less than nothing, or by more than 65536.");
    none = none && before[axis] == 0 && after[axis] == 0;
    sample[axis] += before[axis] + after[axis];
  }
  if (none) return x;
  pads.insert(pads.end(), before.begin(), before.end());
  pads.push_back(0);
  pads.insert(pads.end(), after.begin(), after.end());
  MLSEC_TRY(const std::string list, integers(std::move(pads)));
  MLSEC_TRY(const std::string filling, number(value));
  return add("Pad", {x.name, list, filling}, sample, {{"mode", mode}});
}

Result<Tracked> GraphBuilder::resize(const Tracked& x, std::int64_t height, std::int64_t width,
                                     Interpolation interpolation, Coordinates coordinates) {
  if (x.rank() != 4) return refuse("must have images before it.");
  if (height < 1 || width < 1 || height > longest_window || width > longest_window)
    return refuse("makes images of more than 4096 rows or columns, or of none.");
  if (height == x.sample[0] && width == x.sample[1]) return x;
  MLSEC_TRY(const Tracked before, channels_first(x));
  MLSEC_TRY(const std::string sizes, integers({height, width}));
  const bool linear = interpolation == Interpolation::linear;
  Attributes attributes{{"axes", Integers{2, 3}}, {"mode", std::string(linear ? "linear" : "nearest")}};
  constexpr std::string_view transformations[] = {"asymmetric", "half_pixel", "align_corners"};
  attributes["coordinate_transformation_mode"] = std::string(transformations[static_cast<std::size_t>(coordinates)]);
  if (!linear)
    attributes["nearest_mode"] = std::string(coordinates == Coordinates::asymmetric ? "floor" : "round_prefer_ceil");
  MLSEC_TRY(const Tracked made,
            add("Resize", {before.name, "", "", sizes}, Shape{before.sample[0], height, width}, std::move(attributes)));
  return channels_last(made);
}

Result<Tracked> GraphBuilder::look_up(const Tracked& x, const Constant& table) {
  if (table.shape.rank() != 2 || table.floats.empty()) return refuse("must have a table of floats with 2 axes.");
  constexpr std::int64_t int64 = 7;
  MLSEC_TRY(const std::string name, constant(Constant(table)));
  Integers extents = extents_of(x.sample);
  extents.push_back(table.shape[1]);
  if (extents.size() >= Shape::max_rank) return refuse("makes a value of more than 8 axes.");
  MLSEC_TRY(const Tracked tokens, unary("Cast", x, {{"to", int64}}));
  return add("Gather", {name, tokens.name}, shape_of(extents), {{"axis", std::int64_t{0}}});
}

Result<nn::GraphDescription> GraphBuilder::finish() && { return onnx::fold(std::move(graph_), allowance_); }

}  // namespace mlsec::formats::tfjs
