// Owning and borrowed arrays of float.
#pragma once

#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "tensor/shape.hpp"

namespace mlsec::inline tensor {

/// A float array with a shape, 64-byte aligned. 16 bytes behind the last element may be read, not written.
class Tensor {
 public:
  Tensor() = default;

  /// Elements are uninitialised. Throws std::bad_alloc.
  explicit Tensor(Shape shape) : shape_(shape), size_(shape.count()), data_(allocate(size_)) {}

  Tensor(Shape shape, std::span<const float> values) : Tensor(shape) {
    MLSEC_CHECK(values.size() == size_);
    if (size_ > 0) std::memcpy(data_.get(), values.data(), size_ * sizeof(float));
  }

  static Tensor filled(Shape shape, float value) {
    Tensor result(shape);
    for (float& element : result.values()) element = value;
    return result;
  }

  /// Copying is always spelled out.
  Tensor copy() const { return {shape_, values()}; }

  const Shape& shape() const { return shape_; }
  std::size_t size() const { return size_; }
  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }
  std::span<float> values() { return {data_.get(), size_}; }
  std::span<const float> values() const { return {data_.get(), size_}; }
  float& operator[](std::size_t i) { return data_.get()[i]; }
  float operator[](std::size_t i) const { return data_.get()[i]; }

  /// The same elements under another shape of the same count.
  void reshape(Shape shape) {
    MLSEC_CHECK(shape.count() == size_);
    shape_ = shape;
  }

 private:
  struct Free {
    void operator()(float* data) const { std::free(data); }
  };

  static float* allocate(std::size_t count);

  Shape shape_;
  std::size_t size_ = 0;
  std::unique_ptr<float, Free> data_;
};

/// Room for that many elements: the tensor itself, or a new one in its place where it is smaller. What it held may be
/// lost.
inline float* reserve(Tensor& tensor, std::size_t size) {
  if (tensor.size() < size) tensor = Tensor(Shape{static_cast<std::int64_t>(size)});
  return tensor.data();
}

}  // namespace mlsec::inline tensor
