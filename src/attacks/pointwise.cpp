#include "attacks/pointwise.hpp"

#include <numeric>

#include "attacks/adversarial_start.hpp"
#include "attacks/features.hpp"

namespace mlsec::attacks {

Task<Point> Pointwise::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  Random random = attempt.random("noise");
  Point x;
  if (options.starts) {
    x = co_await adversarial_start(attempt, options.starts, 1);
  } else {
    // More and more salt and pepper.
    Point noisy(size);
    for (int tries = 0; tries < options.start_tries && x.empty(); ++tries) {
      const float share = static_cast<float>(tries + 1) / static_cast<float>(options.start_tries);
      for (std::size_t i = 0; i < size; ++i) {
        noisy[i] = original[i];
        if (random.uniform() < share)
          noisy[i] = random.bits() & 1 ? attempt.box().upper()[i] : attempt.box().lower()[i];
      }
      if ((co_await attempt.outputs(noisy)).adversarial) x = noisy;
    }
  }
  if (x.empty()) co_return attempt.start();

  std::vector<std::uint32_t> order(size);
  std::iota(order.begin(), order.end(), 0u);
  for (int round = 0; round < options.rounds; ++round) {
    random.shuffle(order);
    bool changed = false;
    for (std::uint32_t i : order) {
      if (x[i] == original[i]) continue;
      const float before = x[i];
      x[i] = original[i];
      if ((co_await attempt.outputs(x)).adversarial)
        changed = true;
      else
        x[i] = before;
    }
    if (!changed) break;
  }
  // As few features as it could; now each as little as it can.
  for (std::uint32_t i : order) {
    if (x[i] == original[i]) continue;
    float inside = x[i], outside = original[i];
    for (int halving = 0; halving < 10; ++halving) {
      const float middle = (inside + outside) / 2;
      x[i] = middle;
      ((co_await attempt.outputs(x)).adversarial ? inside : outside) = middle;
    }
    x[i] = inside;
  }
  (void)co_await attempt.outputs(x);
  co_return x;
}

}  // namespace mlsec::attacks
