// Batch normalisation as part of the layer before it.
#pragma once

#include "nn/description.hpp"

namespace mlsec::formats {

/// Multiplies each BatchNormalization into the Conv or the Gemm (with transB) whose output goes nowhere else: outside
/// training both are one affine map.
void fold_batch_norms(nn::GraphDescription& graph);

}  // namespace mlsec::formats
