#include "attacks/eot_pgd.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"
#include "attacks/image.hpp"
#include "base/math.hpp"

namespace mlsec::attacks {

namespace {

struct Movement {
  double turns, down, right;
};

/// Visits the up to four pixels that each pixel of the moved image is made of: visit(to, from, share).
template <class Visit>
void for_each_share(const Image& image, const Movement& movement, Visit visit) {
  const double sine = sin_turn(movement.turns), cosine = cos_turn(movement.turns);
  const double middle_row = (static_cast<double>(image.rows) - 1) / 2;
  const double middle_column = (static_cast<double>(image.columns) - 1) / 2;
  for (std::size_t row = 0; row < image.rows; ++row)
    for (std::size_t column = 0; column < image.columns; ++column) {
      const double y = static_cast<double>(row) - middle_row - movement.down;
      const double x = static_cast<double>(column) - middle_column - movement.right;
      const double source_row = cosine * y + sine * x + middle_row;
      const double source_column = cosine * x - sine * y + middle_column;
      const double top = std::floor(source_row), left = std::floor(source_column);
      for (double r : {top, top + 1})
        for (double c : {left, left + 1}) {
          const double share = (1 - std::fabs(source_row - r)) * (1 - std::fabs(source_column - c));
          if (!(share > 0) || r < 0 || c < 0 || r >= static_cast<double>(image.rows) ||
              c >= static_cast<double>(image.columns))
            continue;
          for (std::size_t channel = 0; channel < image.channels; ++channel)
            visit(image.at(row, column, channel),
                  image.at(static_cast<std::size_t>(r), static_cast<std::size_t>(c), channel), share);
        }
    }
}

}  // namespace

Task<Point> EotPgd::run(Attempt& attempt, const Options& options) {
  const threat::Ball ball = attempt.ball(options.norm, options.radius());
  const Image image(attempt.input());
  const bool moves = attempt.input().kind == model::InputKind::image && (options.angle > 0 || options.shift > 0);
  const CrossEntropy loss;
  const double step_size = options.step_size.value_or(2.5 * options.radius() / options.steps);
  const auto sigma = static_cast<float>(options.noise) * attempt.width();
  const auto count = static_cast<std::size_t>(options.samples);
  const float lower = attempt.lower(), upper = attempt.upper();
  Random random = attempt.random("transformations");
  Point x = attempt.start();
  const std::size_t size = x.size();
  if (options.random_start) {
    Random start = attempt.random("start");
    ball.random_point(start, x);
  }
  Point points(count * size), mean(size);
  std::vector<char> cut(count * size);  // what noise took out of the bounds, where it then has no slope
  std::vector<Movement> movements(count);
  for (int step = 0; step < options.steps; ++step) {
    for (std::size_t k = 0; k < count; ++k) {
      const auto point = std::span(points).subspan(k * size, size);
      if (moves) {
        const auto either_way = [&](double largest) { return largest * (2 * double{random.uniform()} - 1); };
        movements[k] = {either_way(options.angle) / 360, either_way(options.shift), either_way(options.shift)};
        std::fill(point.begin(), point.end(), lower);
        for_each_share(image, movements[k], [&](std::size_t to, std::size_t from, double share) {
          point[to] += static_cast<float>(share * (double{x[from]} - double{lower}));
        });
      } else {
        std::copy(x.begin(), x.end(), point.begin());
      }
      for (std::size_t i = 0; i < size; ++i) {
        if (sigma > 0) point[i] += sigma * random.normal();
        cut[k * size + i] = point[i] < lower || point[i] > upper;
        point[i] = std::clamp(point[i], lower, upper);
      }
    }
    const auto there = co_await attempt.gradient(points, loss);
    std::fill(mean.begin(), mean.end(), 0.0f);
    for (std::size_t k = 0; k < count; ++k) {
      const auto slope = there.gradient.subspan(k * size, size);
      const auto add = [&](std::size_t to, std::size_t from, double share) {
        if (!cut[k * size + to]) mean[from] += static_cast<float>(share * double{slope[to]});
      };
      if (moves)
        for_each_share(image, movements[k], add);
      else
        for (std::size_t i = 0; i < size; ++i) add(i, i, 1);
    }
    ball.ascend(x, mean, step_size);
    ball.project(x);
  }
  co_return x;
}

}  // namespace mlsec::attacks
