// What a graph computes of constants alone.
#pragma once

#include "base/result.hpp"
#include "nn/description.hpp"
#include "nn/node_context.hpp"

namespace mlsec::formats {

/// What a Shape node gives of its value: extents in the file, that of the batch as 1. "start" and "end" are honoured.
Result<nn::Constant> shape_of(const nn::NodeContext& context);

/// Puts what a node with constant inputs gives among the graph's constants; whole numbers as such, computed in float32
/// and refused beyond 2^24. False where no operation computes it.
Result<bool> fold_node(const nn::NodeDescription& node, nn::GraphDescription& graph);

}  // namespace mlsec::formats
