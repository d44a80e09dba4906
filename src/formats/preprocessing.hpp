// What stands before a network: the scaling of its inputs.
#pragma once

#include "base/result.hpp"
#include "formats/load_options.hpp"
#include "model/specification.hpp"
#include "nn/description.hpp"

namespace mlsec::formats {

/// Puts (x - mean) / std in front of the graph, as the options say: one number, or one for each channel or feature.
Result<void> prepend_scaling(nn::GraphDescription& graph, const LoadOptions& options,
                             const model::InputSpecification& input);

}  // namespace mlsec::formats
