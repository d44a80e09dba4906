#include "formats/tfjs_order.hpp"

#include <cstdint>

namespace mlsec::formats::tfjs {

// Depth first with a stack of its own, as chains may be as long as a file has parts.
Order order_of(const std::vector<std::vector<std::size_t>>& needs, const std::vector<std::size_t>& wanted) {
  enum State : std::uint8_t { unknown, begun, done };
  std::vector<State> states(needs.size(), unknown);
  std::vector<std::size_t> next(needs.size(), 0);  // which need of each is looked at next
  Order order;
  std::vector<std::size_t> stack;
  for (std::size_t root : wanted) {
    stack.assign(1, root);
    while (!stack.empty()) {
      const std::size_t part = stack.back();
      if (states[part] == done) {
        stack.pop_back();
        continue;
      }
      states[part] = begun;
      if (next[part] < needs[part].size()) {
        const std::size_t need = needs[part][next[part]++];
        if (states[need] == begun) {
          order.cycle = need;
          return order;
        }
        if (states[need] == unknown) stack.push_back(need);
        continue;
      }
      states[part] = done;
      order.sequence.push_back(part);
      stack.pop_back();
    }
  }
  return order;
}

}  // namespace mlsec::formats::tfjs
