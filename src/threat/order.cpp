#include "threat/order.hpp"

#include <numeric>

#include "base/sort.hpp"

namespace mlsec::threat {

std::vector<std::uint32_t> descending(std::span<const double> scores) {
  std::vector<std::uint32_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0u);
  sort(order,
       [&](std::uint32_t a, std::uint32_t b) { return scores[a] > scores[b] || (scores[a] == scores[b] && a < b); });
  return order;
}

}  // namespace mlsec::threat
