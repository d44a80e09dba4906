#include "attacks/threshold.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "attacks/features.hpp"

namespace mlsec::attacks {

Task<Point> Threshold::run(Attempt& attempt, const Options& options) {
  constexpr std::size_t at_once = 32;
  const threat::Ball ball = attempt.ball(norm, options.radius());
  const CrossEntropy loss;
  const auto count = static_cast<std::size_t>(options.population);
  const std::size_t size = attempt.original().size();
  Random random = attempt.random("evolution");
  std::vector<Point> parents(count, attempt.start());
  for (Point& parent : parents) ball.random_point(random, parent);
  std::vector<Point> children = parents;
  std::vector<float> fitness(count, -std::numeric_limits<float>::infinity()), unused;
  Point points, difference(size);
  std::size_t best = 0;
  for (int generation = 0; generation <= options.generations; ++generation) {
    if (generation > 0)
      for (Point& child : children) {
        child = parents[best];
        const auto pick = [&]() -> const Point& { return parents[random.below(static_cast<std::uint32_t>(count))]; };
        const Point& to = pick();
        subtract(difference, to, pick());
        add_scaled(child, options.mutation, difference);
        ball.project(child);
      }
    for (std::size_t first = 0; first < count; first += at_once) {
      const std::size_t rows = std::min(at_once, count - first);
      points.clear();
      for (std::size_t k = 0; k < rows; ++k)
        points.insert(points.end(), children[first + k].begin(), children[first + k].end());
      const auto there = co_await attempt.outputs(points);
      const std::size_t classes = there.logits.size();
      unused.resize(classes);
      for (std::size_t k = 0; k < rows; ++k) {
        const std::size_t i = first + k;
        if (there.all_adversarial[k]) co_return children[i];
        const float value = loss(there.all_logits.subspan(k * classes, classes), attempt.criterion(), unused);
        if (!(value > fitness[i])) continue;
        fitness[i] = value;
        parents[i] = children[i];
      }
    }
    best = static_cast<std::size_t>(std::max_element(fitness.begin(), fitness.end()) - fitness.begin());
  }
  co_return parents[best];
}

}  // namespace mlsec::attacks
