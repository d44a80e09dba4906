// The layers of Keras that a LayersModel may have, as nodes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "formats/tfjs_builder.hpp"
#include "formats/tfjs_weights.hpp"

namespace mlsec::formats::tfjs {

/// One use of a layer.
struct LayerCall {
  std::string_view kind;  // its class, as "Conv2D"
  std::string_view name;  // by which its weights are called
  Options options;        // its config
  std::vector<Tracked> inputs;

  const Tracked& input() const { return inputs[0]; }
};

/// Adds the nodes of one use of a layer; begin() was called. Refuses layers that are not supported, and options of
/// them.
Result<Tracked> add_layer(LayerCall& call, GraphBuilder& builder, const Weights& weights);

}  // namespace mlsec::formats::tfjs
