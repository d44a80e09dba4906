#include "attacks/least_change.hpp"

#include <algorithm>

namespace mlsec::attacks {

Task<Point> least_change(Attempt& attempt, int steps, threat::Norm norm, Line line) {
  Nearest nearest{norm};
  Point x(attempt.original().size());
  double low = 0, high = 1;
  const auto place = [&](double t) {
    std::copy(attempt.original().begin(), attempt.original().end(), x.begin());
    line.call(line.self, t, x);
    attempt.box().clip(x);
  };
  for (int step = 1; step <= steps && !nearest.found(); ++step) {
    high = static_cast<double>(step) / steps;
    place(high);
    const auto there = co_await attempt.outputs(x);
    nearest.offer(attempt, x, there.adversarial);
    if (!nearest.found()) low = high;
  }
  for (int halving = 0; halving < 10 && nearest.found(); ++halving) {
    const double middle = (low + high) / 2;
    place(middle);
    const auto there = co_await attempt.outputs(x);
    nearest.offer(attempt, x, there.adversarial);
    (there.adversarial ? high : low) = middle;
  }
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
