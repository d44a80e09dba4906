// A matrix with rows and columns exchanged.
#pragma once

#include <cstddef>

namespace mlsec::engine {

/// `from` is rows x columns, `to` becomes columns x rows.
inline void transpose(std::size_t rows, std::size_t columns, const float* from, float* to) {
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) to[j * rows + i] = from[i * columns + j];
}

}  // namespace mlsec::engine
