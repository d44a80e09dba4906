#include "attacks/score_gradient.hpp"

#include <algorithm>

#include "attacks/features.hpp"

namespace mlsec::attacks {

Task<Point> score_gradient(Attempt& attempt, const Point& x, int samples, double size, bool signs, Random& random) {
  constexpr int at_once = 16;  // pairs
  const std::size_t features = x.size();
  const int pairs = std::max(1, samples / 2);
  Point gradient(features, 0.0f), directions, points;
  std::vector<float> unused;
  for (int done = 0; done < pairs; done += at_once) {
    const auto count = static_cast<std::size_t>(std::min(at_once, pairs - done));
    directions.resize(count * features);
    if (signs)
      for (float& value : directions) value = random.bits() & 1 ? 1.0f : -1.0f;
    else
      fill_normal(directions, random);
    points.clear();
    for (std::size_t k = 0; k < count; ++k)
      for (double sign : {1.0, -1.0}) {
        const std::size_t first = points.size();
        points.insert(points.end(), x.begin(), x.end());
        const auto point = std::span(points).subspan(first);
        add_scaled(point, sign * size, std::span<const float>(directions).subspan(k * features, features));
        attempt.box().clip(point);
      }
    const auto there = co_await attempt.outputs(points);
    const std::size_t classes = there.logits.size();
    unused.resize(classes);
    const auto margin = [&](std::size_t row) {
      return double{Margin()(there.all_logits.subspan(row * classes, classes), attempt.criterion(), unused)};
    };
    for (std::size_t k = 0; k < count; ++k)
      add_scaled(gradient, (margin(2 * k) - margin(2 * k + 1)) / (2 * size * pairs),
                 std::span<const float>(directions).subspan(k * features, features));
  }
  co_return gradient;
}

}  // namespace mlsec::attacks
