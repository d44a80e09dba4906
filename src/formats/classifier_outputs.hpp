// What stands at the end of a network: attacks want one row of logits.
#pragma once

#include "base/result.hpp"
#include "formats/load_options.hpp"
#include "model/specification.hpp"
#include "nn/description.hpp"
#include "nn/network.hpp"

namespace mlsec::formats {

/// Metadata: the softmax or sigmoid at the end of the network is a layer of it, not an addition to be left away.
inline constexpr const char* keeps_last_activation = "mlsec.lastActivation";

/// Each has a name.
inline constexpr std::int64_t most_classes = 100'000;

enum class LastActivation { none, softmax, sigmoid };

/// Leaves away a Softmax, LogSoftmax or Sigmoid at the end, axes of extent 1 that come and go behind it aside, and says
/// which it was.
LastActivation leave_last_activation_away(nn::GraphDescription& graph);

/// Makes the network's output one row of at least two logits. Probabilities become their logarithms. One output, z,
/// becomes the two 0 and z, of which softmax makes 1 - sigmoid(z) and sigmoid(z). Refuses more than a row.
Result<void> give_logits(nn::Network& network, OutputKind kind);

/// Whether all outputs for some random inputs are at least 0 and sum up to 1.
bool gives_probabilities(nn::Network& network, const model::InputSpecification& input);

}  // namespace mlsec::formats
