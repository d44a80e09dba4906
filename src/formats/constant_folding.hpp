// What a graph computes of constants alone.
#pragma once

#include <cstddef>

#include "base/result.hpp"
#include "nn/description.hpp"
#include "nn/node_context.hpp"

namespace mlsec::formats {

/// What a Shape node gives of its value: extents in the file, that of the batch as 1. "start" and "end" are honoured.
Result<nn::Constant> shape_of(const nn::NodeContext& context);

/// Values that all computed constants of a model may have: a chain of nodes each of which doubles one would soon fill
/// any memory. 128 MB as whole numbers, and as much again for each operand while they are computed. What a file stores
/// may be larger.
inline constexpr std::size_t most_folded_elements = std::size_t{1} << 24;

/// Puts what a node with constant inputs gives among the graph's constants; whole numbers as such, computed in float32
/// and refused beyond 2^24. False where no operation computes it, too_large where it has more values than `most` or is
/// computed of more than most_folded_elements.
Result<bool> fold_node(const nn::NodeDescription& node, nn::GraphDescription& graph,
                       std::size_t most = most_folded_elements);

}  // namespace mlsec::formats
