#include "attacks/adversarial_start.hpp"

#include <algorithm>

#include "attacks/features.hpp"

namespace mlsec::attacks {

Task<Point> adversarial_start(Attempt& attempt, const std::optional<NumberArray>& starts, int tries) {
  const std::size_t size = attempt.original().size();
  Point x(size);
  bool found = false;
  if (starts) {
    const auto row = starts->numbers.begin() + static_cast<std::ptrdiff_t>(attempt.row() * size);
    std::copy(row, row + static_cast<std::ptrdiff_t>(size), x.begin());
    attempt.box().clip(x);
    found = (co_await attempt.outputs(x)).adversarial;
  } else {
    Random random = attempt.random("start");
    for (int attempts = 0; attempts < tries && !found; ++attempts) {
      fill_uniform(x, random, attempt.box());
      found = (co_await attempt.outputs(x)).adversarial;
    }
  }
  if (!found) x.clear();
  co_return x;
}

Task<Point> towards(Attempt& attempt, const Point& outer, const Point& inner, int halvings) {
  Point best = outer, middle(outer.size());
  double inside = 0, outside = 1;  // share of the way: adversarial, not adversarial
  for (int halving = 0; halving < halvings; ++halving) {
    const double share = (inside + outside) / 2;
    interpolate(middle, outer, inner, share);
    if ((co_await attempt.outputs(middle)).adversarial) {
      inside = share;
      best = middle;
    } else {
      outside = share;
    }
  }
  co_return best;
}

}  // namespace mlsec::attacks
