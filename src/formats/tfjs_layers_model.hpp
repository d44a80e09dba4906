// The topology of a LayersModel: Keras' Sequential and Functional models, one within another.
#pragma once

#include "base/result.hpp"
#include "base/value.hpp"
#include "formats/tfjs_weights.hpp"
#include "nn/description.hpp"

namespace mlsec::formats::tfjs {

/// `topology` is modelTopology or its model_config.
Result<nn::GraphDescription> read_layers_model(const Value& topology, const Weights& weights, Allowance& allowance);

}  // namespace mlsec::formats::tfjs
