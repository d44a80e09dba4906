// What counts as success.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace mlsec::threat {

/// Untargeted: any class but the label. Targeted: exactly the target.
struct Criterion {
  std::size_t label = 0;
  std::optional<std::size_t> target;

  bool holds(std::size_t predicted) const { return target ? predicted == *target : predicted != label; }
};

}  // namespace mlsec::threat
