// What counts as success.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace mlsec::threat {

/// Untargeted: the label is not among the `top` most likely classes. Targeted: the target is among them. And the model
/// gives the class that it is led to at least `probability`: the target, or else the likeliest class.
struct Criterion {
  std::size_t label = 0;
  std::optional<std::size_t> target;
  std::size_t top = 1;
  double probability = 0;

  /// Never where a logit is not a number.
  bool holds(std::span<const float> logits) const;
};

}  // namespace mlsec::threat
