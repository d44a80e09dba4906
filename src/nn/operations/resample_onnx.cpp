// How operations that take means of neighbours stand in files.
#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "nn/node_writer.hpp"
#include "nn/operations/interpolation.hpp"
#include "nn/operations/rearrange.hpp"
#include "nn/operations/resample.hpp"
#include "nn/operations/window_options.hpp"

namespace mlsec::nn {

namespace {

using Integers = std::vector<std::int64_t>;
using Made = Result<std::unique_ptr<Operation>>;

std::int64_t integer(std::size_t value) { return static_cast<std::int64_t>(value); }

double rounded(const std::string& mode, double place) {
  if (mode == "floor") return std::floor(place);
  if (mode == "ceil") return std::ceil(place);
  return mode == "round_prefer_ceil" ? std::floor(place + 0.5) : std::ceil(place - 0.5);
}

bool is_one_of(const std::string& name, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* other) { return name == other; });
}

/// Of each axis behind the batch; the lists of newer versions may leave axes out.
Result<std::vector<Scaling>> scalings_of(const NodeContext& context) {
  const Integers extents = context.extents();
  std::vector<Scaling> scalings;
  std::vector<std::size_t> changed;
  for (std::int64_t extent : extents) scalings.push_back({extent, extent, 1});
  const bool older = context.node().operation == "Upsample" || context.node().inputs.size() == 2;
  const Constant* scales = context.constant(older ? 1 : 2);
  const Constant* sizes = older ? nullptr : context.constant(3);
  std::vector<float> factors;
  if (const auto found = context.node().attributes.find("scales"); found != context.node().attributes.end())
    if (const auto* list = std::get_if<std::vector<float>>(&found->second)) factors = *list;
  if (scales) factors = scales->floats;
  const std::size_t given = sizes ? sizes->integers.size() : factors.size();
  MLSEC_TRY(const auto axes, context.list("axes", context.node().inputs.size()));
  if (given == 0 || given != (axes ? axes->size() : extents.size() + context.batch_axes()))
    return context.refuse("its scales or sizes must be constants, one for each axis");
  for (std::size_t i = 0; i < given; ++i) {
    const std::int64_t named = axes ? (*axes)[i] : integer(i);
    if (named == 0 && context.batch_axes() > 0 && (sizes ? sizes->integers[i] >= 0 : factors[i] == 1))
      continue;  // the batch stays as it is
    MLSEC_TRY(const std::size_t axis, context.axis(named, extents.size()));
    Scaling& scaling = scalings[axis];
    constexpr std::int64_t limit = 4096;
    const double wanted = sizes ? static_cast<double>(sizes->integers[i])
                                : std::floor(static_cast<double>(scaling.inputs) * double{factors[i]} + 1e-5);
    if (!(wanted >= 1 && (wanted <= limit || wanted <= static_cast<double>(scaling.inputs))))
      return context.refuse("it makes more than 4096 places of an axis, or none");
    scaling.outputs = static_cast<std::int64_t>(wanted);
    scaling.scale = sizes ? wanted / static_cast<double>(scaling.inputs) : double{factors[i]};
    changed.push_back(axis);
  }
  // One scale for all axes, so that nothing becomes larger or smaller than the sizes say.
  const std::string policy = context.text("keep_aspect_ratio_policy", "stretch");
  if (policy == "stretch" || !sizes || changed.empty()) return scalings;
  double scale = scalings[changed[0]].scale;
  for (std::size_t axis : changed)
    scale = policy == "not_larger" ? std::min(scale, scalings[axis].scale) : std::max(scale, scalings[axis].scale);
  for (std::size_t axis : changed) {
    scalings[axis].scale = scale;
    scalings[axis].outputs = static_cast<std::int64_t>(scale * static_cast<double>(scalings[axis].inputs) + 0.5);
    if (scalings[axis].outputs < 1 || scalings[axis].outputs > 4096)
      return context.refuse("it makes more than 4096 places of an axis, or none");
  }
  return scalings;
}

}  // namespace

// The nearest place is a choice of places, whatever the rule; the engine's own rule makes one layer.
Made Resize::read(NodeContext& context) {
  const std::string& operation = context.node().operation;
  const bool older = operation == "Upsample" || context.node().inputs.size() == 2;
  ResizeRule rule{.mode = context.text("mode", "nearest"),
                  .transformation = context.text("coordinate_transformation_mode", older ? "asymmetric" : "half_pixel"),
                  .nearest = context.text("nearest_mode", older ? "floor" : "round_prefer_floor"),
                  .cubic = double{context.number("cubic_coeff_a", -0.75f)},
                  .excludes_outside = context.integer("exclude_outside", 0) != 0,
                  .antialias = context.integer("antialias", 0) != 0};
  if (rule.mode == "bilinear") rule.mode = "linear";
  if (!is_one_of(rule.mode, {"nearest", "linear", "cubic"}))
    return context.refuse("its mode " + rule.mode + " is not supported");
  if (!is_one_of(rule.transformation,
                 {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "asymmetric", "align_corners"}))
    return context.refuse("its coordinate_transformation_mode " + rule.transformation + " is not supported");
  if (!is_one_of(rule.nearest, {"floor", "ceil", "round_prefer_floor", "round_prefer_ceil"}))
    return context.refuse("its nearest_mode " + rule.nearest + " is not supported");
  if (!is_one_of(context.text("keep_aspect_ratio_policy", "stretch"), {"stretch", "not_larger", "not_smaller"}))
    return context.refuse("its keep_aspect_ratio_policy is not supported");
  MLSEC_TRY_VOID(context.complete());
  MLSEC_TRY(const std::vector<Scaling> axes, scalings_of(context));
  const bool is_image = axes.size() == 3 && axes[0].outputs == axes[0].inputs;

  if (rule.mode != "nearest") {
    bool as_here = is_image && rule.mode == "linear" && !rule.antialias && !rule.excludes_outside;
    for (const Scaling& axis : axes) {
      const double difference = axis.scale * static_cast<double>(axis.inputs) - static_cast<double>(axis.outputs);
      const bool same_places = axis.outputs == axis.inputs || rule.transformation == "half_pixel" ||
                               (rule.transformation == "pytorch_half_pixel" && axis.outputs > 1);
      as_here = as_here && std::fabs(difference) < 1e-3 && same_places;
    }
    if (as_here) {
      MLSEC_TRY_VOID(context.arrange(channels_first(3)));
      return std::unique_ptr<Operation>(std::make_unique<Resize>(
          Options{static_cast<int>(axes[1].outputs), static_cast<int>(axes[2].outputs), ResizeMode::bilinear}));
    }
    for (std::size_t axis = 0; axis < axes.size(); ++axis)
      if (axes[axis].inputs > static_cast<std::int64_t>(maximum_elements) / axes[axis].outputs)
        return context.refuse("it interpolates an axis that is too long");
    for (std::size_t axis = 0; axis < axes.size(); ++axis)
      if (axes[axis].inputs != axes[axis].outputs || axes[axis].scale != 1)
        MLSEC_TRY_VOID(multiply_axis(context, axis, interpolation_matrix(rule, axes[axis]), axes[axis].outputs));
    return std::unique_ptr<Operation>();
  }

  std::vector<std::vector<int>> places;
  bool as_here = is_image;
  for (const Scaling& axis : axes) {
    const Scaling exact{axis.inputs, axis.outputs,
                        static_cast<double>(axis.outputs) / static_cast<double>(axis.inputs)};
    const auto inside = [&](double place) {
      return static_cast<int>(std::clamp(place, 0.0, static_cast<double>(axis.inputs - 1)));
    };
    places.emplace_back();
    for (std::int64_t i = 0; i < axis.outputs; ++i) {
      const auto at = static_cast<double>(i);
      places.back().push_back(inside(rounded(rule.nearest, looks_at(rule.transformation, axis, at))));
      as_here = as_here && places.back().back() == inside(std::ceil(looks_at("half_pixel", exact, at) - 0.5));
    }
  }
  if (as_here) {
    MLSEC_TRY_VOID(context.arrange(channels_first(3)));
    return std::unique_ptr<Operation>(std::make_unique<Resize>(
        Options{static_cast<int>(axes[1].outputs), static_cast<int>(axes[2].outputs), ResizeMode::nearest}));
  }
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    if (axes[axis].inputs == axes[axis].outputs && axes[axis].scale == 1) continue;
    MLSEC_TRY_VOID(
        context.apply(std::make_unique<Gather>(Gather::Options{context.value().order[axis], std::move(places[axis])})));
  }
  return std::unique_ptr<Operation>();
}

Result<NodeDescription> Resize::write(NodeWriter& writer) const {
  writer.arrange(channels_first(3));
  NodeDescription node = writer.node(
      "Resize", {"", "", writer.add_integers("sizes", {options_.height, options_.width})},
      {{"axes", Integers{2, 3}}, {"mode", std::string(options_.mode == ResizeMode::nearest ? "nearest" : "linear")}});
  return node;
}

namespace {

using Windows = std::vector<std::pair<std::size_t, std::size_t>>;

Windows windows_of(std::int64_t inputs, int outputs) {
  Windows windows;
  for (std::size_t i = 0; i < static_cast<std::size_t>(outputs); ++i)
    windows.push_back(window_of(i, static_cast<std::size_t>(outputs), static_cast<std::size_t>(inputs)));
  return windows;
}

/// Their size and distance, where all have the same; 0 where they differ.
struct Evenness {
  std::size_t kernel, stride;
};
Evenness evenness_of(const Windows& windows) {
  const Evenness even{windows[0].second, windows.size() > 1 ? windows[1].first : 1};
  for (std::size_t i = 0; i < windows.size(); ++i)
    if (windows[i] != std::pair(i * even.stride, i * even.stride + even.kernel)) return {0, 0};
  return even.stride > 0 ? even : Evenness{0, 0};
}

// The means of the windows along one axis of the file side by side.
NodeDescription means_side_by_side(NodeWriter& writer, const Windows& windows, std::int64_t axis) {
  NodeDescription concat = writer.node("Concat", {}, {{"axis", axis}});
  concat.inputs.clear();
  const std::string from = writer.input().name;
  for (const auto& [first, end] : windows) {
    const std::string number = std::to_string(axis) + "_" + std::to_string(concat.inputs.size());
    NodeDescription slice = writer.node(
        "Slice", {writer.add_integers("starts" + number, {integer(first)}),
                  writer.add_integers("ends" + number, {integer(end)}), writer.add_integers("axes" + number, {axis})});
    slice.inputs[0] = from;
    slice.name += ".slice" + number;
    writer.step(std::move(slice), "sliced" + number);
    NodeDescription mean = writer.node("ReduceMean", {writer.add_integers("over" + number, {axis})});
    mean.name += ".mean" + number;
    writer.step(std::move(mean), "mean" + number);
    concat.inputs.push_back(writer.input().name);
  }
  return concat;
}

}  // namespace

// One pool where all windows are of one size and equally far apart; else first the rows, then the columns.
Result<NodeDescription> AdaptiveAveragePool2d::write(NodeWriter& writer) const {
  writer.arrange(channels_first(3));
  const Windows rows = windows_of(writer.input().shape[0], options_.height);
  const Windows columns = windows_of(writer.input().shape[1], options_.width);
  const Evenness down = evenness_of(rows), right = evenness_of(columns);
  if (down.kernel > 0 && right.kernel > 0)
    return writer.node("AveragePool", {},
                       {{"kernel_shape", Integers{integer(down.kernel), integer(right.kernel)}},
                        {"strides", Integers{integer(down.stride), integer(right.stride)}}});
  NodeDescription concat = means_side_by_side(writer, rows, 2);
  concat.name += ".rows";
  writer.step(std::move(concat), "rows");
  return means_side_by_side(writer, columns, 3);
}

namespace {

Result<ReduceOptions> read_reduction(NodeContext& context) {
  MLSEC_TRY(auto axes, context.list("axes", 1));
  if (!axes) {
    axes.emplace();
    if (context.integer("noop_with_empty_axes", 0) == 0) {
      if (context.batch_axes() > 0) return context.refuse("it must not reduce over the batch");
      for (std::size_t axis = 0; axis < context.rank(); ++axis) axes->push_back(integer(axis));
    }
  }
  const bool keeps = context.integer("keepdims", 1) != 0;
  MLSEC_TRY_VOID(context.complete());
  const AxisOrder before = context.value().order;
  std::vector<bool> gone(before.size(), false);
  ReduceOptions options{std::vector<int>{}, keeps};
  for (std::int64_t given : *axes) {
    MLSEC_TRY(const std::size_t axis, context.axis(given, before.size()));
    gone[static_cast<std::size_t>(before[axis])] = true;
  }
  for (std::size_t axis = 0; axis < gone.size(); ++axis)
    if (gone[axis]) options.axes->push_back(static_cast<int>(axis));
  if (keeps) return options;
  if (options.axes->size() == before.size()) {
    // The engine has an axis of extent 1 where none is left.
    if (context.batch_axes() > 0) return context.refuse("it leaves no axis but the batch");
    context.make({0});
    return options;
  }
  AxisOrder order;
  for (int axis : before)
    if (!gone[static_cast<std::size_t>(axis)])
      order.push_back(axis - static_cast<int>(std::count(gone.begin(), gone.begin() + axis, true)));
  context.make(std::move(order));
  return options;
}

template <class O>
Made read_as(NodeContext& context) {
  MLSEC_TRY(const ReduceOptions options, read_reduction(context));
  return std::unique_ptr<Operation>(std::make_unique<O>(options));
}

Result<NodeDescription> write_reduction(NodeWriter& writer, const char* operation, const ReduceOptions& options) {
  const Shape shape = writer.input().shape;
  writer.arrange(AxisOrder(writer.input().order));
  const AxisOrder before = writer.input().order;
  MLSEC_TRY(const Reduction reduction, reduction_of(options, shape, operation));
  Integers axes;
  AxisOrder order;
  for (std::size_t axis = 0; axis < before.size(); ++axis) {
    const auto here = static_cast<std::size_t>(before[axis]);
    if (reduction.gone[here])
      axes.push_back(integer(axis + 1));
    else
      order.push_back(before[axis] - static_cast<int>(std::count(reduction.gone.begin(),
                                                                 reduction.gone.begin() + before[axis], true)));
  }
  if (axes.empty()) return writer.node("Identity");
  // Where no axis stays, the engine has one of extent 1 all the same.
  const bool all = order.empty(), keeps = options.keep_axes || all;
  NodeDescription node =
      writer.node(operation, {writer.add_integers("axes", std::move(axes))}, {{"keepdims", std::int64_t{keeps}}});
  if (!options.keep_axes) writer.make(all ? AxisOrder{0} : std::move(order));
  if (!all || options.keep_axes || shape.rank() == 1) return node;
  node.name += ".reduced";
  writer.step(std::move(node), "reduced");
  return writer.node("Flatten");
}

}  // namespace

Made ReduceMean::read(NodeContext& context) { return read_as<ReduceMean>(context); }
Made ReduceSum::read(NodeContext& context) { return read_as<ReduceSum>(context); }
Made ReduceMax::read(NodeContext& context) { return read_as<ReduceMax>(context); }

Result<NodeDescription> ReduceMean::write(NodeWriter& writer) const {
  return write_reduction(writer, "ReduceMean", options_);
}
Result<NodeDescription> ReduceSum::write(NodeWriter& writer) const {
  return write_reduction(writer, "ReduceSum", options_);
}
Result<NodeDescription> ReduceMax::write(NodeWriter& writer) const {
  return write_reduction(writer, "ReduceMax", options_);
}

}  // namespace mlsec::nn
