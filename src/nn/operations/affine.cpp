#include "nn/operations/affine.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "nn/node_writer.hpp"
#include "nn/operations/functions.hpp"
#include "nn/operations/sparse.hpp"

namespace mlsec::nn {

namespace {

/// Of each axis of a value in the file, how far its places lie apart in a constant that is repeated along it: 0 along
/// axes that the constant does not have. Refuses what does not fit.
Result<std::vector<std::size_t>> strides_of(const NodeContext& context, const Shape& constant,
                                            const std::vector<std::int64_t>& extents) {
  std::vector<std::size_t> strides(extents.size(), 0);
  std::size_t stride = 1;
  for (std::size_t back = 1; back <= constant.rank(); ++back) {
    const std::int64_t extent = constant[constant.rank() - back];
    if (extent == 1) continue;
    if (back > extents.size() || extents[extents.size() - back] != extent)
      return context.refuse(sentence({"its constant of ", to_text(constant), " does not fit its input"}));
    strides[extents.size() - back] = stride;
    stride *= static_cast<std::size_t>(extent);
  }
  return strides;
}

}  // namespace

Result<std::vector<float>> Affine::in_engine(NodeContext& context, const Constant& constant) {
  if (constant.floats.size() <= 1) return constant.floats;
  const std::vector<std::int64_t> extents = context.extents();
  MLSEC_TRY(const std::vector<std::size_t> strides, strides_of(context, constant.shape, extents));
  const ReadValue& value = context.value();
  const std::size_t size = context.size();
  std::vector<float> result(size);
  if (value.flattened > 0) {
    for (std::size_t i = 0; i < size; ++i) result[place_in_engine(value.flattened, size, i)] = constant.floats[i];
    return result;
  }
  const Shape& shape = context.shape();
  const Strides places(shape);
  for (std::size_t element = 0; element < size; ++element) {
    const auto at = places.coordinates(element);
    std::size_t from = 0;
    for (std::size_t axis = 0; axis < extents.size(); ++axis)
      if (value.order[axis] != no_axis) from += at[static_cast<std::size_t>(value.order[axis])] * strides[axis];
    result[element] = constant.floats[from];
  }
  const std::size_t channels = static_cast<std::size_t>(shape.last());
  if (constant.floats.size() == channels &&
      std::equal(result.begin() + static_cast<std::ptrdiff_t>(channels), result.end(), result.begin()))
    result.resize(channels);
  return result;
}

Affine::Affine(const Options& options) {
  const auto list = [](const std::optional<std::vector<double>>& given, double otherwise) {
    std::vector<float> values;
    for (double value : given.value_or(std::vector<double>{otherwise})) values.push_back(static_cast<float>(value));
    return values;
  };
  factors_ = list(options.factors, 1);
  offsets_ = list(options.offsets, 0);
}

Result<std::unique_ptr<Operation>> Affine::read(NodeContext& context) {
  const std::string& operation = context.node().operation;
  const bool constant_first = context.first_is_constant();
  const Constant* constant = context.constant(constant_first ? 0 : 1);
  if (context.node().inputs.size() != 2 || !constant || constant->floats.empty())
    return context.refuse("a constant operand must be one of two, and floats");
  if (operation == "Div" && constant_first) MLSEC_TRY_VOID(context.apply(std::make_unique<Reciprocal>()));
  Constant placed = *constant;
  if (context.has("broadcast") && context.has("axis")) {
    // Before version 7 a constant could begin at any axis: those behind its own have extent 1.
    const auto axes = static_cast<std::int64_t>(context.rank() + context.batch_axes());
    const std::int64_t axis = context.integer("axis", 0);
    const bool outside = axis < 0 || axis > axes;
    const std::int64_t behind = outside ? -1 : axes - axis - static_cast<std::int64_t>(placed.shape.rank());
    if (behind < 0 || behind >= axes) return context.refuse("its constant does not fit its input");
    std::vector<std::int64_t> extents(placed.shape.begin(), placed.shape.end());
    extents.insert(extents.end(), static_cast<std::size_t>(behind), 1);
    placed.shape = Shape(std::span<const std::int64_t>(extents));
  }
  MLSEC_TRY(std::vector<float> numbers, in_engine(context, placed));
  std::vector<float> one{1}, zero{0};
  if (operation == "Add" || operation == "Sum") {
    std::swap(zero, numbers);
  } else if (operation == "Sub") {
    if (constant_first)
      one[0] = -1;
    else
      for (float& number : numbers) number = -number;
    std::swap(zero, numbers);
  } else {
    if (operation == "Div" && !constant_first)
      for (float& number : numbers) {
        number = 1 / number;
        if (!std::isfinite(number)) return context.refuse("it divides by zero");
      }
    std::swap(one, numbers);
  }
  return std::unique_ptr<Operation>(std::make_unique<Affine>(std::move(one), std::move(zero)));
}

Result<Shape> Affine::connect(std::span<const Shape> inputs) {
  size_ = inputs[0].count();
  for (const auto* list : {&factors_, &offsets_})
    if (list->size() != 1 && list->size() != size_ && list->size() != static_cast<std::size_t>(inputs[0].last()))
      return Error{ErrorCode::shape_mismatch, "model",
                   sentence({"An affine layer of ", list->size(), " numbers does not fit ", to_text(inputs[0]), "."})};
  return inputs[0];
}

void Affine::multiply(std::size_t rows, const float* x, float* y) const {
  const std::size_t period = factors_.size();
  for (std::size_t i = 0; i < rows * size_; i += period)
    for (std::size_t k = 0; k < period; ++k) y[i + k] = x[i + k] * factors_[k];
}

void Affine::forward(const ForwardCall& call) {
  multiply(call.rows, call.inputs[0], call.output);
  const std::size_t period = offsets_.size();
  for (std::size_t i = 0; i < call.rows * size_; i += period)
    for (std::size_t k = 0; k < period; ++k) call.output[i + k] += offsets_[k];
}

Result<void> Affine::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  multiply(call.rows, call.output_cotangent, input_cotangent);
  return {};
}

Result<void> Affine::forward_tangent(const TangentCall& call) {
  multiply(call.rows, call.input_tangents[0], call.output_tangent);
  return {};
}

Result<void> Affine::interval(const IntervalCall& call) {
  NodeMemory memory;
  forward({call.rows, call.lower, call.output_lower, memory, 0, nullptr});
  forward({call.rows, call.upper, call.output_upper, memory, 0, nullptr});
  for (std::size_t i = 0; i < call.rows * size_; ++i)
    if (call.output_lower[i] > call.output_upper[i]) std::swap(call.output_lower[i], call.output_upper[i]);
  return {};
}

Result<NodeDescription> Affine::write(NodeWriter& writer) const {
  if (factors_.size() > 1 || offsets_.size() > 1) writer.arrange(AxisOrder(writer.input().order));
  const WrittenValue value = writer.input();
  const auto constant = [&](const char* name, const std::vector<float>& numbers) {
    Constant result{Shape{}, numbers, {}};
    if (numbers.size() == 1) return writer.add(name, std::move(result));
    std::vector<std::int64_t> extents = writer.extents();
    const int channel_axis = static_cast<int>(value.shape.rank()) - 1;
    if (numbers.size() != size_)
      for (std::size_t axis = 0; axis < extents.size(); ++axis)
        if (value.order[axis] != channel_axis) extents[axis] = 1;
    result.shape = Shape(std::span<const std::int64_t>(extents));
    const Strides in_file(result.shape), here(value.shape);
    if (numbers.size() == size_)
      for (std::size_t element = 0; element < size_; ++element) {
        const auto at = here.coordinates(element);
        std::size_t to = 0;
        for (std::size_t axis = 0; axis < extents.size(); ++axis)
          to += at[static_cast<std::size_t>(value.order[axis])] * in_file[axis];
        result.floats[to] = numbers[element];
      }
    return writer.add(name, std::move(result));
  };
  const bool adds = offsets_ != std::vector<float>{0};
  if (!adds || factors_ != std::vector<float>{1}) {
    NodeDescription product = writer.node("Mul", {constant("factors", factors_)});
    if (!adds) return product;
    product.name += ".product";
    writer.step(std::move(product), "product");
  }
  return writer.node("Add", {constant("offsets", offsets_)});
}

}  // namespace mlsec::nn
