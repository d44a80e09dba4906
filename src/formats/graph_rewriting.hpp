// Nodes that together are one layer here.
#pragma once

#include "nn/description.hpp"

namespace mlsec::formats {

/// The Add of a constant, one number for each column, to what a MatMul with constant weights makes for it alone becomes
/// its third input.
void fuse_bias(nn::GraphDescription& graph);

/// x Sigmoid(x) becomes Swish, the name of newer versions.
void fuse_silu(nn::GraphDescription& graph);

/// A DequantizeLinear of what a QuantizeLinear of the same scale makes of a value becomes nn::quantised_and_back, with
/// the latter's inputs.
void fuse_quantisation(nn::GraphDescription& graph);

}  // namespace mlsec::formats
