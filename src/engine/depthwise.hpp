// Convolution of each channel with a kernel of its own, and its gradients.
#pragma once

#include "engine/packed_weights.hpp"
#include "engine/window.hpp"

namespace mlsec::engine {

/// Windows with as many groups as input channels and as output channels. `kernels` lie as taps x channels here, so that
/// neighbours in memory are neighbouring channels. Taps are added in their order, one accumulator an output.
void depthwise(const Window& window, std::size_t rows, const float* kernels, const float* bias, Epilogue epilogue,
               const float* input, float* output);

/// The adjoint: overwrites input_cotangent. `flipped` has the taps of the kernels from the last to the first.
void depthwise_backward_input(const Window& window, std::size_t rows, const float* kernels, const float* flipped,
                              const float* output_cotangent, float* input_cotangent);

/// Adds the gradients of all rows, in the order of the rows, to kernels_gradient (taps x channels).
void depthwise_backward_weights(const Window& window, std::size_t rows, const float* input,
                                const float* output_cotangent, float* kernels_gradient);

}  // namespace mlsec::engine
