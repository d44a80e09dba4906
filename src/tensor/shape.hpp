// The extents of a tensor, outermost first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>

#include "base/check.hpp"

namespace mlsec::inline tensor {

/// Up to eight extents, each at least 0. A shape without extents is a scalar of one element.
class Shape {
 public:
  static constexpr std::size_t max_rank = 8;

  Shape() = default;
  Shape(std::initializer_list<std::int64_t> extents)
      : Shape(std::span<const std::int64_t>(extents.begin(), extents.size())) {}
  explicit Shape(std::span<const std::int64_t> extents) : rank_(extents.size()) {
    MLSEC_CHECK(extents.size() <= max_rank);
    for (std::size_t i = 0; i < rank_; ++i) extents_[i] = extents[i];
  }

  std::size_t rank() const { return rank_; }
  std::int64_t operator[](std::size_t axis) const { return extents_[axis]; }
  std::int64_t& operator[](std::size_t axis) { return extents_[axis]; }
  const std::int64_t* begin() const { return extents_.data(); }
  const std::int64_t* end() const { return extents_.data() + rank_; }

  /// The number of elements; the largest std::size_t where it would be larger still, so that limits hold where that has
  /// 32 bits.
  std::size_t count() const;

  /// The innermost extent, which of images counts the channels; 1 for a scalar.
  std::int64_t last() const { return rank_ == 0 ? 1 : extents_[rank_ - 1]; }

  /// The axis meant, which counts from behind the last one where it is negative; nothing where there is none.
  std::optional<std::size_t> find_axis(int axis) const {
    const int rank = static_cast<int>(rank_), counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) return std::nullopt;
    return static_cast<std::size_t>(counted);
  }

  /// This shape behind one more, outermost, extent.
  Shape with_rows(std::int64_t rows) const {
    MLSEC_CHECK(rank_ < max_rank);
    Shape result;
    result.rank_ = rank_ + 1;
    result.extents_[0] = rows;
    for (std::size_t i = 0; i < rank_; ++i) result.extents_[i + 1] = extents_[i];
    return result;
  }

  friend bool operator==(const Shape& a, const Shape& b) {
    if (a.rank_ != b.rank_) return false;
    for (std::size_t i = 0; i < a.rank_; ++i)
      if (a.extents_[i] != b.extents_[i]) return false;
    return true;
  }

 private:
  std::array<std::int64_t, max_rank> extents_{};
  std::size_t rank_ = 0;
};

/// "28 x 28 x 1", for messages.
std::string to_text(const Shape& shape);

}  // namespace mlsec::inline tensor
