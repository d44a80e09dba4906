#include "nn/axis_order.hpp"

#include <algorithm>

namespace mlsec::nn {

namespace {

// The axes that have more than one place, in the order in which the engine has them.
std::vector<std::size_t> sequence(const std::vector<std::int64_t>& extents, const AxisOrder& order) {
  std::vector<std::size_t> axes;
  for (std::size_t axis = 0; axis < extents.size(); ++axis)
    if (extents[axis] > 1) axes.push_back(axis);
  std::sort(axes.begin(), axes.end(), [&](std::size_t a, std::size_t b) { return order[a] < order[b]; });
  return axes;
}

}  // namespace

AxisOrder plain_order(std::size_t rank) {
  AxisOrder order(rank);
  for (std::size_t axis = 0; axis < rank; ++axis) order[axis] = static_cast<int>(axis);
  return order;
}

AxisOrder order_with_last(std::size_t last, std::size_t rank) {
  AxisOrder order(rank);
  int next = 0;
  for (std::size_t axis = 0; axis < rank; ++axis) order[axis] = axis == last ? static_cast<int>(rank) - 1 : next++;
  return order;
}

AxisOrder complete_order(const AxisOrder& order) {
  const auto missing = static_cast<int>(std::count(order.begin(), order.end(), no_axis));
  AxisOrder complete = order;
  int next = 0;
  for (int& axis : complete) axis = axis == no_axis ? next++ : axis + missing;
  return complete;
}

std::size_t axis_in_file(const AxisOrder& order, std::size_t axis) {
  return static_cast<std::size_t>(std::find(order.begin(), order.end(), static_cast<int>(axis)) - order.begin());
}

std::vector<std::int64_t> extents_in_file(const Shape& shape, const AxisOrder& order) {
  std::vector<std::int64_t> extents;
  for (int axis : order) extents.push_back(axis == no_axis ? 1 : shape[static_cast<std::size_t>(axis)]);
  return extents;
}

bool moves_elements(const std::vector<std::int64_t>& extents, const AxisOrder& from, const AxisOrder& to) {
  return sequence(extents, from) != sequence(extents, to);
}

}  // namespace mlsec::nn
