// Operations that are sparse linear maps of their input, fixed once its shape is known.
#pragma once

#include "base/schema.hpp"
#include "engine/sparse_map.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

/// Offsets of elements, axis by axis, outermost first.
class Strides {
 public:
  explicit Strides(const Shape& shape);
  /// The coordinates of an element.
  std::array<std::size_t, Shape::max_rank> coordinates(std::size_t element) const;
  std::size_t operator[](std::size_t axis) const { return strides_[axis]; }

 private:
  std::size_t rank_;
  std::array<std::size_t, Shape::max_rank> strides_{};
};

/// A map takes more memory than what it maps: twelve bytes a number of the output, at the least.
inline constexpr std::size_t maximum_mapped = std::size_t{1} << 22;

/// That a layer's map would have more than maximum_mapped inputs or outputs.
Error too_many_mapped(std::string_view id);

class Sparse : public Operation {
 public:
  Result<Shape> connect(std::span<const Shape> inputs) override;
  bool linear() const override { return constant_ == 0; }
  bool piecewise_affine() const override { return true; }
  /// Weights are never negative.
  bool monotone() const override { return true; }
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<void> forward_tangent(const TangentCall& call) override;

 protected:
  explicit Sparse(float constant = 0) : constant_(constant) {}

  /// Fills the map for inputs of that shape and gives the shape of the outputs, in whose order they are added.
  virtual Result<Shape> plan(const Shape& input, engine::SparseMap& map) const = 0;

  /// Why it does not fit an input: "A slice layer ...".
  Error misfit(std::string reason) const;

  Error too_many() const;

  /// Counts from the end where negative; refuses what is no axis of the shape.
  Result<std::size_t> axis_of(int axis, const Shape& shape) const;

 private:
  float constant_;
  std::size_t inputs_ = 0;
  engine::SparseMap map_;
};

}  // namespace mlsec::nn
