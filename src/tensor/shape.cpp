#include "tensor/shape.hpp"

namespace mlsec::inline tensor {

std::string to_text(const Shape& shape) {
  std::string text;
  for (std::int64_t extent : shape) {
    if (!text.empty()) text += " x ";
    text += std::to_string(extent);
  }
  return text.empty() ? "scalar" : text;
}

}  // namespace mlsec::inline tensor
