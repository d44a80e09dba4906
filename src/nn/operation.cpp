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

Result<void> Operation::forward_tangent(const TangentCall& call) {
  if (!linear()) return cannot("forward-mode derivative");
  NodeMemory memory;
  forward({call.rows, call.input_tangents, call.output_tangent, memory, 0, nullptr});
  return {};
}

Result<void> Operation::backward_input_tangent(const BackwardTangentCall& call, std::size_t which,
                                               float* input_cotangent_tangent) {
  if (!piecewise_affine()) return cannot("second derivative");
  BackwardCall along = call.primal;
  along.output_cotangent = call.output_cotangent_tangent;
  return backward_input(along, which, input_cotangent_tangent);
}

Result<void> Operation::interval(const IntervalCall& call) {
  if (!monotone()) return cannot("interval bounds");
  NodeMemory memory;
  forward({call.rows, call.lower, call.output_lower, memory, 0, nullptr});
  forward({call.rows, call.upper, call.output_upper, memory, 0, nullptr});
  return {};
}

Result<NodeDescription> Operation::write(NodeWriter&) const { return cannot("form in ONNX files"); }

Error Operation::cannot(std::string_view what) const {
  return {ErrorCode::unsupported, "model", "The operation " + std::string(id()) + " has no " + std::string(what) + "."};
}

Error Operation::too_large() const {
  return {ErrorCode::too_large, "model",
          "A " + std::string(id()) + " layer of this network is too large: at most 67108864 weights or values."};
}

}  // namespace mlsec::nn
