#include "attacks/genattack.hpp"

#include <algorithm>
#include <cmath>

#include "base/math.hpp"

namespace mlsec::attacks {

Task<Point> GenAttack::run(Attempt& attempt, const Options& options) {
  const threat::Ball ball = attempt.ball(norm, options.radius());
  const auto count = static_cast<std::size_t>(options.population);
  const std::size_t size = attempt.original().size();
  const auto rate = static_cast<float>(options.mutation_rate);
  const auto reach = static_cast<float>(options.mutation_size * options.radius());
  Random random = attempt.random("evolution");
  std::vector<Point> population(count, attempt.start()), children;
  for (Point& member : population) ball.random_point(random, member);
  Point points;
  std::vector<float> unused;
  std::vector<double> shares(count);

  Point elite = population[0];
  for (int step = 0; step < options.steps; ++step) {
    points.clear();
    for (const Point& member : population) points.insert(points.end(), member.begin(), member.end());
    const auto there = co_await attempt.outputs(points);
    const std::size_t classes = there.logits.size();
    unused.resize(classes);
    std::size_t best = 0;
    std::vector<double> fitness(count);
    for (std::size_t k = 0; k < count; ++k) {
      fitness[k] = Margin()(there.all_logits.subspan(k * classes, classes), attempt.criterion(), unused);
      if (fitness[k] > fitness[best]) best = k;
    }
    elite = population[best];
    if (fitness[best] > 0) break;
    // Parents are drawn by the softmax of their scores.
    double sum = 0;
    for (std::size_t k = 0; k < count; ++k)
      sum += shares[k] = exp(std::max(-700.0, (fitness[k] - fitness[best]) / options.temperature));
    const auto draw = [&] {
      double left = double{random.uniform()} * sum;
      std::size_t k = 0;
      while (k + 1 < count && (left -= shares[k]) > 0) ++k;
      return k;
    };
    children.assign(1, elite);
    while (children.size() < count) {
      const std::size_t a = draw(), b = draw();
      const double of_a = shares[a] / (shares[a] + shares[b]);
      Point child(size);
      for (std::size_t i = 0; i < size; ++i) {
        child[i] = double{random.uniform()} < of_a ? population[a][i] : population[b][i];
        if (random.uniform() < rate) child[i] += random.uniform(-reach, reach);
      }
      ball.project(child);
      children.push_back(std::move(child));
    }
    population.swap(children);
  }
  co_return elite;
}

}  // namespace mlsec::attacks
