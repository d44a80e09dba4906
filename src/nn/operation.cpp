#include "nn/operation.hpp"

namespace mlsec::nn {

Result<void> Operation::backward_weights(const BackwardCall&, std::span<float* const> gradients) {
  if (gradients.empty()) return {};
  return cannot("gradients to its weights");
}

Result<void> Operation::backward_weights_per_sample(const BackwardCall&, std::span<float* const> gradients) {
  if (gradients.empty()) return {};
  return cannot("gradients to its weights for each sample");
}

Result<void> Operation::add_squared_norms(const BackwardCall&, float*) {
  if (parameters().empty()) return {};
  return cannot("norms of gradients to its weights");
}

Error Operation::cannot(std::string_view what) const {
  return {ErrorCode::unsupported, "model", "The operation " + std::string(id()) + " has no " + std::string(what) + "."};
}

Error Operation::too_large() const {
  return {ErrorCode::too_large, "model",
          "A " + std::string(id()) + " layer of this network is too large: at most 67108864 weights or values."};
}

}  // namespace mlsec::nn
