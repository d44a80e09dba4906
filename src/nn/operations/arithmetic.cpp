#include "nn/operations/arithmetic.hpp"

#include <algorithm>
#include <cstring>

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

// A constant operand makes it a layer of fixed numbers.
template <class O>
Result<std::unique_ptr<Operation>> read_as(NodeContext& context) {
  if (context.values() < context.node().inputs.size()) return Affine::read(context);
  MLSEC_TRY_VOID(context.agree());
  return std::unique_ptr<Operation>(std::make_unique<O>());
}

}  // namespace

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

void Arithmetic::forward(const ForwardCall& call) {
  const auto at = [&](std::size_t which, std::size_t i) { return places_[which].empty() ? i : places_[which][i]; };
  for (std::size_t row = 0; row < call.rows; ++row) {
    float* y = call.output + row * size_;
    const float* first = call.inputs[0] + row * sizes_[0];
    for (std::size_t i = 0; i < size_; ++i) y[i] = first[at(0, i)];
    for (std::size_t which = 1; which < sizes_.size(); ++which) {
      const float* next = call.inputs[which] + row * sizes_[which];
      for (std::size_t i = 0; i < size_; ++i) y[i] = combine(y[i], next[at(which, i)]);
    }
  }
}

Result<void> Arithmetic::backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) {
  std::memset(input_cotangent, 0, call.rows * sizes_[which] * sizeof(float));
  const auto at = [&](std::size_t of, std::size_t i) { return places_[of].empty() ? i : places_[of][i]; };
  for (std::size_t row = 0; row < call.rows; ++row) {
    const float *a = call.inputs[0] + row * sizes_[0], *b = call.inputs[1] + row * sizes_[1];
    const float* dy = call.output_cotangent + row * size_;
    float* dx = input_cotangent + row * sizes_[which];
    for (std::size_t i = 0; i < size_; ++i) dx[at(which, i)] += slope(which, a[at(0, i)], b[at(1, i)]) * dy[i];
  }
  return {};
}

Result<void> Arithmetic::forward_tangent(const TangentCall& call) {
  if (linear()) return Operation::forward_tangent(call);
  const auto at = [&](std::size_t of, std::size_t i) { return places_[of].empty() ? i : places_[of][i]; };
  for (std::size_t row = 0; row < call.rows; ++row) {
    const auto of_row = [&](std::span<const float* const> values, std::size_t which) {
      return values[which] + row * sizes_[which];
    };
    const float *a = of_row(call.inputs, 0), *b = of_row(call.inputs, 1);
    const float *along_a = of_row(call.input_tangents, 0), *along_b = of_row(call.input_tangents, 1);
    float* along = call.output_tangent + row * size_;
    for (std::size_t i = 0; i < size_; ++i) {
      const float x = a[at(0, i)], y = b[at(1, i)];
      along[i] = slope(0, x, y) * along_a[at(0, i)] + slope(1, x, y) * along_b[at(1, i)];
    }
  }
  return {};
}

Result<void> Arithmetic::backward_input_tangent(const BackwardTangentCall& call, std::size_t which,
                                                float* input_cotangent_tangent) {
  const BackwardCall& primal = call.primal;
  std::memset(input_cotangent_tangent, 0, primal.rows * sizes_[which] * sizeof(float));
  const auto at = [&](std::size_t of, std::size_t i) { return places_[of].empty() ? i : places_[of][i]; };
  for (std::size_t row = 0; row < primal.rows; ++row) {
    const auto of_row = [&](std::span<const float* const> values, std::size_t of) {
      return values[of] + row * sizes_[of];
    };
    const float *a = of_row(primal.inputs, 0), *b = of_row(primal.inputs, 1);
    const float *along_a = of_row(call.input_tangents, 0), *along_b = of_row(call.input_tangents, 1);
    const float *dy = primal.output_cotangent + row * size_, *dy_along = call.output_cotangent_tangent + row * size_;
    float* to = input_cotangent_tangent + row * sizes_[which];
    for (std::size_t i = 0; i < size_; ++i) {
      const float x = a[at(0, i)], y = b[at(1, i)];
      const float bend = curvature(which, 0, x, y) * along_a[at(0, i)] + curvature(which, 1, x, y) * along_b[at(1, i)];
      to[at(which, i)] += slope(which, x, y) * dy_along[i] + bend * dy[i];
    }
  }
  return {};
}

// Of two arguments, extremes lie at the corners where the function has no pole between them.
Result<void> Arithmetic::interval(const IntervalCall& call) {
  if (monotone()) return Operation::interval(call);
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const auto at = [&](std::size_t of, std::size_t i) { return places_[of].empty() ? i : places_[of][i]; };
  for (std::size_t row = 0; row < call.rows; ++row)
    for (std::size_t i = 0; i < size_; ++i) {
      const std::size_t a = row * sizes_[0] + at(0, i), b = row * sizes_[1] + at(1, i);
      float low = infinity, high = -infinity;
      for (const float x : {call.lower[0][a], call.upper[0][a]})
        for (const float y : {call.lower[1][b], call.upper[1][b]}) {
          low = std::min(low, combine(x, y));
          high = std::max(high, combine(x, y));
        }
      if (id() == Divide::public_id && call.lower[1][b] <= 0 && call.upper[1][b] >= 0) {
        low = -infinity;
        high = infinity;
      }
      call.output_lower[row * size_ + i] = low;
      call.output_upper[row * size_ + i] = high;
    }
  return {};
}

Result<Shape> Add::connect(std::span<const Shape> inputs) {
  terms_ = inputs.size();
  return Arithmetic::connect(inputs);
}

Result<std::unique_ptr<Operation>> Add::read(NodeContext& context) { return read_as<Add>(context); }
Result<std::unique_ptr<Operation>> Subtract::read(NodeContext& context) { return read_as<Subtract>(context); }
Result<std::unique_ptr<Operation>> Multiply::read(NodeContext& context) { return read_as<Multiply>(context); }
Result<std::unique_ptr<Operation>> Divide::read(NodeContext& context) { return read_as<Divide>(context); }

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

Result<NodeDescription> Add::write(NodeWriter& writer) const { return write_as(terms_ == 2 ? "Add" : "Sum", writer); }
Result<NodeDescription> Subtract::write(NodeWriter& writer) const { return write_as("Sub", writer); }
Result<NodeDescription> Multiply::write(NodeWriter& writer) const { return write_as("Mul", writer); }
Result<NodeDescription> Divide::write(NodeWriter& writer) const { return write_as("Div", writer); }

}  // namespace mlsec::nn
