#include "nn/operations/composed.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"
#include "nn/operations/activations.hpp"
#include "nn/operations/affine.hpp"
#include "nn/operations/arithmetic.hpp"
#include "nn/operations/functions.hpp"
#include "nn/operations/rearrange.hpp"
#include "nn/operations/resample.hpp"

namespace mlsec::nn {

namespace {

using Integers = std::vector<std::int64_t>;
using Made = Result<std::unique_ptr<Operation>>;

std::unique_ptr<Operation> times(double factor, double offset = 0) {
  return std::make_unique<Affine>(
      Affine::Options{.factors = std::vector<double>{factor}, .offsets = std::vector<double>{offset}});
}

Made read_negative(NodeContext&) { return times(-1); }

Made read_mean(NodeContext& context) {
  const std::size_t count = context.values();
  if (count != context.node().inputs.size()) return context.refuse("constants cannot be put beside values");
  if (count == 1) return std::unique_ptr<Operation>();
  MLSEC_TRY_VOID(context.agree());
  MLSEC_TRY_VOID(context.combine(std::make_unique<Add>(), count));
  return times(1.0 / static_cast<double>(count));
}

/// Takes the places of an axis of the file that `place` names for each of `count`.
template <class Place>
Result<void> take(NodeContext& context, std::size_t axis, std::int64_t count, Place place) {
  std::vector<int> indices;
  for (std::int64_t i = 0; i < count; ++i) indices.push_back(static_cast<int>(place(i)));
  return context.apply(
      std::make_unique<Gather>(Gather::Options{.axis = context.value().order[axis], .indices = std::move(indices)}));
}

// Extents of 1 are repeated; axes that the value lacks stand before its own.
Made read_expand(NodeContext& context) {
  MLSEC_TRY(auto target, context.list("shape", 1));
  if (!target) return context.refuse("its shape must be a constant list");
  const std::size_t batch = context.batch_axes();
  const auto misfit = [&] { return context.refuse("its shape does not fit one sample behind the batch"); };
  if (target->size() > Shape::max_rank) return misfit();
  if (batch > 0 && target->size() == context.rank() + 1) {
    if ((*target)[0] != 1) return misfit();
    target->erase(target->begin());
  }
  if (batch > 0 && target->size() > context.rank()) return misfit();
  MLSEC_TRY_VOID(context.complete());
  AxisOrder& order = context.value().order;
  if (target->size() > order.size()) order.insert(order.begin(), target->size() - order.size(), no_axis);
  MLSEC_TRY_VOID(context.complete());
  target->insert(target->begin(), context.rank() - target->size(), 1);
  const Integers extents = context.extents();
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    const std::int64_t wanted = (*target)[axis];
    if (wanted == 1 || wanted == extents[axis]) continue;
    if (extents[axis] != 1 || wanted < 1 || wanted > 65536) return misfit();
    MLSEC_TRY_VOID(take(context, axis, wanted, [](std::int64_t) { return 0; }));
  }
  return std::unique_ptr<Operation>();
}

Made read_tile(NodeContext& context) {
  MLSEC_TRY(auto repeats, context.list("repeats", 1));
  const std::size_t batch = context.batch_axes();
  if (!repeats || repeats->size() != context.rank() + batch || (batch > 0 && (*repeats)[0] != 1))
    return context.refuse("its repeats must be constants, one for each axis, and 1 for the batch");
  MLSEC_TRY_VOID(context.complete());
  const Integers extents = context.extents();
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    const std::int64_t repeat = (*repeats)[axis + batch], extent = extents[axis];
    if (repeat == 1) continue;
    if (repeat < 1 || repeat > 65536 / extent) return context.refuse("it repeats an axis too often or never");
    MLSEC_TRY_VOID(take(context, axis, repeat * extent, [&](std::int64_t i) { return i % extent; }));
  }
  return std::unique_ptr<Operation>();
}

}  // namespace

std::span<const ComposedReader> composed_readers() {
  static constexpr std::array readers{ComposedReader{"Neg", read_negative},
                                      ComposedReader{"Mean", read_mean},
                                      ComposedReader{"Expand", read_expand},
                                      ComposedReader{"Tile", read_tile},
                                      ComposedReader{"LinearClassifier", read_linear_classifier},
                                      ComposedReader{"Scaler", read_scaler}};
  return readers;
}

Made read_prelu_by_value(NodeContext& context, const Constant& slopes) {
  MLSEC_TRY(std::vector<float> factors, Affine::in_engine(context, slopes));
  const std::size_t negative = context.duplicate();
  MLSEC_TRY_VOID(context.apply(std::make_unique<Relu>()));
  MLSEC_TRY_VOID(context.apply(times(-1), negative));
  MLSEC_TRY_VOID(context.apply(std::make_unique<Relu>(), negative));
  MLSEC_TRY_VOID(context.apply(std::make_unique<Affine>(std::move(factors), std::vector<float>{0}), negative));
  return std::unique_ptr<Operation>(std::make_unique<Subtract>());
}

Made read_power(NodeContext& context, double exponent) {
  const double whole = std::fabs(exponent);
  if (whole == std::floor(whole) && whole >= 1 && whole <= 16) {
    auto power = std::make_unique<Pow>(PowFunction::Options{static_cast<int>(whole)});
    if (exponent > 0) return std::unique_ptr<Operation>(std::move(power));
    MLSEC_TRY_VOID(context.apply(std::move(power)));
    return std::unique_ptr<Operation>(std::make_unique<Reciprocal>());
  }
  if (exponent == 0.5) return std::unique_ptr<Operation>(std::make_unique<Sqrt>());
  MLSEC_TRY_VOID(context.apply(std::make_unique<Log>()));
  MLSEC_TRY_VOID(context.apply(times(exponent)));
  return std::unique_ptr<Operation>(std::make_unique<Exp>());
}

Result<void> read_moments(NodeContext& context, std::size_t first_axis, double epsilon) {
  const auto& outputs = context.node().outputs;
  const auto wanted = [&](std::size_t output) { return output < outputs.size() && !outputs[output].empty(); };
  if (!wanted(1) && !wanted(2)) return {};
  NodeContext moments = context;
  MLSEC_TRY_VOID(moments.complete());
  ReduceOptions over{std::vector<int>{}, true};
  for (std::size_t axis = first_axis; axis < moments.rank(); ++axis) over.axes->push_back(moments.value().order[axis]);
  const std::size_t mean = moments.duplicate();
  MLSEC_TRY_VOID(moments.apply(std::make_unique<ReduceMean>(over), mean));
  if (wanted(1)) context.make_output(1, moments.value(mean));
  MLSEC_TRY_VOID(moments.combine(std::make_unique<Subtract>()));
  MLSEC_TRY_VOID(moments.apply(std::make_unique<Pow>(PowFunction::Options{2})));
  MLSEC_TRY_VOID(moments.apply(std::make_unique<ReduceMean>(over)));
  MLSEC_TRY_VOID(moments.apply(times(1, epsilon)));
  MLSEC_TRY_VOID(moments.apply(std::make_unique<Sqrt>()));
  MLSEC_TRY_VOID(moments.apply(std::make_unique<Reciprocal>()));
  if (wanted(2)) context.make_output(2, moments.value());
  return {};
}

}  // namespace mlsec::nn
