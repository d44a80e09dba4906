// Sums of squares.
#pragma once

#include <cstddef>

namespace mlsec::engine {

/// The sum of the squares of `count` numbers, added in an order that depends on count alone.
float squared_norm(std::size_t count, const float* values);

}  // namespace mlsec::engine
