// The topology of a GraphModel: a GraphDef of TensorFlow in JSON.
#pragma once

#include "base/result.hpp"
#include "base/value.hpp"
#include "formats/tfjs_weights.hpp"
#include "nn/description.hpp"

namespace mlsec::formats::tfjs {

/// `model` is the whole model.json, whose signature names inputs and outputs; without one they are the placeholders,
/// and what no node uses.
Result<nn::GraphDescription> read_graph_model(const Value& model, const Weights& weights, Allowance& allowance);

}  // namespace mlsec::formats::tfjs
