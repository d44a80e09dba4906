// How operations that rearrange stand in files.
#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "nn/node_writer.hpp"
#include "nn/operations/embedding.hpp"
#include "nn/operations/flatten.hpp"
#include "nn/operations/rearrange.hpp"

namespace mlsec::nn {

namespace {

using Integers = std::vector<std::int64_t>;
using Made = Result<std::unique_ptr<Operation>>;

int small(std::int64_t value) {
  constexpr std::int64_t most = std::numeric_limits<int>::max() / 2;
  return static_cast<int>(std::clamp(value, -most, most));
}

std::int64_t engine_axis(NodeContext& context, std::size_t axis) { return context.value().order[axis]; }

std::unique_ptr<Operation> range_of(NodeContext& context, std::size_t axis, std::int64_t begin, std::int64_t end,
                                    std::int64_t step = 1) {
  return std::make_unique<Slice>(Slice::Options{
      .axis = small(engine_axis(context, axis)), .begin = small(begin), .end = small(end), .step = small(step)});
}

// Takes an axis of extent 1 away from the value, here and in the file.
Result<void> drop(NodeContext& context, std::size_t axis) {
  ReadValue& value = context.value();
  const int gone = value.order[axis];
  AxisOrder order = value.order;
  order.erase(order.begin() + static_cast<std::ptrdiff_t>(axis));
  if (gone != no_axis) {
    Integers extents(context.shape().begin(), context.shape().end());
    extents.erase(extents.begin() + gone);
    if (extents.empty()) return context.refuse("it leaves no axis but the batch");
    for (int& other : order)
      if (other > gone) --other;
    MLSEC_TRY_VOID(context.reshape(extents));
  }
  value.order = std::move(order);
  return {};
}

Made read_unsqueeze(NodeContext& context, Integers axes) {
  const std::size_t rank = context.rank() + axes.size();
  if (rank >= Shape::max_rank) return context.refuse("it makes more than 8 axes");
  if (context.value().flattened > 0) MLSEC_TRY_VOID(context.complete());
  std::vector<std::size_t> places;
  for (std::int64_t given : axes) {
    MLSEC_TRY(const std::size_t axis, context.axis(given, rank));
    places.push_back(axis);
  }
  std::sort(places.begin(), places.end());
  if (std::adjacent_find(places.begin(), places.end()) != places.end()) return context.refuse("it names an axis twice");
  AxisOrder& order = context.value().order;
  for (std::size_t place : places) order.insert(order.begin() + static_cast<std::ptrdiff_t>(place), no_axis);
  return std::unique_ptr<Operation>();
}

Made read_squeeze(NodeContext& context, const std::optional<Integers>& given) {
  const Integers extents = context.extents();
  std::vector<std::size_t> places;
  if (given) {
    for (std::int64_t axis_given : *given) {
      MLSEC_TRY(const std::size_t axis, context.axis(axis_given, extents.size()));
      if (extents[axis] != 1) return context.refuse("it names an axis that has more than one place");
      places.push_back(axis);
    }
  } else {
    for (std::size_t axis = 0; axis < extents.size(); ++axis)
      if (extents[axis] == 1) places.push_back(axis);
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  for (std::size_t i = places.size(); i-- > 0;) MLSEC_TRY_VOID(drop(context, places[i]));
  return std::unique_ptr<Operation>();
}

// One of the list may be -1, and is what remains; where it is the batch, the others must have all of a sample.
Made read_reshape(NodeContext& context, Integers target) {
  const Integers extents = context.extents();
  const auto size = static_cast<std::int64_t>(context.size());
  const bool copies_zeros = context.integer("allowzero", 0) == 0;
  const auto misfit = [&] { return context.refuse("its shape does not fit one sample behind the batch"); };
  const std::size_t batch_axes = context.batch_axes();
  if (target.size() <= batch_axes || target.size() >= Shape::max_rank + batch_axes) return misfit();
  const std::int64_t batch = batch_axes > 0 ? target[0] : 1;
  if (batch_axes > 0) target.erase(target.begin());
  std::int64_t known = 1, *open = nullptr;
  for (std::size_t axis = 0; axis < target.size(); ++axis) {
    std::int64_t& extent = target[axis];
    if (extent == 0 && copies_zeros && axis < extents.size()) extent = extents[axis];
    if (extent == -1 && !open) {
      open = &extent;
    } else if (extent < 1 || extent > size / known) {
      return misfit();
    } else {
      known *= extent;
    }
  }
  if (batch < -1 || (batch == -1 && open) || size % known != 0 || (!open && known != size)) return misfit();
  if (open) *open = size / known;
  if (target.size() == 1) return Flatten::read_flattening(context);
  MLSEC_TRY_VOID(context.lay_plain());
  context.make(plain_order(target.size()));
  if (context.shape() == Shape(std::span<const std::int64_t>(target))) return std::unique_ptr<Operation>();
  return std::unique_ptr<Operation>(
      std::make_unique<Reshape>(Reshape::Options{std::vector<int>(target.begin(), target.end())}));
}

NodeDescription write_slice(NodeWriter& writer, std::size_t axis, std::int64_t begin, std::int64_t end,
                            std::int64_t step) {
  writer.arrange(AxisOrder(writer.input().order));
  const auto in_file = static_cast<std::int64_t>(axis_in_file(writer.input().order, axis)) + 1;
  return writer.node("Slice", {writer.add_integers("starts", {begin}), writer.add_integers("ends", {end}),
                               writer.add_integers("axes", {in_file}), writer.add_integers("steps", {step})});
}

}  // namespace

Made Reshape::read(NodeContext& context) {
  const bool reshapes = context.node().operation == "Reshape";
  MLSEC_TRY(auto list, context.list(reshapes ? "shape" : "axes", 1));
  if (context.node().operation == "Squeeze") return read_squeeze(context, list);
  if (!list) return context.refuse("its input 1 must be a constant list of whole numbers");
  return reshapes ? read_reshape(context, std::move(*list)) : read_unsqueeze(context, std::move(*list));
}

Result<NodeDescription> Reshape::write(NodeWriter& writer) const {
  const AxisOrder plain = plain_order(writer.input().shape.rank());
  if (writer.input().flattened > 0 || moves_elements(writer.extents(), writer.input().order, plain))
    writer.arrange(plain);
  const Shape& shape = writer.output_shape();
  Integers extents{0};
  extents.insert(extents.end(), shape.begin(), shape.end());
  writer.make(plain_order(shape.rank()));
  return writer.node("Reshape", {writer.add_integers("shape", std::move(extents))});
}

// The engine's axes stay where they are, and no number moves.
Made Transpose::read(NodeContext& context) {
  const AxisOrder before = context.value().order;
  const std::size_t batch_axes = context.batch_axes(), axes = before.size() + batch_axes;
  Integers backwards;
  for (std::size_t axis = axes; axis-- > 0;) backwards.push_back(static_cast<std::int64_t>(axis));
  const Integers permutation = context.integers("perm", std::move(backwards));
  AxisOrder order;
  std::vector<bool> taken(axes, false);
  bool fits = permutation.size() == axes && (batch_axes == 0 || permutation[0] == 0);
  for (std::size_t i = batch_axes; fits && i < permutation.size(); ++i) {
    const auto axis = static_cast<std::size_t>(permutation[i]);
    fits = axis >= batch_axes && axis < axes && !taken[axis];
    if (!fits) break;
    taken[axis] = true;
    order.push_back(before[axis - batch_axes]);
  }
  if (!fits) return context.refuse("its perm must name each axis once, the batch first");
  context.value().order = std::move(order);
  return std::unique_ptr<Operation>();
}

Result<NodeDescription> Transpose::write(NodeWriter& writer) const {
  writer.arrange(AxisOrder(writer.input().order));
  Integers permutation{0};
  for (int axis : options_.order)
    permutation.push_back(
        static_cast<std::int64_t>(axis_in_file(writer.input().order, static_cast<std::size_t>(axis))) + 1);
  writer.make(plain_order(options_.order.size()));
  return writer.node("Transpose", {}, {{"perm", std::move(permutation)}});
}

Made Slice::read(NodeContext& context) {
  MLSEC_TRY(const auto begins, context.list("starts", 1));
  MLSEC_TRY(const auto ends, context.list("ends", 2));
  MLSEC_TRY(auto axes, context.list("axes", 3));
  MLSEC_TRY(auto steps, context.list("steps", 4));
  if (!begins || !ends || begins->size() != ends->size() || (axes && axes->size() != begins->size()) ||
      (steps && steps->size() != begins->size()) || begins->size() > Shape::max_rank)
    return context.refuse("its lists must have one number for each axis");
  MLSEC_TRY_VOID(context.complete());
  const Integers extents = context.extents();
  std::vector<bool> seen(extents.size(), false);
  for (std::size_t i = 0; i < begins->size(); ++i) {
    MLSEC_TRY(const std::size_t axis, context.axis(axes ? (*axes)[i] : static_cast<std::int64_t>(i), extents.size()));
    if (seen[axis]) return context.refuse("it names an axis twice");
    seen[axis] = true;
    const std::int64_t extent = extents[axis], step = steps ? (*steps)[i] : 1;
    const auto place = [&](std::int64_t given, std::int64_t low, std::int64_t high) {
      return std::clamp(given < 0 ? given + extent : given, low, high);
    };
    if (step == 0) return context.refuse("its steps must not be 0");
    if (step > 0) {
      const std::int64_t begin = place((*begins)[i], 0, extent), end = place((*ends)[i], 0, extent);
      if (begin == 0 && end == extent && step == 1) continue;
      MLSEC_TRY_VOID(context.apply(range_of(context, axis, begin, end, step)));
      continue;
    }
    // Backwards.
    const std::int64_t begin = place((*begins)[i], 0, extent - 1), end = place((*ends)[i], -1, extent - 1);
    std::vector<int> indices;
    for (std::int64_t at = begin; at > end; at += std::max(step, -extent)) indices.push_back(small(at));
    MLSEC_TRY_VOID(context.apply(
        std::make_unique<Gather>(Gather::Options{small(engine_axis(context, axis)), std::move(indices)})));
  }
  return std::unique_ptr<Operation>();
}

Result<NodeDescription> Slice::write(NodeWriter& writer) const {
  const Shape& shape = writer.input().shape;
  const std::size_t axis = *shape.find_axis(options_.axis);
  const auto place = [&](int given) {
    return std::clamp<std::int64_t>(given < 0 ? given + shape[axis] : given, 0, shape[axis]);
  };
  return write_slice(writer, axis, place(options_.begin), options_.end ? place(*options_.end) : shape[axis],
                     options_.step);
}

// A layer for each part.
Made Split::read(NodeContext& context) {
  const std::size_t parts = context.node().outputs.size();
  MLSEC_TRY(auto sizes, context.list("split", 1));
  MLSEC_TRY(const std::size_t axis, context.axis(context.integer("axis", 0), context.rank()));
  MLSEC_TRY_VOID(context.complete());
  const std::int64_t extent = context.extents()[axis];
  if (!sizes) {
    const auto count = static_cast<std::int64_t>(parts), each = (extent + count - 1) / count;
    sizes = Integers(parts, each);
    sizes->back() = extent - each * (count - 1);
  }
  std::int64_t end = extent;
  if (sizes->size() != parts) return context.refuse("its parts do not fit its outputs");
  for (std::int64_t size : *sizes) {
    if (size < 1 || size > end) return context.refuse("its parts do not fit its axis");
    end -= size;
  }
  if (end != 0) return context.refuse("its parts do not fit its axis");
  end = extent;
  for (std::size_t part = parts; part-- > 1;) {
    const std::int64_t begin = end - (*sizes)[part];
    if (!context.node().outputs[part].empty())
      MLSEC_TRY_VOID(context.finish(range_of(context, axis, begin, end), part));
    end = begin;
  }
  return range_of(context, axis, 0, end);
}

Result<NodeDescription> Split::write(NodeWriter& writer) const {
  const std::size_t axis = *writer.input().shape.find_axis(options_.axis);
  const std::int64_t size = writer.output_shape()[axis], begin = size * options_.part;
  return write_slice(writer, axis, begin, begin + size, 1);
}

// One index takes its axis away, a list of them keeps it.
Made Gather::read(NodeContext& context) {
  if (context.first_is_constant()) return Embedding::read(context);
  const Constant* given = context.constant(1);
  if (!given || given->integers.empty()) return context.refuse("its indices must be constant whole numbers");
  MLSEC_TRY(const std::size_t axis, context.axis(context.integer("axis", 0), context.rank()));
  MLSEC_TRY_VOID(context.complete());
  const std::int64_t extent = context.extents()[axis];
  std::vector<int> indices;
  for (std::int64_t index : given->integers) indices.push_back(small(index < 0 ? index + extent : index));
  if (given->shape.rank() > 1) {
    // The axes of the indices take the place of the axis.
    MLSEC_TRY_VOID(context.arrange(plain_order(context.rank())));
    Integers extents = context.extents();
    MLSEC_TRY_VOID(context.apply(std::make_unique<Gather>(Options{small(engine_axis(context, axis)), indices})));
    const auto at = extents.erase(extents.begin() + static_cast<std::ptrdiff_t>(axis));
    extents.insert(at, given->shape.begin(), given->shape.end());
    if (extents.size() >= Shape::max_rank) return context.refuse("it makes more than 7 axes");
    MLSEC_TRY_VOID(context.reshape(extents));
    context.make(plain_order(extents.size()));
    return std::unique_ptr<Operation>();
  }
  auto gather = std::make_unique<Gather>(Options{small(engine_axis(context, axis)), std::move(indices)});
  if (given->shape.rank() == 1) return std::unique_ptr<Operation>(std::move(gather));
  MLSEC_TRY_VOID(context.apply(std::move(gather)));
  MLSEC_TRY_VOID(drop(context, axis));
  return std::unique_ptr<Operation>();
}

Result<NodeDescription> Gather::write(NodeWriter& writer) const {
  writer.arrange(AxisOrder(writer.input().order));
  const std::size_t axis = *writer.input().shape.find_axis(options_.axis);
  return writer.node("Gather", {writer.add_integers("indices", {options_.indices.begin(), options_.indices.end()})},
                     {{"axis", static_cast<std::int64_t>(axis_in_file(writer.input().order, axis)) + 1}});
}

Made Pad::read(NodeContext& context) {
  const std::string mode = context.text("mode", "constant");
  Options options;
  if (mode == "constant")
    options.mode = PadMode::constant;
  else if (mode == "reflect")
    options.mode = PadMode::reflect;
  else if (mode == "edge")
    options.mode = PadMode::edge;
  else
    return context.refuse("its mode " + mode + " is not supported");
  MLSEC_TRY(const auto pads, context.list("pads", 1));
  MLSEC_TRY(auto axes, context.list("axes", 3));
  options.value = double{context.number("value", 0)};
  if (context.present(2)) {
    const Constant* value = context.constant(2);
    if (!value || value->floats.size() != 1) return context.refuse("its value must be a constant number");
    options.value = double{value->floats[0]};
  }
  MLSEC_TRY_VOID(context.complete());
  const std::size_t rank = context.rank(), count = axes ? axes->size() : rank + context.batch_axes();
  if (!pads || pads->size() != 2 * count) return context.refuse("its pads must be two constants for each axis");
  options.before.assign(rank, 0);
  options.after.assign(rank, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t before = (*pads)[i], after = (*pads)[count + i];
    if (before == 0 && after == 0) continue;
    constexpr std::int64_t limit = 65536;
    if (before < 0 || after < 0 || before > limit || after > limit)
      return context.refuse("its pads must be from 0 to 65536");
    MLSEC_TRY(const std::size_t axis, context.axis(axes ? (*axes)[i] : static_cast<std::int64_t>(i), rank));
    const auto here = static_cast<std::size_t>(engine_axis(context, axis));
    options.before[here] = small(before);
    options.after[here] = small(after);
  }
  return std::unique_ptr<Operation>(std::make_unique<Pad>(options));
}

Result<NodeDescription> Pad::write(NodeWriter& writer) const {
  writer.arrange(AxisOrder(writer.input().order));
  Integers pads;
  for (const auto* side : {&options_.before, &options_.after}) {
    pads.push_back(0);
    for (int axis : writer.input().order) pads.push_back((*side)[static_cast<std::size_t>(axis)]);
  }
  return writer.node("Pad",
                     {writer.add_integers("pads", std::move(pads)),
                      writer.add("value", {Shape{}, {static_cast<float>(options_.value)}, {}})},
                     {{"mode", std::string(name_of(options_.mode))}});
}

}  // namespace mlsec::nn
