// The order in which the parts of a model are made.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace mlsec::formats::tfjs {

struct Order {
  std::vector<std::size_t> sequence;  // of all that is needed, each behind what it needs itself
  std::optional<std::size_t> cycle;   // one that needs itself, in the end
};

/// `needs[i]`: what part i needs, by number.
Order order_of(const std::vector<std::vector<std::size_t>>& needs, const std::vector<std::size_t>& wanted);

}  // namespace mlsec::formats::tfjs
