#include <algorithm>

#include "base/text.hpp"
#include "nn/operations/composed.hpp"
#include "nn/operations/conv2d.hpp"
#include "nn/operations/rearrange.hpp"

namespace mlsec::nn {

namespace {

using Integers = std::vector<std::int64_t>;
using Made = Result<std::unique_ptr<Operation>>;

/// One axis of the window, and how the input is widened along it.
struct Side {
  std::int64_t input, kernel, stride, dilation, extra, before, after;

  std::int64_t reach() const { return (kernel - 1) * dilation; }
  std::int64_t output() const { return stride * (input - 1) + extra + reach() + 1 - before - after; }
};

Result<std::vector<Side>> sides_of(const NodeContext& context, const Shape& kernels) {
  const Integers extents = context.extents();
  const std::size_t axes = extents.size() - 1;
  const Integers ones(axes, 1), zeros(axes, 0);
  const Integers strides = context.integers("strides", ones), dilations = context.integers("dilations", ones);
  const Integers extra = context.integers("output_padding", zeros);
  const Integers outputs = context.integers("output_shape", {});
  Integers pads = context.integers("pads", Integers(2 * axes, 0));
  const std::string automatic = context.text("auto_pad", "NOTSET");
  const auto is_small = [](const Integers& list, std::int64_t least) {
    return std::all_of(list.begin(), list.end(), [&](std::int64_t value) { return value >= least && value <= 4096; });
  };
  if (strides.size() != axes || dilations.size() != axes || extra.size() != axes || pads.size() != 2 * axes ||
      (!outputs.empty() && outputs.size() != axes) || !is_small(strides, 1) || !is_small(dilations, 1) ||
      !is_small(extra, 0) || !is_small(pads, 0) || !is_small(outputs, 1))
    return context.refuse("its attributes do not fit its axes");
  std::vector<Side> sides;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    Side side{extents[axis + 1], kernels[axis + 2], strides[axis], dilations[axis], extra[axis], 0, 0};
    if (side.kernel > 4096) return context.refuse("its kernels are too large");
    if (!outputs.empty() || automatic.starts_with("SAME")) {
      const std::int64_t wanted = outputs.empty() ? side.input * side.stride : outputs[axis];
      const std::int64_t total = side.output() - wanted;
      // What is left over is cut off at the end, or, by SAME_LOWER, at the beginning.
      const std::int64_t smaller = total < 0 ? 0 : total / 2;
      side.before = automatic == "SAME_LOWER" ? total - smaller : smaller;
      side.after = total - side.before;
    } else if (automatic == "NOTSET") {
      side.before = pads[axis];
      side.after = pads[axes + axis];
    }
    if (side.output() < 1) return context.refuse("nothing is left of its output");
    sides.push_back(side);
  }
  return sides;
}

/// Adds zeros at the ends of the engine's axes, or takes places away where the number is negative.
Result<void> widen(NodeContext& context, const Integers& before, const Integers& after) {
  Pad::Options pad;
  for (std::size_t axis = 0; axis < before.size(); ++axis) {
    pad.before.push_back(static_cast<int>(std::max<std::int64_t>(before[axis], 0)));
    pad.after.push_back(static_cast<int>(std::max<std::int64_t>(after[axis], 0)));
    if (before[axis] >= 0 && after[axis] >= 0) continue;
    const std::int64_t end = context.shape()[axis] + std::min<std::int64_t>(after[axis], 0);
    MLSEC_TRY_VOID(context.apply(
        std::make_unique<Slice>(Slice::Options{.axis = static_cast<int>(axis),
                                               .begin = static_cast<int>(std::max<std::int64_t>(-before[axis], 0)),
                                               .end = static_cast<int>(end)})));
  }
  const auto none = [](const std::vector<int>& list) {
    return std::all_of(list.begin(), list.end(), [](int count) { return count == 0; });
  };
  if (none(pad.before) && none(pad.after)) return {};
  return context.apply(std::make_unique<Pad>(pad));
}

/// Zeros behind each place, one fewer than the stride. The engine's axes are those of the window, then channels.
Result<void> spread_out(NodeContext& context, const std::vector<Side>& sides) {
  if (std::all_of(sides.begin(), sides.end(), [](const Side& side) { return side.stride == 1; })) return {};
  const std::int64_t channels = context.shape().last();
  Integers split, joined, zeros, behind;
  for (const Side& side : sides) {
    split.insert(split.end(), {side.input, 1});
    behind.insert(behind.end(), {0, side.stride - 1});
    zeros.insert(zeros.end(), {0, 0});
    joined.push_back(side.input * side.stride);
  }
  for (Integers* list : {&split, &joined}) list->push_back(channels);
  for (Integers* list : {&zeros, &behind}) list->push_back(0);
  MLSEC_TRY_VOID(context.reshape(split));
  MLSEC_TRY_VOID(widen(context, zeros, behind));
  return context.reshape(joined);
}

/// Inputs x (filters of a group) x taps becomes filters x mirrored taps x (inputs of a group).
Tensor mirrored(const Constant& kernels, std::size_t groups) {
  const Shape& shape = kernels.shape;
  const auto inputs = static_cast<std::size_t>(shape[0]) / groups, filters = static_cast<std::size_t>(shape[1]);
  const std::size_t taps = kernels.floats.size() / (inputs * groups * filters);
  Tensor result(Shape{static_cast<std::int64_t>(filters * groups), shape.rank() == 3 ? 1 : shape[2],
                      shape[shape.rank() - 1], static_cast<std::int64_t>(inputs)});
  for (std::size_t group = 0; group < groups; ++group)
    for (std::size_t f = 0; f < filters; ++f)
      for (std::size_t t = 0; t < taps; ++t)
        for (std::size_t i = 0; i < inputs; ++i)
          result[((group * filters + f) * taps + taps - 1 - t) * inputs + i] =
              kernels.floats[((group * inputs + i) * filters + f) * taps + t];
  return result;
}

}  // namespace

Made read_conv_transpose(NodeContext& context) {
  const std::size_t rank = context.rank();
  if (rank != 2 && rank != 3) return context.refuse("only windows over one or two axes are supported");
  MLSEC_TRY(const Constant* kernels, context.floats(1, rank + 1));
  const std::int64_t groups = context.integer("group", 1), inputs = context.extents()[0];
  if (groups < 1 || kernels->shape[0] != inputs || inputs % groups != 0 || groups > 65536)
    return context.refuse("its kernels do not fit its input");
  MLSEC_TRY_VOID(context.arrange(channels_first(rank)));
  MLSEC_TRY(const std::vector<Side> sides, sides_of(context, kernels->shape));
  MLSEC_TRY_VOID(spread_out(context, sides));
  Integers before, after;
  for (const Side& side : sides) {
    before.push_back(side.reach() - side.before);
    after.push_back(side.reach() - side.after + side.extra - (side.stride - 1));
  }
  before.push_back(0);
  after.push_back(0);
  MLSEC_TRY_VOID(widen(context, before, after));

  const auto filters = static_cast<std::size_t>(kernels->shape[1] * groups);
  Tensor bias;
  if (context.present(2)) {
    MLSEC_TRY(bias, context.numbers(2, filters));
  }
  WindowGeometry geometry;
  geometry.kernel_height = rank == 3 ? static_cast<int>(sides[0].kernel) : 1;
  geometry.kernel_width = static_cast<int>(sides.back().kernel);
  geometry.dilation_height = rank == 3 ? static_cast<int>(sides[0].dilation) : 1;
  geometry.dilation_width = static_cast<int>(sides.back().dilation);
  geometry.groups = static_cast<int>(groups);
  Tensor kernel = mirrored(*kernels, static_cast<std::size_t>(groups));
  if (rank == 2)
    return std::unique_ptr<Operation>(std::make_unique<Conv1d>(std::move(kernel), std::move(bias), geometry));
  return std::unique_ptr<Operation>(std::make_unique<Conv2d>(std::move(kernel), std::move(bias), geometry));
}

}  // namespace mlsec::nn
