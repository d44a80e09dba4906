// The windows of an image as rows of a matrix ("im2col"), and back.
#pragma once

#include "engine/window.hpp"

namespace mlsec::engine {

/// columns: output positions x kernel_size() (kernel height x kernel width x the input channels of one group); zeros
/// where a window hangs over the edge.
void take_columns(const Window& window, std::size_t group, const float* image, float* columns);

/// The adjoint: adds each entry to the pixel it was taken from.
void add_columns(const Window& window, std::size_t group, const float* columns, float* image);

}  // namespace mlsec::engine
