// Max and average pooling and their adjoints; windows may overlap and hang over the edge.
#pragma once

#include <cstdint>

#include "engine/window.hpp"

namespace mlsec::engine {

/// winners[i] is the offset, within its sample, of the input that output i took: the first one among equals.
/// Padding never wins.
void max_pool(const Window& window, std::size_t rows, const float* input, float* output, std::uint32_t* winners);
void max_pool_backward(const Window& window, std::size_t rows, const std::uint32_t* winners,
                       const float* output_cotangent, float* input_cotangent);

/// With count_padding the divisor is always the size of the window, otherwise the taps inside the image.
void average_pool(const Window& window, bool count_padding, std::size_t rows, const float* input, float* output);
void average_pool_backward(const Window& window, bool count_padding, std::size_t rows, const float* output_cotangent,
                           float* input_cotangent);

}  // namespace mlsec::engine
