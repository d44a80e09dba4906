// From a described graph to a model that can be attacked, and back.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "formats/load_options.hpp"
#include "model/network_model.hpp"
#include "nn/description.hpp"

namespace mlsec::formats {

/// Images, vectors or lists of vectors in, one row of at least two logits out (see classifier_outputs.hpp); several
/// inputs are one vector with parts. Dropout is left away; what scales the channels of a layer's output becomes part of
/// its weights, as in `describe`. What cannot be read is refused with the name of the node.
Result<std::shared_ptr<model::NetworkModel>> model_from(const nn::GraphDescription& graph, const LoadOptions& options);

/// Gives the one input the options' shape where its own is open.
Result<void> fix_shape(nn::GraphDescription& graph, const LoadOptions& options);

/// Images become channels x height x width there. Bounds and labels travel as metadata. What matters in training only
/// does not travel: dropout is left away, and batch normalisation becomes part of the layer before it where that feeds
/// nothing else.
Result<nn::GraphDescription> describe(const model::NetworkModel& model);

}  // namespace mlsec::formats
