// The model as its tangent plane sees it: how far each decision boundary is.
#pragma once

#include <span>

#include "attacks/attempt.hpp"

namespace mlsec::attacks {

/// The norm that measures gradients where perturbations are measured in `norm`.
constexpr threat::Norm dual(threat::Norm norm) {
  return norm == threat::Norm::l1 ? threat::Norm::linf : norm == threat::Norm::linf ? threat::Norm::l1 : norm;
}

/// The boundary between the label and another class: normal . d + margin = 0 at d from where the Jacobian was taken.
struct Tangent {
  std::size_t other = 0;
  double margin = 0;  // the other's logit minus the label's
  Point normal;       // empty where no boundary is in sight
};

/// The boundary nearest in the norm, to one of `classes`.
Tangent nearest_tangent(const JacobianAnswer& here, std::size_t label, std::span<const std::uint32_t> classes,
                        threat::Norm norm);

/// The classes but the label, from the largest logit down, at most `count` of them.
std::vector<std::uint32_t> likely_classes(std::span<const float> logits, std::size_t label, std::size_t count);

}  // namespace mlsec::attacks
