// Files flatten images channels first, the engine channels last.
#pragma once

#include <cstddef>

#include "tensor/shape.hpp"

namespace mlsec::nn {

/// Where the engine has what a file has in `column` of a flattened image, height x width x channels.
inline std::size_t place_in_engine(const Shape& image, std::size_t column) {
  const auto channels = static_cast<std::size_t>(image[2]), pixels = image.count() / channels;
  return column % pixels * channels + column / pixels;
}

}  // namespace mlsec::nn
