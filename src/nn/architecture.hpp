// Networks from a short list of layers.
#pragma once

#include "base/value.hpp"
#include "nn/network.hpp"

namespace mlsec::nn {

/// { input: [28, 28, 1], layers: [{ type: "conv2d", filters: 16, kernel: 5 }, { type: "relu" }, ...] }; the options of
/// each layer are those of its operation. A layer is fed by the one before it, or by those its `from` names: earlier
/// layers by their `name`, or "input". The last layer is the output; all others must lead to it:
///
///   layers: [{ type: "dense", units: 8, name: "a" }, { type: "relu" }, { type: "dense", units: 8, name: "b" },
///            { type: "add", from: ["a", "b"] }, ...]
///
/// Weights are zero until initialised. Errors name the layer: "layers[3].units".
Result<Network> network_from(const Value& architecture);

}  // namespace mlsec::nn
