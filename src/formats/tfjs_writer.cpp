#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/sort.hpp"
#include "base/text.hpp"
#include "formats/onnx_error.hpp"
#include "formats/tfjs.hpp"
#include "formats/tfjs_builder.hpp"
#include "formats/tfjs_text.hpp"

namespace mlsec::formats {
namespace tfjs {
namespace {

using nn::GraphDescription;
using nn::NodeDescription;

/// A value by its names in the GraphDef, one for each order in which it stands there: as in the graph, and with the
/// axis behind the batch as the last one. One of them at least is not empty; both are the same up to one axis.
struct Written {
  Shape sample;  // in the graph's order
  std::string first, last;

  std::size_t rank() const { return sample.rank() + 1; }
  bool is_plain() const { return sample.rank() < 2; }

  // Out of line, for the size of the WebAssembly.
  Written(const Shape& sample, std::string first, std::string last);
  Written(Written&&) noexcept;
  Written& operator=(Written&&) noexcept;
  ~Written();
};

Written::Written(const Shape& given, std::string as_first, std::string as_last)
    : sample(given), first(std::move(as_first)), last(std::move(as_last)) {}
Written::Written(Written&&) noexcept = default;
Written& Written::operator=(Written&&) noexcept = default;
Written::~Written() = default;

/// One of the two.
struct Ordered {
  std::string name;
  bool last;
};

constexpr float lowest = std::numeric_limits<float>::lowest();

Shape shape_of(const Integers& extents) { return Shape(std::span<const std::int64_t>(extents)); }

/// What a window does along one axis.
struct Span {
  std::int64_t extent, kernel, stride, dilation, before, after, places;

  std::int64_t reach() const { return (kernel - 1) * dilation + 1; }
  /// How far windows go beyond what is padded.
  std::int64_t overhang() const {
    return std::max<std::int64_t>(0, (places - 1) * stride + reach() - extent - before - after);
  }
  bool is_valid() const { return before == 0 && after == 0 && overhang() == 0; }
  bool is_same() const {
    const std::int64_t positions = (extent + stride - 1) / stride;
    const std::int64_t needed = std::max<std::int64_t>(0, (positions - 1) * stride + reach() - extent);
    return places == positions && before == needed / 2 && after + overhang() == needed - needed / 2;
  }
};

class Writer {
 public:
  Writer(const GraphDescription& graph, Precision precision) : graph_(graph), text_(precision) {}

  Result<TfjsFiles> write() {
    for (const auto& input : graph_.inputs) MLSEC_TRY_VOID(add_input(input));
    for (const NodeDescription& node : graph_.nodes) {
      node_ = &node;
      if (node.outputs.size() != 1) return refuse("must have one output.");
      MLSEC_TRY(Written made, add());
      values_.insert_or_assign(node.outputs[0], std::move(made));
    }
    std::string outputs;
    for (const auto& output : graph_.outputs) {
      const auto found = values_.find(output.name);
      if (found == values_.end())
        return onnx::refuse(ErrorCode::malformed, {"output", output.name}, "is made by no node.");
      add_signature(outputs, output.name, text_.node(output.name, "Identity", {first(found->second)}),
                    found->second.sample);
    }
    if (text_.out_of_range())
      return onnx::refuse(ErrorCode::out_of_range,
                          "The model holds numbers beyond 65504, the largest of float16, or NaN.");
    return TfjsFiles{json(outputs), std::move(text_).take_bytes()};
  }

 private:
  using Made = Result<Written>;

  Error refuse(std::string_view why) const {
    return onnx::refuse(ErrorCode::unsupported, onnx::subject_of(*node_), why);
  }
  Error misfit() const {
    return onnx::refuse(ErrorCode::shape_mismatch, onnx::subject_of(*node_), "does not fit its input.");
  }

  std::string json(const std::string& outputs) const {
    std::string metadata;
    for (const auto& [key, value] : graph_.metadata)
      metadata += (metadata.empty() ? "" : ",") + quoted(key) + ":" + quoted(value);
    return sentence(
        {R"({"format":"graph-model","generatedBy":"mlsec","convertedBy":null,"signature":{"inputs":{)", inputs_,
         R"(},"outputs":{)", outputs, R"(}},"userDefinedMetadata":{)", metadata, "},\n\"modelTopology\":{\"node\":[",
         text_.nodes(),
         "],\"library\":{},\"versions\":{}},\n\"weightsManifest\":[{\"paths\":[\"weights.bin\"],\"weights\":[",
         text_.weights(), "]}]}"});
  }

  static void add_signature(std::string& list, const std::string& name, const std::string& node, const Shape& sample) {
    std::string dimensions = R"({"size":"-1"})";
    for (std::int64_t extent : sample) dimensions += ",{\"size\":\"" + std::to_string(extent) + "\"}";
    if (!list.empty()) list += ',';
    list += sentence(
        {quoted(name), R"(:{"name":")", node, R"(:0","dtype":"DT_FLOAT","tensorShape":{"dim":[)", dimensions, "]}}"});
  }

  Result<void> add_input(const nn::ValueDescription& input) {
    const Integers sample(input.extents.begin() + std::min<std::ptrdiff_t>(1, std::ssize(input.extents)),
                          input.extents.end());
    if (sample.empty() || sample.size() >= Shape::max_rank ||
        std::any_of(sample.begin(), sample.end(), [](std::int64_t extent) { return extent < 1; }))
      return onnx::refuse(ErrorCode::unsupported, {"input", input.name}, "does not have known extents.");
    Written value{shape_of(sample), {}, {}};
    const bool images = sample.size() == 3;
    const Shape placed = images && !input.channels_last ? last_sample(value.sample) : value.sample;
    const std::string name = text_.placeholder(input.name, placed);
    (images && !input.channels_last ? value.last : value.first) = name;
    add_signature(inputs_, input.name, name, placed);
    values_.emplace(input.name, std::move(value));
    return {};
  }

  // Layout.

  static Shape last_sample(const Shape& sample) {
    Shape result = sample;
    for (std::size_t axis = 0; axis + 1 < sample.rank(); ++axis) result[axis] = sample[axis + 1];
    if (sample.rank() > 0) result[sample.rank() - 1] = sample[0];
    return result;
  }

  /// Where an axis of the graph, counted with the batch, is.
  static std::int64_t axis_of(std::size_t axis, std::size_t rank, bool last) {
    const auto i = [](std::size_t value) { return static_cast<std::int64_t>(value); };
    return !last || axis == 0 ? i(axis) : (axis == 1 ? i(rank) - 1 : i(axis) - 1);
  }

  std::string transposed(const std::string& name, const Integers& permutation) {
    const Shape shape{static_cast<std::int64_t>(permutation.size())};
    return text_.node(name + "/transposed", "Transpose", {name, text_.integers(name + "/perm", shape, permutation)});
  }

  const std::string& first(Written& value) {
    if (value.first.empty() && value.is_plain()) value.first = value.last;
    if (value.first.empty()) {
      Integers permutation{0, static_cast<std::int64_t>(value.rank()) - 1};
      for (std::size_t axis = 1; axis + 1 < value.rank(); ++axis)
        permutation.push_back(static_cast<std::int64_t>(axis));
      value.first = transposed(value.last, permutation);
    }
    return value.first;
  }

  const std::string& last(Written& value) {
    if (value.last.empty() && value.is_plain()) value.last = value.first;
    if (value.last.empty()) {
      Integers permutation{0};
      for (std::size_t axis = 2; axis < value.rank(); ++axis) permutation.push_back(static_cast<std::int64_t>(axis));
      permutation.push_back(1);
      value.last = transposed(value.first, permutation);
    }
    return value.last;
  }

  Ordered either(const Written& value) const {
    return value.last.empty() ? Ordered{value.first, false} : Ordered{value.last, true};
  }

  static Written made(const Shape& sample, std::string name, bool last) {
    Written value{sample, {}, {}};
    (last ? value.last : value.first) = std::move(name);
    return value;
  }

  // Parts of the node.

  const nn::Attribute* attribute(std::string_view name) const {
    const auto found = node_->attributes.find(name);
    return found == node_->attributes.end() ? nullptr : &found->second;
  }
  template <class T>
  T option(std::string_view name, T otherwise) const {
    const nn::Attribute* found = attribute(name);
    const T* value = found ? std::get_if<T>(found) : nullptr;
    return value ? *value : otherwise;
  }
  std::int64_t integer(std::string_view name, std::int64_t otherwise) const { return option(name, otherwise); }
  Integers integers(std::string_view name, Integers otherwise) const { return option(name, std::move(otherwise)); }

  bool present(std::size_t i) const { return i < node_->inputs.size() && !node_->inputs[i].empty(); }
  const Constant* constant(std::size_t i) const {
    if (!present(i)) return nullptr;
    const auto found = graph_.constants.find(node_->inputs[i]);
    return found == graph_.constants.end() ? nullptr : &found->second;
  }
  Result<const Constant*> floats(std::size_t i, std::size_t rank) const {
    const Constant* found = constant(i);
    if (!found || found->floats.empty() || found->shape.rank() != rank)
      return refuse(sentence({"must have floats with ", rank, " axes as input ", i, "."}));
    return found;
  }
  Result<Written*> value(std::size_t i) {
    const auto found = present(i) ? values_.find(node_->inputs[i]) : values_.end();
    if (found == values_.end()) return refuse(sentence({"must have a value as input ", i, "."}));
    return &found->second;
  }
  /// A list that is an attribute or a constant input.
  std::optional<Integers> list(std::string_view name, std::size_t i) const {
    if (attribute(name)) return integers(name, {});
    const Constant* found = constant(i);
    return found ? std::optional(found->integers) : std::nullopt;
  }
  Result<std::size_t> axis(std::int64_t given, std::size_t rank) const {
    const auto axes = static_cast<std::int64_t>(rank);
    const std::int64_t axis = given < 0 ? given + axes : given;
    if (axis < 1 || axis >= axes) return refuse("works along an axis that is not behind the batch.");
    return static_cast<std::size_t>(axis);
  }

  /// The name of the node itself goes to the last node that is made for it, others get more.
  std::string own() const { return node_->name.empty() ? node_->outputs[0] : node_->name; }
  std::string part(const char* what) const { return own() + "/" + what; }

  std::string number(float value) { return text_.floats(part("number"), Shape(), {value}); }
  std::string numbers(const std::vector<float>& values) {
    return text_.floats(part("numbers"), Shape{static_cast<std::int64_t>(values.size())}, values);
  }
  std::string whole(const Integers& values) {
    return text_.integers(part("list"), Shape{static_cast<std::int64_t>(values.size())}, values);
  }
  std::string reshaped(const std::string& name, const Shape& sample) {
    Integers extents{-1};
    extents.insert(extents.end(), sample.begin(), sample.end());
    return text_.node(part("reshaped"), "Reshape", {name, whole(extents)});
  }
  std::string step(std::string_view operation, std::initializer_list<std::string_view> inputs) {
    return text_.node(part("step"), operation, inputs);
  }

  // Windows. A line is an image of one row.

  /// Batch x height x width x channels, or whatever comes nearest to it.
  std::string image(Written& x) {
    const Shape& s = x.sample;
    if (s.rank() == 3) return last(x);
    return reshaped(last(x), s.rank() == 2 ? Shape{1, s[1], s[0]} : Shape{1, 1, s[0]});
  }
  Written from_image(std::string name, const Shape& sample) {
    if (sample.rank() < 3) name = reshaped(name, last_sample(sample));
    return made(sample, std::move(name), true);
  }

  Result<std::vector<Span>> spans(const Shape& sample, const Integers& kernel) const {
    const std::size_t axes = kernel.size();
    if ((axes != 1 && axes != 2) || sample.rank() != axes + 1) return misfit();
    const Integers strides = integers("strides", Integers(axes, 1)),
                   dilations = integers("dilations", Integers(axes, 1)), pads = integers("pads", Integers(2 * axes, 0));
    const auto automatic = option<std::string>("auto_pad", "NOTSET");
    if (strides.size() != axes || dilations.size() != axes || pads.size() != 2 * axes) return misfit();
    if (automatic != "NOTSET" && automatic != "VALID" && automatic != "SAME_UPPER")
      return refuse("pads automatically in a way that is not supported.");
    std::vector<Span> result;
    if (axes == 1) result.push_back({1, 1, 1, 1, 0, 0, 1});
    for (std::size_t i = 0; i < axes; ++i) {
      Span span{sample[i + 1], kernel[i], strides[i], dilations[i], pads[i], pads[axes + i], 0};
      if (span.kernel < 1 || span.stride < 1 || span.dilation < 1 || span.before < 0 || span.after < 0 ||
          std::max({span.kernel, span.stride, span.dilation, span.before, span.after}) > 4096)
        return misfit();
      if (automatic == "SAME_UPPER") {
        span.places = (span.extent + span.stride - 1) / span.stride;
        const std::int64_t needed =
            std::max<std::int64_t>(0, (span.places - 1) * span.stride + span.reach() - span.extent);
        span.before = needed / 2;
        span.after = needed - needed / 2;
      } else {
        const std::int64_t room = span.extent + span.before + span.after - span.reach();
        if (room < 0) return misfit();
        span.places = room / span.stride + 1;
        const bool more = integer("ceil_mode", 0) != 0 && room % span.stride != 0 &&
                          span.places * span.stride < span.extent + span.before;
        if (more) ++span.places;
      }
      result.push_back(span);
    }
    return result;
  }

  static Shape placed(const std::vector<Span>& spans, std::int64_t channels, std::size_t axes) {
    return axes == 1 ? Shape{channels, spans[1].places} : Shape{channels, spans[0].places, spans[1].places};
  }

  /// An image with a border of a number.
  std::string padded(const std::string& image, const std::vector<Span>& spans, float value) {
    if (spans[0].is_valid() && spans[1].is_valid()) return image;
    const Integers borders{0,
                           0,
                           spans[0].before,
                           spans[0].after + spans[0].overhang(),
                           spans[1].before,
                           spans[1].after + spans[1].overhang(),
                           0,
                           0};
    return step("PadV2", {image, text_.integers(part("borders"), Shape{4, 2}, borders), number(value)});
  }

  /// A kernel outputs x inputs x height x width with zeros between its taps, which then is dilated by nothing.
  static Constant spread(const Constant& kernel, Span& vertical, Span& horizontal) {
    const Shape& from = kernel.shape;
    Constant result{Shape{from[0], from[1], vertical.reach(), horizontal.reach()}, {}, {}};
    result.floats.resize(result.shape.count());
    for (std::size_t i = 0; i < kernel.floats.size(); ++i) {
      const auto at = static_cast<std::int64_t>(i), x = at % from[3], y = at / from[3] % from[2],
                 filter = at / from[3] / from[2];
      result.floats[static_cast<std::size_t>((filter * result.shape[2] + y * vertical.dilation) * result.shape[3] +
                                             x * horizontal.dilation)] = kernel.floats[i];
    }
    for (Span* span : {&vertical, &horizontal}) {
      span->kernel = span->reach();
      span->dilation = 1;
    }
    return result;
  }

  Made convolution() {
    MLSEC_TRY(Written * x, value(0));
    const std::size_t axes = x->sample.rank() - 1;
    MLSEC_TRY(const Constant* kernel, floats(1, axes + 2));
    MLSEC_TRY(std::vector<Span> windows, spans(x->sample, {kernel->shape.begin() + 2, kernel->shape.end()}));
    const std::int64_t groups = integer("group", 1), outputs = kernel->shape[0], inputs = kernel->shape[1];
    if (groups < 1 || inputs * groups != x->sample[0] || outputs % groups != 0) return misfit();
    const bool strided = windows[0].stride > 1 || windows[1].stride > 1,
               dilated = windows[0].dilation > 1 || windows[1].dilation > 1;
    std::optional<std::vector<float>> bias;
    if (present(2)) {
      MLSEC_TRY(const Constant* given, floats(2, 1));
      if (given->floats.size() != static_cast<std::size_t>(outputs)) return misfit();
      bias = given->floats;
    }
    Constant ordered = *kernel;
    if (axes == 1) ordered.shape = Shape{outputs, inputs, 1, kernel->shape[2]};
    // TensorFlow.js takes strides or dilations, not both.
    if (strided && dilated) ordered = spread(ordered, windows[0], windows[1]);
    const bool depthwise = inputs == 1 && groups > 1;
    ordered = permuted(ordered, depthwise ? Integers{2, 3, 0, 1} : Integers{2, 3, 1, 0});
    if (depthwise) ordered.shape = Shape{ordered.shape[0], ordered.shape[1], groups, outputs / groups};
    const bool same = windows[0].is_same() && windows[1].is_same();
    const std::string from = same ? image(*x) : padded(image(*x), windows, 0);
    const auto convolve = [&](const std::string& input, const Constant& weights, const std::vector<float>* offsets) {
      std::vector<std::string> names{input, text_.floats(part("kernel"), weights.shape, weights.floats)};
      std::string_view operation = depthwise ? "DepthwiseConv2dNative" : "Conv2D";
      if (offsets) {
        names.push_back(numbers(*offsets));
        operation = depthwise ? "FusedDepthwiseConv2dNative" : "_FusedConv2D";
      }
      return text_.node(
          own(), operation, names,
          {text_attribute("padding", same ? "SAME" : "VALID"), text_attribute("data_format", "NHWC"),
           window_attribute("strides", windows[0].stride, windows[1].stride),
           window_attribute("dilations", windows[0].dilation, windows[1].dilation),
           texts_attribute("fused_ops", offsets ? "BiasAdd" : ""), integer_attribute("num_args", offsets ? 1 : 0)});
    };
    const Shape sample = placed(windows, outputs, axes);
    if (groups == 1 || depthwise) return from_image(convolve(from, ordered, bias ? &*bias : nullptr), sample);
    return from_image(convolve_in_groups(from, ordered, bias, groups, convolve), sample);
  }

  /// Each group by itself, then side by side.
  template <class Convolve>
  std::string convolve_in_groups(const std::string& from, const Constant& kernel,
                                 const std::optional<std::vector<float>>& bias, std::int64_t groups,
                                 Convolve convolve) {
    const std::int64_t each = kernel.shape[3] / groups;
    const std::string parts = text_.node(part("parts"), "Split", {text_.integers(part("axis"), Shape(), {3}), from},
                                         {integer_attribute("num_split", groups)});
    std::vector<std::string> made;
    for (std::int64_t group = 0; group < groups; ++group) {
      Constant own{Shape{kernel.shape[0], kernel.shape[1], kernel.shape[2], each}, {}, {}};
      for (std::size_t i = 0; i < kernel.floats.size(); ++i)
        if (static_cast<std::int64_t>(i) % kernel.shape[3] / each == group) own.floats.push_back(kernel.floats[i]);
      std::vector<float> offsets;
      if (bias) offsets.assign(bias->data() + group * each, bias->data() + (group + 1) * each);
      made.push_back(
          convolve(group == 0 ? parts : parts + ":" + std::to_string(group), own, bias ? &offsets : nullptr));
    }
    made.push_back(text_.integers(part("axis"), Shape(), {3}));
    return text_.node(part("joined"), "ConcatV2", made, {integer_attribute("N", groups)});
  }

  // Without cropping first, then cut and padded to what is wanted.
  Made deconvolution() {
    MLSEC_TRY(Written * x, value(0));
    MLSEC_TRY(const Constant* kernel, floats(1, 4));
    const Integers strides = integers("strides", {1, 1}), pads = integers("pads", {0, 0, 0, 0}),
                   extra = integers("output_padding", {0, 0});
    if (x->sample.rank() != 3 || x->sample[0] != kernel->shape[0] || strides.size() != 2 || pads.size() != 4 ||
        extra.size() != 2 || integer("group", 1) != 1 || integers("dilations", {1, 1}) != Integers{1, 1} ||
        option<std::string>("auto_pad", "NOTSET") != "NOTSET" || attribute("output_shape"))
      return refuse("has a form that is not supported.");
    const std::int64_t filters = kernel->shape[1];
    const std::string from = last(*x);
    Shape full{0, 0, filters}, sample{filters, 0, 0};
    Integers begins{0}, sizes{-1}, borders{0, 0};
    bool cuts = false, pads_more = false;
    for (std::size_t i = 0; i < 2; ++i) {
      const std::int64_t size = kernel->shape[i + 2], extent = x->sample[i + 1], before = pads[i];
      full[i] = (extent - 1) * strides[i] + std::max(size, strides[i]);
      const std::int64_t wanted = (extent - 1) * strides[i] + size - before - pads[i + 2] + extra[i];
      const std::int64_t kept = std::min(wanted, full[i] - before);
      if (before < 0 || kept < 1) return misfit();
      sample[i + 1] = wanted;
      begins.push_back(before);
      sizes.push_back(kept);
      borders.insert(borders.end(), {0, wanted - kept});
      cuts = cuts || before != 0 || kept != full[i];
      pads_more = pads_more || wanted != kept;
    }
    const std::string shape = step("Shape", {from});
    const std::string batch = text_.node(
        part("batch"), "StridedSlice", {shape, whole({0}), whole({1}), whole({1})},
        {integer_attribute("begin_mask", 0), integer_attribute("end_mask", 0), integer_attribute("ellipsis_mask", 0),
         integer_attribute("new_axis_mask", 0), integer_attribute("shrink_axis_mask", 1)});
    std::vector<std::string> extents{batch};
    for (std::int64_t extent : full) extents.push_back(text_.integers(part("extent"), Shape(), {extent}));
    const std::string wanted =
        text_.node(part("shape"), "Pack", extents, {integer_attribute("axis", 0), integer_attribute("N", 4)});
    const Constant ordered = permuted(*kernel, {2, 3, 1, 0});
    std::string name = text_.node(
        own(), "Conv2DBackpropInput", {wanted, text_.floats(part("kernel"), ordered.shape, ordered.floats), from},
        {text_attribute("padding", "VALID"), text_attribute("data_format", "NHWC"),
         window_attribute("strides", strides[0], strides[1]), window_attribute("dilations", 1, 1)});
    if (cuts) {
      begins.push_back(0);
      sizes.push_back(-1);
      name = step("Slice", {name, whole(begins), whole(sizes)});
    }
    if (pads_more) {
      borders.insert(borders.end(), {0, 0});
      name = step("PadV2", {name, text_.integers(part("borders"), Shape{4, 2}, borders), number(0)});
    }
    if (present(2)) {
      MLSEC_TRY(const Constant* bias, floats(2, 1));
      name =
          text_.node(part("bias"), "BiasAdd", {name, numbers(bias->floats)}, {text_attribute("data_format", "NHWC")});
    }
    return made(sample, std::move(name), true);
  }

  Made pool() {
    MLSEC_TRY(Written * x, value(0));
    const bool largest = node_->operation == "MaxPool";
    const Integers kernel = integers("kernel_shape", {});
    MLSEC_TRY(const std::vector<Span> windows, spans(x->sample, kernel));
    if (windows[0].dilation > 1 || windows[1].dilation > 1) return refuse("has dilations, which are not supported.");
    const bool counts_padding = integer("count_include_pad", 0) != 0;
    const bool same = windows[0].is_same() && windows[1].is_same() && (largest || !counts_padding);
    const std::string from = same ? image(*x) : padded(image(*x), windows, largest ? lowest : 0);
    std::string name =
        text_.node(own(), largest ? "MaxPool" : "AvgPool", {from},
                   {text_attribute("padding", same ? "SAME" : "VALID"), text_attribute("data_format", "NHWC"),
                    window_attribute("ksize", windows[0].kernel, windows[1].kernel),
                    window_attribute("strides", windows[0].stride, windows[1].stride)});
    if (!largest && !same) name = mended(std::move(name), windows, counts_padding);
    return from_image(std::move(name), placed(windows, x->sample[0], kernel.size()));
  }

  /// Means were taken of whole windows; those of which a part does not count become larger.
  std::string mended(std::string name, const std::vector<Span>& windows, bool counts_padding) {
    const auto counted = [&](const Span& span, std::int64_t place) {
      const std::int64_t begin = place * span.stride - span.before, low = counts_padding ? -span.before : 0,
                         high = span.extent + (counts_padding ? span.after : 0);
      return std::max<std::int64_t>(1, std::min(begin + span.kernel, high) - std::max(begin, low));
    };
    std::vector<float> factors;
    bool none = true;
    for (std::int64_t y = 0; y < windows[0].places; ++y)
      for (std::int64_t x = 0; x < windows[1].places; ++x) {
        factors.push_back(static_cast<float>(static_cast<double>(windows[0].kernel * windows[1].kernel) /
                                             static_cast<double>(counted(windows[0], y) * counted(windows[1], x))));
        none = none && factors.back() == 1;
      }
    if (none) return name;
    return step("Mul", {name, text_.floats(part("shares"), Shape{windows[0].places, windows[1].places, 1}, factors)});
  }

  Made global_pool() {
    MLSEC_TRY(Written * x, value(0));
    if (x->sample.rank() != 3) return refuse("must have images before it.");
    return made(Shape{x->sample[0], 1, 1},
                text_.node(own(), "Mean", {last(*x), whole({1, 2})}, {flag_attribute("keep_dims", true)}), true);
  }

  // Matrices.

  Made dense() {
    MLSEC_TRY(Written * x, value(0));
    if (node_->operation == "MatMul" && !constant(1)) return product_of_values();
    MLSEC_TRY(const Constant* matrix, floats(1, 2));
    if (integer("transA", 0) != 0 || option("alpha", 1.0f) != 1 || option("beta", 1.0f) != 1)
      return refuse("must have the defaults of transA, alpha and beta.");
    const bool transposes = integer("transB", 0) != 0;
    if (x->sample.rank() == 0 || x->sample.last() != matrix->shape[transposes ? 1 : 0]) return misfit();
    Shape sample = x->sample;
    sample[sample.rank() - 1] = matrix->shape[transposes ? 0 : 1];
    std::vector<std::string> names{first(*x), text_.floats(part("kernel"), matrix->shape, matrix->floats)};
    if (sample.rank() > 1) {
      if (transposes || present(2)) return refuse("must have vectors before it.");
      return made(
          sample,
          text_.node(own(), "BatchMatMulV2", names, {flag_attribute("adj_x", false), flag_attribute("adj_y", false)}),
          false);
    }
    const TextOption a = flag_attribute("transpose_a", false), b = flag_attribute("transpose_b", transposes);
    if (!present(2)) return made(sample, text_.node(own(), "MatMul", names, {a, b}), false);
    const Constant* bias = constant(2);
    if (!bias || bias->floats.size() != static_cast<std::size_t>(sample.last()))
      return refuse("must have one bias for each output.");
    names.push_back(numbers(bias->floats));
    return made(sample,
                text_.node(own(), "_FusedMatMul", names,
                           {a, b, texts_attribute("fused_ops", "BiasAdd"), integer_attribute("num_args", 1)}),
                false);
  }

  Made product_of_values() {
    MLSEC_TRY(Written * a, value(0));
    MLSEC_TRY(Written * b, value(1));
    if (a->rank() != b->rank() || a->rank() < 3 || a->sample.last() != b->sample[b->sample.rank() - 2]) return misfit();
    Shape sample = a->sample;
    sample[sample.rank() - 1] = b->sample.last();
    return made(sample,
                text_.node(own(), "BatchMatMulV2", {first(*a), first(*b)},
                           {flag_attribute("adj_x", false), flag_attribute("adj_y", false)}),
                false);
  }

  // Arithmetic.

  /// A constant as it stands beside a value, broadcast to all its axes with the batch.
  std::string beside(const Constant& numbers, std::size_t rank, bool last) {
    if (numbers.floats.size() == 1) return number(numbers.floats[0]);
    Constant placed = numbers;
    Integers extents(numbers.shape.begin(), numbers.shape.end());
    while (extents.size() < rank) extents.insert(extents.begin(), 1);
    placed.shape = shape_of(extents);
    if (last && rank > 2) {
      Integers permutation{0};
      for (std::size_t axis = 2; axis < rank; ++axis) permutation.push_back(static_cast<std::int64_t>(axis));
      permutation.push_back(1);
      placed = permuted(placed, permutation);
    }
    return text_.floats(part("operand"), placed.shape, placed.floats);
  }

  Made arithmetic(std::string_view operation) {
    const std::size_t count = node_->inputs.size();
    std::vector<Written*> values;
    bool all_last = true, same_rank = true;
    Shape sample;
    for (std::size_t i = 0; i < count; ++i) {
      if (constant(i)) continue;
      MLSEC_TRY(Written * x, value(i));
      values.push_back(x);
      all_last = all_last && !x->last.empty();
      same_rank = same_rank && x->rank() == values[0]->rank();
      // Aligned at the last axis.
      const Shape& longer = x->sample.rank() > sample.rank() ? x->sample : sample;
      Shape next = longer;
      for (std::size_t back = 1; back <= std::min(sample.rank(), x->sample.rank()); ++back)
        next[next.rank() - back] = std::max(sample[sample.rank() - back], x->sample[x->sample.rank() - back]);
      sample = next;
    }
    if (values.empty() || count < 2) return refuse("must have values before it.");
    const bool lasts = all_last && same_rank;
    std::string result;
    std::size_t next = 0;
    for (std::size_t i = 0; i < count; ++i) {
      std::string name;
      if (const Constant* numbers = constant(i)) {
        if (numbers->floats.empty() || numbers->shape.rank() > values[0]->rank()) return misfit();
        name = beside(*numbers, values[0]->rank(), lasts);
      } else {
        Written& x = *values[next++];
        name = lasts ? last(x) : first(x);
      }
      result = i == 0 ? name : text_.node(i + 1 == count ? own() : part("step"), operation, {result, name});
    }
    return made(sample, std::move(result), lasts);
  }

  /// Of each number by itself.
  template <class Function>
  Made map(Function function) {
    MLSEC_TRY(Written * x, value(0));
    const Ordered from = either(*x);
    return made(x->sample, function(from.name), from.last);
  }

  Made unary(std::string_view operation) {
    return map([&](const std::string& x) { return text_.node(own(), operation, {x}); });
  }

  std::string clipped(const std::string& x, float low, float high) {
    if (low == 0 && high == 6) return text_.node(own(), "Relu6", {x});
    const std::string least = number(low);
    return text_.node(own(), "ClipByValue", {x, least, number(high)});
  }

  Made clip() {
    float bounds[2] = {option("min", lowest), option("max", -lowest)};
    for (std::size_t i : {std::size_t{1}, std::size_t{2}})
      if (present(i)) {
        const Constant* bound = constant(i);
        if (!bound || bound->floats.size() != 1) return refuse("must have constants as bounds.");
        bounds[i - 1] = bound->floats[0];
      }
    return map([&](const std::string& x) { return clipped(x, bounds[0], bounds[1]); });
  }

  Made elu() {
    const float alpha = option("alpha", 1.0f);
    if (alpha == 1) return unary("Elu");
    // relu(x) + alpha elu(min(x, 0)).
    return map([&](const std::string& x) {
      const std::string below = step("Elu", {step("Minimum", {x, number(0)})});
      const std::string scaled = step("Mul", {below, number(alpha)});
      return text_.node(own(), "AddV2", {step("Relu", {x}), scaled});
    });
  }

  Made leaky_relu() {
    return map([&](const std::string& x) {
      return text_.node(own(), "LeakyRelu", {x}, {number_attribute("alpha", option("alpha", 0.01f))});
    });
  }

  Made hard_sigmoid() {
    return map([&](const std::string& x) {
      const std::string sloped = step("Mul", {x, number(option("alpha", 0.2f))});
      return clipped(step("AddV2", {sloped, number(option("beta", 0.5f))}), 0, 1);
    });
  }

  // x relu6(x + 3) / 6.
  Made hard_swish() {
    return map([&](const std::string& x) {
      const std::string share = step("Relu6", {step("AddV2", {x, number(3)})});
      return text_.node(own(), "Mul", {step("Mul", {x, share}), number(1.0f / 6)});
    });
  }

  // x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
  Made gelu() {
    if (option<std::string>("approximate", "none") != "tanh")
      return refuse("is exact, which TensorFlow.js computes by an operation that is not read back: use its form tanh.");
    return map([&](const std::string& x) {
      const std::string cube = step("Mul", {step("Mul", {step("Square", {x}), x}), number(0.044715f)});
      const std::string inside = step("Mul", {step("AddV2", {x, cube}), number(0.79788456f)});
      const std::string share = step("AddV2", {step("Tanh", {inside}), number(1)});
      return text_.node(own(), "Mul", {step("Mul", {x, number(0.5f)}), share});
    });
  }

  Made power() {
    const Constant* exponent = constant(1);
    if (!exponent || exponent->floats.size() + exponent->integers.size() != 1)
      return refuse("must have a constant exponent.");
    const float value = exponent->floats.empty() ? static_cast<float>(exponent->integers[0]) : exponent->floats[0];
    return map([&](const std::string& x) { return text_.node(own(), "Pow", {x, number(value)}); });
  }

  Made prelu() {
    MLSEC_TRY(Written * x, value(0));
    const Constant* slopes = constant(1);
    const auto channels = static_cast<std::size_t>(x->sample.rank() > 0 ? x->sample[0] : 0);
    if (!slopes || (slopes->floats.size() != 1 && slopes->floats.size() != channels))
      return refuse("must have one slope, or one for each channel.");
    return made(x->sample, text_.node(own(), "Prelu", {last(*x), numbers(slopes->floats)}), true);
  }

  // Softmax goes along the last axis there.
  Made softmax(std::string_view operation) {
    MLSEC_TRY(Written * x, value(0));
    MLSEC_TRY(const std::size_t along, axis(integer("axis", -1), x->rank()));
    if (along + 1 != x->rank() && along != 1)
      return refuse("goes along an axis that is neither the first nor the last.");
    const bool is_first = along + 1 == x->rank();
    return made(x->sample, text_.node(own(), operation, {is_first ? first(*x) : last(*x)}), !is_first);
  }

  // Normalisations.

  Made batch_norm() {
    MLSEC_TRY(Written * x, value(0));
    if (x->sample.rank() < 1 || x->sample.rank() > 3) return refuse("must have images, lines or vectors before it.");
    std::vector<std::string> names{image(*x)};
    for (std::size_t i = 1; i < 5; ++i) {
      MLSEC_TRY(const Constant* each, floats(i, 1));
      if (each->floats.size() != static_cast<std::size_t>(x->sample[0])) return misfit();
      names.push_back(numbers(each->floats));
    }
    return from_image(text_.node(own(), "FusedBatchNormV3", names,
                                 {text_attribute("data_format", "NHWC"), flag_attribute("is_training", false),
                                  number_attribute("epsilon", option("epsilon", 1e-5f))}),
                      x->sample);
  }

  /// (x - mean) / sqrt(variance + epsilon) over axes, without the square root of a quotient.
  std::string standardised(const std::string& x, const Integers& axes) {
    const auto mean = [&](const std::string& of) {
      return text_.node(part("mean"), "Mean", {of, whole(axes)}, {flag_attribute("keep_dims", true)});
    };
    const std::string centred = step("Sub", {x, mean(x)});
    const std::string variance = mean(step("Square", {centred}));
    const std::string wide = step("AddV2", {variance, number(option("epsilon", 1e-5f))});
    return step("RealDiv", {centred, step("Sqrt", {wide})});
  }

  /// Scaled and shifted along the last axis.
  Result<std::string> scaled(std::string name, std::int64_t channels) {
    for (std::size_t i : {std::size_t{1}, std::size_t{2}}) {
      if (!present(i)) continue;
      MLSEC_TRY(const Constant* each, floats(i, 1));
      if (each->floats.size() != static_cast<std::size_t>(channels)) return misfit();
      name = text_.node(i == 2 || !present(2) ? own() : part("step"), i == 1 ? "Mul" : "AddV2",
                        {name, numbers(each->floats)});
    }
    return name;
  }

  Made layer_norm() {
    MLSEC_TRY(Written * x, value(0));
    MLSEC_TRY(const std::size_t from, axis(integer("axis", -1), x->rank()));
    if (from + 1 != x->rank()) return refuse("normalises more than the last axis.");
    MLSEC_TRY(std::string name, scaled(standardised(first(*x), {static_cast<std::int64_t>(from)}), x->sample.last()));
    return made(x->sample, std::move(name), false);
  }

  // In groups of channels, or each channel by itself.
  Made group_norm() {
    MLSEC_TRY(Written * x, value(0));
    if (x->sample.rank() < 2) return refuse("must have images or lines before it.");
    const std::int64_t channels = x->sample[0], groups = integer("num_groups", channels),
                       pixels = static_cast<std::int64_t>(x->sample.count()) / channels;
    if (groups < 1 || channels % groups != 0) return misfit();
    const std::string cut = reshaped(last(*x), Shape{pixels, groups, channels / groups});
    const std::string whole_again = reshaped(standardised(cut, {1, 3}), last_sample(x->sample));
    MLSEC_TRY(std::string name, scaled(whole_again, channels));
    return made(x->sample, std::move(name), true);
  }

  // Shapes.

  Made reduction(std::string_view operation) {
    MLSEC_TRY(Written * x, value(0));
    const auto axes = list("axes", 1);
    if (!axes) return refuse("must have constant axes.");
    const bool keeps = integer("keepdims", 1) != 0;
    std::vector<bool> gone(x->rank(), false);
    for (std::int64_t given : *axes) {
      MLSEC_TRY(const std::size_t place, axis(given, x->rank()));
      gone[place] = true;
    }
    // Without the axes that go, the order of the others is that of the graph where the channels go, too.
    Ordered from = either(*x);
    if (from.last && !keeps && !gone[1]) from = {first(*x), false};
    Integers places, kept;
    for (std::size_t place = 1; place < x->rank(); ++place) {
      if (gone[place]) places.push_back(axis_of(place, x->rank(), from.last));
      if (!gone[place] || keeps) kept.push_back(gone[place] ? 1 : x->sample[place - 1]);
    }
    base::sort(places);
    if (kept.empty()) return refuse("leaves no axis but the batch.");
    return made(shape_of(kept),
                text_.node(own(), operation, {from.name, whole(places)}, {flag_attribute("keep_dims", keeps)}),
                from.last && keeps);
  }

  Made reshape() {
    MLSEC_TRY(Written * x, value(0));
    const auto size = static_cast<std::int64_t>(x->sample.count());
    Integers extents{size};
    if (node_->operation == "Reshape") {
      const Constant* wanted = constant(1);
      if (!wanted || wanted->integers.size() < 2 || wanted->integers.size() > Shape::max_rank)
        return refuse("must have a constant shape with the batch.");
      extents.assign(wanted->integers.begin() + 1, wanted->integers.end());
      std::int64_t known = 1, *open = nullptr;
      for (std::size_t i = 0; i < extents.size(); ++i) {
        if (extents[i] == 0 && i < x->sample.rank()) extents[i] = x->sample[i];
        if (extents[i] == -1 && !open)
          open = &extents[i];
        else if (extents[i] < 1 || extents[i] > size / known)
          return misfit();
        else
          known *= extents[i];
      }
      if (open) *open = size / known;
      if (known * (open ? *open : 1) != size) return misfit();
    } else if (integer("axis", 1) != 1) {
      return refuse("keeps other axes than the batch.");
    }
    const Shape sample = shape_of(extents);
    Integers with_batch{-1};
    with_batch.insert(with_batch.end(), extents.begin(), extents.end());
    return made(sample, text_.node(own(), "Reshape", {first(*x), whole(with_batch)}), false);
  }

  Made transpose() {
    MLSEC_TRY(Written * x, value(0));
    const Integers permutation = integers("perm", {});
    Integers sorted = permutation;
    base::sort(sorted);
    for (std::size_t i = 0; i < sorted.size(); ++i)
      if (sorted[i] != static_cast<std::int64_t>(i)) return misfit();
    if (permutation.size() != x->rank() || permutation[0] != 0) return misfit();
    Shape sample = x->sample;
    for (std::size_t i = 1; i < permutation.size(); ++i)
      sample[i - 1] = x->sample[static_cast<std::size_t>(permutation[i]) - 1];
    return made(sample, text_.node(own(), "Transpose", {first(*x), whole(permutation)}), false);
  }

  Made slice() {
    MLSEC_TRY(Written * x, value(0));
    const auto begins = list("starts", 1), ends = list("ends", 2);
    if (!begins || !ends || begins->size() != ends->size()) return refuse("must have constant places.");
    Integers all(begins->size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
    const Integers axes = list("axes", 3).value_or(all),
                   steps_given = list("steps", 4).value_or(Integers(all.size(), 1));
    if (axes.size() != all.size() || steps_given.size() != all.size()) return misfit();
    const Ordered from = either(*x);
    const std::size_t rank = x->rank();
    Integers low(rank, 0), high(rank, 0), step_of(rank, 1);
    std::int64_t mask = (std::int64_t{1} << rank) - 1;
    Shape sample = x->sample;
    for (std::size_t i = 0; i < all.size(); ++i) {
      MLSEC_TRY(const std::size_t place, axis(axes[i], rank));
      const std::int64_t extent = x->sample[place - 1];
      const auto inside = [&](std::int64_t at) {
        return std::clamp<std::int64_t>(at < 0 ? at + extent : at, 0, extent);
      };
      const auto there = static_cast<std::size_t>(axis_of(place, rank, from.last));
      low[there] = inside((*begins)[i]);
      high[there] = inside((*ends)[i]);
      step_of[there] = steps_given[i];
      if (step_of[there] < 1 || low[there] >= high[there]) return refuse("goes backwards or takes nothing.");
      mask &= ~(std::int64_t{1} << there);
      sample[place - 1] = (high[there] - low[there] - 1) / step_of[there] + 1;
    }
    return made(sample,
                text_.node(own(), "StridedSlice", {from.name, whole(low), whole(high), whole(step_of)},
                           {integer_attribute("begin_mask", mask), integer_attribute("end_mask", mask),
                            integer_attribute("ellipsis_mask", 0), integer_attribute("new_axis_mask", 0),
                            integer_attribute("shrink_axis_mask", 0)}),
                from.last);
  }

  Made gather() {
    if (constant(0)) return look_up();
    MLSEC_TRY(Written * x, value(0));
    const Constant* indices = constant(1);
    if (!indices || indices->integers.empty() || indices->shape.rank() != 1)
      return refuse("must have a constant list of whole numbers.");
    MLSEC_TRY(const std::size_t along, axis(integer("axis", 0), x->rank()));
    const Ordered from = either(*x);
    Shape sample = x->sample;
    sample[along - 1] = static_cast<std::int64_t>(indices->integers.size());
    return made(sample, gathered(own(), from, along, x->rank(), indices->integers), from.last);
  }

  std::string gathered(const std::string& name, const Ordered& from, std::size_t along, std::size_t rank,
                       const Integers& places) {
    const std::string axis = text_.integers(part("axis"), Shape(), {axis_of(along, rank, from.last)});
    return text_.node(name, "GatherV2", {from.name, whole(places), axis});
  }

  Made look_up() {
    MLSEC_TRY(Written * x, value(1));
    MLSEC_TRY(const Constant* table, floats(0, 2));
    if (integer("axis", 0) != 0) return refuse("must look up rows.");
    Integers extents(x->sample.begin(), x->sample.end());
    extents.push_back(table->shape[1]);
    const std::string axis = text_.integers(part("axis"), Shape(), {0});
    return made(
        shape_of(extents),
        text_.node(own(), "GatherV2", {text_.floats(part("table"), table->shape, table->floats), first(*x), axis}),
        false);
  }

  Made cast() {
    constexpr std::int64_t int32 = 6, int64 = 7, float32 = 1;
    const std::int64_t to = integer("to", float32);
    if (to == float32) return unary("Identity");
    if (to != int32 && to != int64) return refuse("casts to a type that is not supported.");
    return map([&](const std::string& x) {
      return text_.node(own(), "Cast", {x}, {type_attribute("SrcT", "DT_FLOAT"), type_attribute("DstT", "DT_INT32")});
    });
  }

  /// By a list of the places along each axis.
  Made repeat_border(Written& x, const Integers& pads) {
    const std::size_t rank = x.rank();
    Ordered from = either(x);
    Shape sample = x.sample;
    for (std::size_t along = 1; along < rank; ++along) {
      const std::int64_t extent = x.sample[along - 1], before = pads[along], after = pads[rank + along];
      if (before == 0 && after == 0) continue;
      if (before < 0 || after < 0 || before > 65536 || after > 65536) return misfit();
      Integers places;
      for (std::int64_t at = -before; at < extent + after; ++at)
        places.push_back(std::clamp<std::int64_t>(at, 0, extent - 1));
      sample[along - 1] = static_cast<std::int64_t>(places.size());
      from.name = gathered(own(), from, along, rank, places);
    }
    return made(sample, std::move(from.name), from.last);
  }

  Made pad() {
    MLSEC_TRY(Written * x, value(0));
    const auto pads = list("pads", 1);
    const auto mode = option<std::string>("mode", "constant");
    const std::size_t rank = x->rank();
    if (!pads || pads->size() != 2 * rank || (*pads)[0] != 0 || (*pads)[rank] != 0 || present(3))
      return refuse("must have two constants for each axis, 0 for the batch.");
    if (mode == "edge") return repeat_border(*x, *pads);
    if (mode != "constant" && mode != "reflect") return refuse("has a mode that is not supported.");
    float filling = 0;
    if (present(2)) {
      const Constant* given = constant(2);
      if (!given || given->floats.size() != 1) return refuse("must be filled by a constant.");
      filling = given->floats[0];
    }
    const Ordered from = either(*x);
    Integers borders(2 * rank, 0);
    Shape sample = x->sample;
    for (std::size_t place = 1; place < rank; ++place) {
      const std::int64_t before = (*pads)[place], after = (*pads)[rank + place];
      if (before < 0 || after < 0) return refuse("cuts instead of padding.");
      const auto there = static_cast<std::size_t>(axis_of(place, rank, from.last));
      borders[2 * there] = before;
      borders[2 * there + 1] = after;
      sample[place - 1] += before + after;
    }
    const std::string list = text_.integers(part("borders"), Shape{static_cast<std::int64_t>(rank), 2}, borders);
    if (mode == "reflect")
      return made(sample, text_.node(own(), "MirrorPad", {from.name, list}, {text_attribute("mode", "REFLECT")}),
                  from.last);
    return made(sample, text_.node(own(), "PadV2", {from.name, list, number(filling)}), from.last);
  }

  Made concat() {
    bool lasts = true;
    std::vector<Written*> values;
    for (std::size_t i = 0; i < node_->inputs.size(); ++i) {
      MLSEC_TRY(Written * x, value(i));
      lasts = lasts && !x->last.empty();
      values.push_back(x);
    }
    if (values.empty()) return misfit();
    MLSEC_TRY(const std::size_t along, axis(integer("axis", 1), values[0]->rank()));
    Shape sample = values[0]->sample;
    sample[along - 1] = 0;
    std::vector<std::string> names;
    for (Written* x : values) {
      if (x->rank() != values[0]->rank()) return misfit();
      sample[along - 1] += x->sample[along - 1];
      names.push_back(lasts ? last(*x) : first(*x));
    }
    names.push_back(text_.integers(part("axis"), Shape(), {axis_of(along, values[0]->rank(), lasts)}));
    return made(
        sample,
        text_.node(own(), "ConcatV2", names, {integer_attribute("N", static_cast<std::int64_t>(values.size()))}),
        lasts);
  }

  // The nearest place is chosen otherwise there where two are equally near.
  Made resize() {
    MLSEC_TRY(Written * x, value(0));
    const Constant* sizes = constant(3);
    const Integers axes = integers("axes", {});
    const auto mode = option<std::string>("mode", "nearest");
    if (x->sample.rank() != 3 || !sizes || sizes->integers.size() != 2 || axes != Integers{2, 3} ||
        option<std::string>("coordinate_transformation_mode", "half_pixel") != "half_pixel" ||
        option<std::string>("nearest_mode", "round_prefer_floor") != "round_prefer_floor")
      return refuse("must give images a height and a width, and map the middles of pixels.");
    Shape sample = x->sample;
    bool ties = false;
    std::vector<Integers> places(2);
    for (std::size_t i = 0; i < 2; ++i) {
      const std::int64_t from = x->sample[i + 1], to = sizes->integers[i];
      if (to < 1 || to > 4096) return misfit();
      sample[i + 1] = to;
      // The place below (2 at + 1) from / (2 to), or the one before where that is whole.
      for (std::int64_t at = 0; at < to; ++at) {
        const std::int64_t product = (2 * at + 1) * from;
        const bool tie = product % (2 * to) == 0;
        ties = ties || tie;
        places[i].push_back(std::clamp<std::int64_t>(product / (2 * to) - tie, 0, from - 1));
      }
    }
    if (mode == "nearest" && ties) {
      const std::string rows = gathered(part("rows"), {last(*x), true}, 2, 4, places[0]);
      return made(sample, gathered(own(), {rows, true}, 3, 4, places[1]), true);
    }
    return made(sample,
                text_.node(own(), mode == "nearest" ? "ResizeNearestNeighbor" : "ResizeBilinear",
                           {last(*x), whole(sizes->integers)},
                           {flag_attribute("align_corners", false), flag_attribute("half_pixel_centers", true)}),
                true);
  }

  Made add() {
    struct Kind {
      std::string_view name;
      Made (Writer::*write)();
    };
    static constexpr Kind kinds[] = {{"Conv", &Writer::convolution},
                                     {"ConvTranspose", &Writer::deconvolution},
                                     {"MaxPool", &Writer::pool},
                                     {"AveragePool", &Writer::pool},
                                     {"GlobalAveragePool", &Writer::global_pool},
                                     {"Gemm", &Writer::dense},
                                     {"MatMul", &Writer::dense},
                                     {"Clip", &Writer::clip},
                                     {"Elu", &Writer::elu},
                                     {"LeakyRelu", &Writer::leaky_relu},
                                     {"HardSigmoid", &Writer::hard_sigmoid},
                                     {"HardSwish", &Writer::hard_swish},
                                     {"Gelu", &Writer::gelu},
                                     {"Pow", &Writer::power},
                                     {"PRelu", &Writer::prelu},
                                     {"BatchNormalization", &Writer::batch_norm},
                                     {"LayerNormalization", &Writer::layer_norm},
                                     {"InstanceNormalization", &Writer::group_norm},
                                     {"GroupNormalization", &Writer::group_norm},
                                     {"Flatten", &Writer::reshape},
                                     {"Reshape", &Writer::reshape},
                                     {"Transpose", &Writer::transpose},
                                     {"Slice", &Writer::slice},
                                     {"Gather", &Writer::gather},
                                     {"Cast", &Writer::cast},
                                     {"Pad", &Writer::pad},
                                     {"Concat", &Writer::concat},
                                     {"Resize", &Writer::resize}};
    struct Same {
      std::string_view name;
      Made (Writer::*write)(std::string_view operation);
      std::string_view operation;
    };
    static constexpr Same same[] = {{"Relu", &Writer::unary, "Relu"},
                                    {"Selu", &Writer::unary, "Selu"},
                                    {"Sigmoid", &Writer::unary, "Sigmoid"},
                                    {"Tanh", &Writer::unary, "Tanh"},
                                    {"Softplus", &Writer::unary, "Softplus"},
                                    {"Exp", &Writer::unary, "Exp"},
                                    {"Log", &Writer::unary, "Log"},
                                    {"Sqrt", &Writer::unary, "Sqrt"},
                                    {"Reciprocal", &Writer::unary, "Reciprocal"},
                                    {"Abs", &Writer::unary, "Abs"},
                                    {"Identity", &Writer::unary, "Identity"},
                                    {"Dropout", &Writer::unary, "Identity"},
                                    {"Add", &Writer::arithmetic, "AddV2"},
                                    {"Sum", &Writer::arithmetic, "AddV2"},
                                    {"Sub", &Writer::arithmetic, "Sub"},
                                    {"Mul", &Writer::arithmetic, "Mul"},
                                    {"Div", &Writer::arithmetic, "RealDiv"},
                                    {"Max", &Writer::arithmetic, "Maximum"},
                                    {"Min", &Writer::arithmetic, "Minimum"},
                                    {"Softmax", &Writer::softmax, "Softmax"},
                                    {"LogSoftmax", &Writer::softmax, "LogSoftmax"},
                                    {"ReduceMean", &Writer::reduction, "Mean"},
                                    {"ReduceSum", &Writer::reduction, "Sum"},
                                    {"ReduceMax", &Writer::reduction, "Max"}};
    for (const Kind& kind : kinds)
      if (kind.name == node_->operation) return (this->*kind.write)();
    for (const Same& kind : same)
      if (kind.name == node_->operation) return (this->*kind.write)(kind.operation);
    return refuse("is an operation that is not written for TensorFlow.js.");
  }

  const GraphDescription& graph_;
  GraphText text_;
  const NodeDescription* node_ = nullptr;  // the one that is written
  std::map<std::string, Written, std::less<>> values_;
  std::string inputs_;  // of the signature
};

}  // namespace
}  // namespace tfjs

Result<TfjsFiles> write_tfjs(const nn::GraphDescription& graph, Precision precision) {
  return tfjs::Writer(graph, precision).write();
}

}  // namespace mlsec::formats
