#include "tensor/shape.hpp"

#include <limits>

namespace mlsec::inline tensor {

std::size_t Shape::count() const {
  constexpr std::uint64_t limit = std::numeric_limits<std::size_t>::max();
  std::uint64_t product = 1;
  for (std::int64_t extent : *this) {
    const auto factor = static_cast<std::uint64_t>(extent);
    if (factor == 0) return 0;
    product = product > limit / factor ? limit : product * factor;
  }
  return static_cast<std::size_t>(product);
}

std::string to_text(const Shape& shape) {
  std::string text;
  for (std::int64_t extent : shape) {
    if (!text.empty()) text += " x ";
    text += std::to_string(extent);
  }
  return text.empty() ? "scalar" : text;
}

}  // namespace mlsec::inline tensor
