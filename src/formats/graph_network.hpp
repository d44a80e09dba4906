// From a described graph to the network that computes it.
#pragma once

#include "base/result.hpp"
#include "nn/description.hpp"
#include "nn/network.hpp"

namespace mlsec::formats {

/// What the first axis of a graph's values is.
enum class FirstAxis {
  batch,   // of which the network computes one row
  sample,  // an axis like others: all of a value belongs to one sample
};

/// The network that computes the graph's first output; what serves only others is left away. Its input is in the
/// engine's order of axes (images height x width x channels); where the graph has several, they are slices of one
/// input, one behind another as listed, each in the file's order. Its output is in the file's order. What depends on no
/// input is computed once, here. Refusals name the node.
Result<nn::Network> network_of(const nn::GraphDescription& graph, FirstAxis first_axis = FirstAxis::batch);

/// The extents of an input for one sample; refuses those that are not known and positive.
Result<Shape> sample_of(const nn::ValueDescription& input, FirstAxis first_axis = FirstAxis::batch);

}  // namespace mlsec::formats
