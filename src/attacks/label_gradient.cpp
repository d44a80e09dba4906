#include "attacks/label_gradient.hpp"

#include <algorithm>

#include "attacks/evaluation.hpp"
#include "attacks/features.hpp"

namespace mlsec::attacks {

Task<Point> label_gradient(Attempt& attempt, const Point& x, int evaluations, double probe, Random& random) {
  constexpr int at_once = 32;
  const std::size_t size = x.size();
  // Sums of the directions and of the directions times their signs.
  Point plain(size, 0.0f), signed_sum(size, 0.0f), points, directions, one(size);
  double signs = 0;
  for (int done = 0; done < evaluations; done += at_once) {
    const int count = std::min(at_once, evaluations - done);
    points.clear();
    directions.clear();
    for (int k = 0; k < count; ++k) {
      fill_normal(one, random);
      scale(one, 1 / length(one));
      const std::size_t first = points.size();
      points.insert(points.end(), x.begin(), x.end());
      add_scaled(std::span(points).subspan(first), probe, one);
      attempt.box().clip(std::span(points).subspan(first));
      // What the box left of it.
      subtract(one, std::span(points).subspan(first), x);
      scale(one, 1 / probe);
      directions.insert(directions.end(), one.begin(), one.end());
    }
    const auto there = co_await attempt.outputs(points);
    for (int k = 0; k < count; ++k) {
      const auto index = static_cast<std::size_t>(k);
      const bool adversarial = there.all_adversarial[index] != 0;
      const double sign = adversarial ? 1 : -1;
      const auto direction = std::span<const float>(directions).subspan(index * size, size);
      signs += sign;
      add_scaled(plain, 1, direction);
      add_scaled(signed_sum, sign, direction);
    }
  }
  const double mean = signs / evaluations;
  if (mean > -1 && mean < 1) add_scaled(signed_sum, -mean, plain);
  const double size_of_sum = length(signed_sum);
  if (size_of_sum > 0) scale(signed_sum, 1 / size_of_sum);
  co_return signed_sum;
}

}  // namespace mlsec::attacks
