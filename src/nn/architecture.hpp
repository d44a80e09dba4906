// Networks from a short list of layers.
#pragma once

#include "base/value.hpp"
#include "nn/network.hpp"

namespace mlsec::nn {

/// { input: [28, 28, 1], layers: [{ type: "conv2d", filters: 16, kernel: 5 }, { type: "relu" }, ...] }; the options of
/// each layer are those of its operation. Weights are zero until initialised. Errors name the layer: "layers[3].units".
Result<Network> network_from(const Value& architecture);

}  // namespace mlsec::nn
