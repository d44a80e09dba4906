#include "nn/operations/rearrange.hpp"

#include <cstring>

#include "base/text.hpp"

namespace mlsec::nn {

namespace {

std::size_t extent(const Shape& shape, std::size_t axis) { return static_cast<std::size_t>(shape[axis]); }

// The output has the places of one axis that `place` gives, and all of the others.
template <class Place>
Shape choose(const Shape& input, std::size_t axis, std::size_t count, Place place, engine::SparseMap& map) {
  Shape output = input;
  output[axis] = static_cast<std::int64_t>(count);
  const std::size_t inner = Strides(input)[axis], outer = input.count() / (inner * extent(input, axis));
  for (std::size_t i = 0; i < outer; ++i)
    for (std::size_t j = 0; j < count; ++j)
      for (std::size_t k = 0; k < inner; ++k) {
        map.add_term((i * extent(input, axis) + place(j)) * inner + k);
        map.end_output();
      }
  return output;
}

}  // namespace

Result<Shape> Reshape::connect(std::span<const Shape> inputs) {
  size_ = inputs[0].count();
  std::vector<std::int64_t> extents(options_.shape.begin(), options_.shape.end());
  std::size_t known = 1, open = 0;
  std::int64_t* rest = nullptr;
  for (std::int64_t& value : extents) {
    if (value < 0) {
      rest = &value;
      ++open;
    } else {
      known *= static_cast<std::size_t>(value);
    }
  }
  const bool fits =
      extents.size() < Shape::max_rank && open <= 1 && known > 0 && (rest ? size_ % known == 0 : size_ == known);
  if (!fits || extents.empty())
    return Error{ErrorCode::shape_mismatch, "model",
                 sentence({"A reshape layer cannot give ", to_text(inputs[0]), " the shape it was told."})};
  if (rest) *rest = static_cast<std::int64_t>(size_ / known);
  return Shape(std::span<const std::int64_t>(extents));
}

void Reshape::forward(const ForwardCall& call) {
  std::memcpy(call.output, call.inputs[0], call.rows * size_ * sizeof(float));
}

Result<void> Reshape::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  std::memcpy(input_cotangent, call.output_cotangent, call.rows * size_ * sizeof(float));
  return {};
}

Result<Shape> Transpose::plan(const Shape& input, engine::SparseMap& map) const {
  std::array<bool, Shape::max_rank> seen{};
  Shape output = input;
  bool fits = options_.order.size() == input.rank();
  for (std::size_t axis = 0; fits && axis < input.rank(); ++axis) {
    const auto from = static_cast<std::size_t>(options_.order[axis]);
    fits = from < input.rank() && !seen[from];
    if (!fits) break;
    seen[from] = true;
    output[axis] = input[from];
  }
  if (!fits) return misfit(sentence({"must name each axis of ", to_text(input), " once in order"}));
  const Strides from(input), to(output);
  const std::size_t count = output.count();
  for (std::size_t element = 0; element < count; ++element) {
    const auto place = to.coordinates(element);
    std::size_t source = 0;
    for (std::size_t axis = 0; axis < input.rank(); ++axis)
      source += place[axis] * from[static_cast<std::size_t>(options_.order[axis])];
    map.add_term(source);
    map.end_output();
  }
  return output;
}

Result<Shape> Slice::plan(const Shape& input, engine::SparseMap& map) const {
  MLSEC_TRY(const std::size_t axis, axis_of(options_.axis, input));
  const auto whole = static_cast<int>(input[axis]);
  const auto place = [&](int given) { return std::max(0, std::min(whole, given < 0 ? given + whole : given)); };
  const int begin = place(options_.begin), end = place(options_.end.value_or(whole));
  if (begin >= end) return misfit(sentence({"keeps nothing of ", to_text(input)}));
  const auto step = static_cast<std::size_t>(options_.step);
  const std::size_t count = (static_cast<std::size_t>(end - begin) + step - 1) / step;
  return choose(input, axis, count, [&](std::size_t i) { return static_cast<std::size_t>(begin) + i * step; }, map);
}

Result<Shape> Split::plan(const Shape& input, engine::SparseMap& map) const {
  MLSEC_TRY(const std::size_t axis, axis_of(options_.axis, input));
  const auto parts = static_cast<std::size_t>(options_.parts), part = static_cast<std::size_t>(options_.part);
  if (extent(input, axis) % parts != 0 || part >= parts)
    return misfit(sentence({"cannot take part ", part, " of ", parts, " of ", to_text(input)}));
  const std::size_t count = extent(input, axis) / parts;
  return choose(input, axis, count, [&](std::size_t i) { return part * count + i; }, map);
}

Result<Shape> Gather::plan(const Shape& input, engine::SparseMap& map) const {
  MLSEC_TRY(const std::size_t axis, axis_of(options_.axis, input));
  if (options_.indices.empty()) return misfit("needs indices");
  if (input.count() / extent(input, axis) > maximum_mapped / options_.indices.size()) return too_many();
  for (int index : options_.indices)
    if (index < 0 || index >= input[axis])
      return misfit(sentence({"has no index ", index, " in an input of ", to_text(input)}));
  return choose(
      input, axis, options_.indices.size(),
      [&](std::size_t i) { return static_cast<std::size_t>(options_.indices[i]); }, map);
}

Result<Shape> Pad::plan(const Shape& input, engine::SparseMap& map) const {
  if (options_.before.size() != input.rank() || options_.after.size() != input.rank())
    return misfit(sentence({"needs before and after for each axis of ", to_text(input)}));
  Shape output = input;
  for (std::size_t axis = 0; axis < input.rank(); ++axis) {
    output[axis] += options_.before[axis] + options_.after[axis];
    if (options_.mode == PadMode::reflect &&
        (options_.before[axis] >= input[axis] || options_.after[axis] >= input[axis]))
      return misfit(sentence({"cannot mirror more than is inside ", to_text(input)}));
  }
  if (output.count() > maximum_mapped) return too_many();
  const Strides from(input), to(output);
  const std::size_t count = output.count();
  for (std::size_t element = 0; element < count; ++element) {
    const auto place = to.coordinates(element);
    std::size_t source = 0;
    bool inside = true;
    for (std::size_t axis = 0; axis < input.rank(); ++axis) {
      std::int64_t at = static_cast<std::int64_t>(place[axis]) - options_.before[axis];
      const std::int64_t last = input[axis] - 1;
      inside = inside && at >= 0 && at <= last;
      if (options_.mode == PadMode::reflect) at = at < 0 ? -at : (at > last ? 2 * last - at : at);
      at = std::max<std::int64_t>(0, std::min(at, last));
      source += static_cast<std::size_t>(at) * from[axis];
    }
    if (inside || options_.mode != PadMode::constant) map.add_term(source);
    map.end_output();
  }
  return output;
}

}  // namespace mlsec::nn
