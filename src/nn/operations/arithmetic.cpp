#include "nn/operations/arithmetic.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "base/text.hpp"
#include "nn/node_writer.hpp"
#include "nn/operations/affine.hpp"
#include "nn/operations/sparse.hpp"

namespace mlsec::nn {

namespace {

Error unfitting(std::string_view id, const Shape& a, const Shape& b) {
  return {
      ErrorCode::shape_mismatch, "from",
      sentence({"Inputs of ", to_text(a), " and ", to_text(b), " do not fit together in a layer of type ", id, "."})};
}

// The shape to which shapes are broadcast: aligned at the last axis, where each has the same extent, 1 or none.
Result<Shape> broadcast_shape(std::span<const Shape> inputs, std::string_view id) {
  Shape output = inputs[0];
  for (const Shape& shape : inputs.subspan(1)) {
    const Shape& longer = shape.rank() > output.rank() ? shape : output;
    Shape next = longer;
    for (std::size_t back = 1; back <= longer.rank(); ++back) {
      const auto extent = [&](const Shape& of) { return back > of.rank() ? 1 : of[of.rank() - back]; };
      const std::int64_t a = extent(output), b = extent(shape);
      if (a != b && a != 1 && b != 1) return unfitting(id, output, shape);
      next[longer.rank() - back] = a == 1 ? b : a;
    }
    output = next;
  }
  return output;
}

// Which element of an input goes into an element of the output. Empty where it is the same one.
std::vector<std::uint32_t> broadcast_places(const Shape& input, const Shape& output) {
  if (input == output) return {};
  const Strides from(input), to(output);
  const std::size_t missing = output.rank() - input.rank();
  std::vector<std::uint32_t> places(output.count());
  for (std::size_t element = 0; element < places.size(); ++element) {
    const auto at = to.coordinates(element);
    std::size_t place = 0;
    for (std::size_t axis = 0; axis < input.rank(); ++axis)
      if (input[axis] > 1) place += at[axis + missing] * from[axis];
    places[element] = static_cast<std::uint32_t>(place);
  }
  return places;
}

}  // namespace

Result<std::unique_ptr<Operation>> Arithmetic::read_as(NodeContext& context, std::unique_ptr<Operation> layer) {
  if (context.values() < context.node().inputs.size()) return Affine::read(context);
  if (context.values() == 1) return std::unique_ptr<Operation>();
  MLSEC_TRY_VOID(context.agree());
  return layer;
}

// max(x, c) = c + relu(x - c), min(x, c) = c - relu(c - x).
Result<std::unique_ptr<Operation>> Arithmetic::read_extreme(NodeContext& context, float sign,
                                                            std::unique_ptr<Operation> (*make)()) {
  MLSEC_TRY_VOID(context.agree());
  while (context.values() > 1) MLSEC_TRY_VOID(context.combine(make(), 2));
  for (std::size_t input = 0; input < context.node().inputs.size(); ++input) {
    const Constant* constant = context.constant(input);
    if (!constant) continue;
    if (constant->floats.empty()) return context.refuse("its constants must be floats");
    MLSEC_TRY(std::vector<float> bound, Affine::in_engine(context, *constant));
    std::vector<float> shift;
    for (float number : bound) shift.push_back(-sign * number);
    MLSEC_TRY_VOID(context.apply(std::make_unique<Affine>(std::vector<float>{sign}, std::move(shift))));
    MLSEC_TRY_VOID(context.apply(std::make_unique<Relu>()));
    MLSEC_TRY_VOID(context.apply(std::make_unique<Affine>(std::vector<float>{sign}, std::move(bound))));
  }
  return std::unique_ptr<Operation>();
}

Result<Shape> Arithmetic::connect(std::span<const Shape> inputs) {
  if (inputs.size() < 2 || (inputs.size() > 2 && !takes_more_than_two()))
    return Error{ErrorCode::shape_mismatch, "from",
                 sentence({"A layer of type ", id(), " needs ", takes_more_than_two() ? "at least " : "",
                           "two inputs, named in from."})};
  MLSEC_TRY(const Shape output, broadcast_shape(inputs, id()));
  if (output.count() > maximum_elements) return too_large();
  size_ = output.count();
  sizes_.clear();
  places_.clear();
  broadcasts_ = false;
  for (const Shape& shape : inputs) {
    sizes_.push_back(shape.count());
    places_.push_back(broadcast_places(shape, output));
    broadcasts_ = broadcasts_ || !places_.back().empty();
  }
  return output;
}

template <class Visit>
void Arithmetic::for_each_block(std::size_t rows, Visit visit) const {
  if (!broadcasts_) return visit(Block{0, rows * size_});
  for (std::size_t row = 0; row < rows; ++row) visit(Block{row, size_});
}

// As many numbers as the block has outputs.
const float* Arithmetic::operand(std::span<const float* const> inputs, std::size_t which, const Block& block,
                                 std::vector<float>& room) const {
  const float* values = inputs[which] + block.index * sizes_[which];
  if (places_[which].empty()) return values;
  room.resize(block.count);
  for (std::size_t i = 0; i < block.count; ++i) room[i] = values[places_[which][i]];
  return room.data();
}

// The adjoint of repeating: overwrites what of `to` belongs to the block.
void Arithmetic::collect(std::size_t which, const Block& block, const float* from, float* to) const {
  float* target = to + block.index * sizes_[which];
  if (places_[which].empty()) {
    std::memcpy(target, from, block.count * sizeof(float));
    return;
  }
  std::memset(target, 0, sizes_[which] * sizeof(float));
  for (std::size_t i = 0; i < block.count; ++i) target[places_[which][i]] += from[i];
}

void Arithmetic::forward(const ForwardCall& call) {
  std::vector<float> first, next;
  for_each_block(call.rows, [&](const Block& block) {
    float* y = call.output + block.index * size_;
    const float* a = operand(call.inputs, 0, block, first);
    for (std::size_t which = 1; which < terms(); ++which, a = y)
      values(block.count, a, operand(call.inputs, which, block, next), y);
  });
}

Result<void> Arithmetic::backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) {
  std::vector<float> first, second, spread;
  for_each_block(call.rows, [&](const Block& block) {
    const float *a = operand(call.inputs, 0, block, first), *b = operand(call.inputs, 1, block, second);
    const float* dy = call.output_cotangent + block.index * size_;
    if (places_[which].empty()) return times_slope(which, block.count, a, b, dy, input_cotangent + block.index * size_);
    spread.resize(block.count);
    times_slope(which, block.count, a, b, dy, spread.data());
    collect(which, block, spread.data(), input_cotangent);
  });
  return {};
}

Result<void> Arithmetic::forward_tangent(const TangentCall& call) {
  if (linear()) return Operation::forward_tangent(call);
  std::vector<float> first, second, room, term;
  for_each_block(call.rows, [&](const Block& block) {
    const float *a = operand(call.inputs, 0, block, first), *b = operand(call.inputs, 1, block, second);
    float* along = call.output_tangent + block.index * size_;
    term.resize(block.count);
    times_slope(0, block.count, a, b, operand(call.input_tangents, 0, block, room), along);
    times_slope(1, block.count, a, b, operand(call.input_tangents, 1, block, room), term.data());
    for (std::size_t i = 0; i < block.count; ++i) along[i] += term[i];
  });
  return {};
}

Result<void> Arithmetic::backward_input_tangent(const BackwardTangentCall& call, std::size_t which,
                                                float* input_cotangent_tangent) {
  // (f' dy)' = f' dy' + (the derivatives of f' to both arguments, times their tangents) dy.
  const BackwardCall& primal = call.primal;
  std::vector<float> first, second, room, sum, term;
  for_each_block(primal.rows, [&](const Block& block) {
    const float *a = operand(primal.inputs, 0, block, first), *b = operand(primal.inputs, 1, block, second);
    const float* dy = primal.output_cotangent + block.index * size_;
    sum.resize(block.count);
    term.resize(block.count);
    times_slope(which, block.count, a, b, call.output_cotangent_tangent + block.index * size_, sum.data());
    for (std::size_t other : {std::size_t{0}, std::size_t{1}}) {
      times_curvature(which, other, block.count, a, b, operand(call.input_tangents, other, block, room), term.data());
      for (std::size_t i = 0; i < block.count; ++i) sum[i] += term[i] * dy[i];
    }
    collect(which, block, sum.data(), input_cotangent_tangent);
  });
  return {};
}

Result<void> Arithmetic::interval(const IntervalCall& call) {
  if (monotone()) return Operation::interval(call);
  constexpr float infinity = std::numeric_limits<float>::infinity();
  std::array<std::vector<float>, 4> rooms;
  std::vector<float> corner;
  for_each_block(call.rows, [&](const Block& block) {
    const std::array a{operand(call.lower, 0, block, rooms[0]), operand(call.upper, 0, block, rooms[1])};
    const std::array b{operand(call.lower, 1, block, rooms[2]), operand(call.upper, 1, block, rooms[3])};
    float *low = call.output_lower + block.index * size_, *high = call.output_upper + block.index * size_;
    std::fill_n(low, block.count, infinity);
    std::fill_n(high, block.count, -infinity);
    corner.resize(block.count);
    for (const float* x : a)
      for (const float* y : b) {
        values(block.count, x, y, corner.data());
        for (std::size_t i = 0; i < block.count; ++i) {
          low[i] = std::min(low[i], corner[i]);
          high[i] = std::max(high[i], corner[i]);
        }
      }
    for (std::size_t i = 0; i < block.count; ++i) {
      if (!has_pole(b[0][i], b[1][i])) continue;
      low[i] = -infinity;
      high[i] = infinity;
    }
  });
  return {};
}

NodeDescription Arithmetic::write_as(const char* operation, NodeWriter& writer) const {
  if (element_wise()) {
    writer.agree();
    return writer.node(operation);
  }
  // Inputs with fewer axes get more in front, and then all of them the order of one that had all axes from the start.
  const std::size_t rank = writer.output_shape().rank();
  AxisOrder order;
  for (std::size_t which = 0; which < writer.inputs() && order.empty(); ++which)
    if (writer.input(which).shape.rank() == rank) order = writer.input(which).order;
  for (std::size_t which = 0; which < writer.inputs(); ++which) {
    const Shape& shape = writer.input(which).shape;
    if (shape.rank() < rank) {
      std::vector<std::int64_t> extents(rank - shape.rank(), 1);
      extents.insert(extents.end(), shape.begin(), shape.end());
      writer.reshape(Shape(std::span<const std::int64_t>(extents)), which);
    }
    writer.arrange(order, which);
  }
  writer.make(order);
  return writer.node(operation);
}

template class Binary<AddFunction>;
template class Binary<SubtractFunction>;
template class Binary<MultiplyFunction>;
template class Binary<DivideFunction>;
template class Binary<MaximumFunction>;
template class Binary<MinimumFunction>;

}  // namespace mlsec::nn
