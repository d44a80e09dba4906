#include "nn/operations/sparse.hpp"

#include "base/text.hpp"

namespace mlsec::nn {

Strides::Strides(const Shape& shape) : rank_(shape.rank()) {
  std::size_t stride = 1;
  for (std::size_t axis = rank_; axis-- > 0;) {
    strides_[axis] = stride;
    stride *= static_cast<std::size_t>(shape[axis]);
  }
}

std::array<std::size_t, Shape::max_rank> Strides::coordinates(std::size_t element) const {
  std::array<std::size_t, Shape::max_rank> result{};
  for (std::size_t axis = 0; axis < rank_; ++axis) {
    result[axis] = element / strides_[axis];
    element %= strides_[axis];
  }
  return result;
}

Result<Shape> Sparse::connect(std::span<const Shape> inputs) {
  inputs_ = inputs[0].count();
  if (inputs_ > maximum_mapped) return too_many();
  map_ = engine::SparseMap();
  return plan(inputs[0], map_);
}

void Sparse::forward(const ForwardCall& call) { map_.run(call.rows, inputs_, call.inputs[0], constant_, call.output); }

Result<void> Sparse::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  map_.run_back(call.rows, inputs_, call.output_cotangent, input_cotangent);
  return {};
}

Result<void> Sparse::forward_tangent(const TangentCall& call) {
  map_.run(call.rows, inputs_, call.input_tangents[0], 0, call.output_tangent);
  return {};
}

Error Sparse::misfit(std::string reason) const {
  return {ErrorCode::shape_mismatch, "model", sentence({"A ", id(), " layer ", reason, "."})};
}

Error Sparse::too_many() const { return too_many_mapped(id()); }

Error too_many_mapped(std::string_view id) {
  return {ErrorCode::too_large, "model", sentence({"A ", id, " layer takes and gives at most 4194304 values."})};
}

Result<std::size_t> Sparse::axis_of(int axis, const Shape& shape) const {
  if (const auto found = shape.find_axis(axis)) return *found;
  return misfit(sentence({"has no axis ", axis, " in an input of ", to_text(shape)}));
}

}  // namespace mlsec::nn
