// What scales and shifts the channels of a layer's output, as part of its weights.
#pragma once

#include "nn/description.hpp"

namespace mlsec::formats {

/// Multiplies each BatchNormalization into the Conv or the Gemm whose output goes nowhere else: outside training both
/// are one affine map. What is not of constants, or not as it should be, stays where it is.
void fold_batch_norms(nn::GraphDescription& graph);

/// The same, and for a Mul, Div, Add or Sub with one constant, or one for each channel, too.
void fold_scales(nn::GraphDescription& graph);

}  // namespace mlsec::formats
