// Files have images channels first and lines too, the engine has channels last: which axis is which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tensor/shape.hpp"

namespace mlsec::nn {

/// Of each axis that a value has in a file, the batch aside: the axis it is in the engine, or `no_axis` where the
/// engine leaves out an axis of extent 1. Each axis of the engine is one of the file.
using AxisOrder = std::vector<int>;
inline constexpr int no_axis = -1;

/// Axes in the same order here and there.
AxisOrder plain_order(std::size_t rank);

/// The file's axis `last` is the engine's last one, the others keep their order. With `last` = 0: channels first in the
/// file, as images have them.
AxisOrder order_with_last(std::size_t last, std::size_t rank);
inline AxisOrder channels_first(std::size_t rank) { return order_with_last(0, rank); }

/// The order with an axis of the engine for each axis of the file: those of extent 1 that it left out come first.
AxisOrder complete_order(const AxisOrder& order);

/// Which axis of the file is this one of the engine.
std::size_t axis_in_file(const AxisOrder& order, std::size_t axis);

/// The extents that a value has in a file, the batch aside.
std::vector<std::int64_t> extents_in_file(const Shape& shape, const AxisOrder& order);

/// Whether elements come to lie elsewhere where a value of these extents in the file changes its order in the engine.
bool moves_elements(const std::vector<std::int64_t>& extents, const AxisOrder& from, const AxisOrder& to);

/// Where the engine has what a file has in `column` of a flattened image or line of `count` values.
inline std::size_t place_in_engine(std::size_t channels, std::size_t count, std::size_t column) {
  const std::size_t pixels = count / channels;
  return column % pixels * channels + column / pixels;
}

}  // namespace mlsec::nn
