#include "attacks/zoo.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "attacks/class_weight.hpp"
#include "attacks/features.hpp"
#include "base/math.hpp"

namespace mlsec::attacks {

namespace {

double power(double base, int exponent) { return exp(log(base) * exponent); }

}  // namespace

Task<Point> Zoo::run(Attempt& attempt, const Options& options) {
  constexpr std::size_t at_once = 32;
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  const auto lower = attempt.box().lower(), upper = attempt.box().upper();
  const ConfidentMargin loss{0};
  ClassWeight weight(options.initial_constant);
  Nearest nearest{norm};
  Random random = attempt.random("coordinates");
  std::vector<std::uint32_t> order(size);
  std::iota(order.begin(), order.end(), 0u);
  std::erase_if(order, [&](std::uint32_t i) { return lower[i] == upper[i]; });
  const auto chosen = std::min(static_cast<std::size_t>(options.coordinates), order.size());
  std::vector<float> unused;
  Point x, points;

  for (int search = 0; search < options.search_steps; ++search) {
    x = attempt.start();
    std::vector<float> m(size, 0.0f), v(size, 0.0f);
    std::vector<int> times(size, 0);
    bool succeeded = false;
    for (int step = 0; step < options.steps; ++step) {
      const auto here = co_await attempt.outputs(x);
      nearest.offer(attempt, x, here.adversarial);
      succeeded = succeeded || here.adversarial;
      // Each chosen feature a little up and down, so many at once that no question takes long. Queries of a converged
      // search are not worth their price, so it ends where all have come to rest.
      random.shuffle(order);
      double largest_step = 0;
      const Point base = x;
      for (std::size_t first = 0; first < chosen; first += at_once) {
        const std::size_t count = std::min(at_once, chosen - first);
        points.clear();
        for (std::size_t k = 0; k < count; ++k)
          for (double sign : {1.0, -1.0}) {
            points.insert(points.end(), base.begin(), base.end());
            const std::size_t i = order[first + k];
            float& value = points[points.size() - size + i];
            value = std::clamp(static_cast<float>(double{value} + sign * options.probe), lower[i], upper[i]);
          }
        const auto there = co_await attempt.outputs(points);
        const std::size_t classes = there.logits.size();
        unused.resize(classes);
        for (std::size_t k = 0; k < count; ++k) {
          const std::size_t i = order[first + k];
          const double apart = double{points[2 * k * size + i]} - double{points[(2 * k + 1) * size + i]};
          if (!(apart > 0)) continue;
          const auto value = [&](std::size_t row) {
            return double{loss(there.all_logits.subspan(row * classes, classes), attempt.criterion(), unused)};
          };
          const double slope =
              2 * double{x[i] - original[i]} - weight.value() * (value(2 * k) - value(2 * k + 1)) / apart;
          // An Adam for each feature, which counts its own steps.
          const int t = ++times[i];
          m[i] += 0.1f * (static_cast<float>(slope) - m[i]);
          v[i] += 0.001f * (static_cast<float>(slope * slope) - v[i]);
          const double mean = double{m[i]} / (1 - power(0.9, t)), square = double{v[i]} / (1 - power(0.999, t));
          const double move = options.learning_rate * mean / (std::sqrt(square) + 1e-8);
          x[i] = std::clamp(static_cast<float>(double{x[i]} - move), lower[i], upper[i]);
          largest_step = std::max(largest_step, std::fabs(move));
        }
      }
      if (largest_step < 1e-6) break;
    }
    weight.adjust(succeeded);
  }
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
