#include "attacks/sign_opt.hpp"

#include <algorithm>

#include "attacks/evaluation.hpp"
#include "attacks/features.hpp"

namespace mlsec::attacks {

namespace {

/// The point at a distance from the original along a direction, in the box.
void place(const Attempt& attempt, std::span<float> out, double distance, std::span<const float> direction) {
  std::copy(attempt.original().begin(), attempt.original().end(), out.begin());
  add_scaled(out, distance, direction);
  attempt.box().clip(out);
}

/// The distance of the boundary along a direction, if it is less than `limit`; infinite otherwise. From where it is
/// known to be about, the bracket is widened and then halved (section 3.1).
Task<double> boundary_along(Attempt& attempt, const Point& direction, double about, double limit) {
  Point x(direction.size());
  place(attempt, x, limit, direction);
  if (!(co_await attempt.outputs(x)).adversarial) co_return std::numeric_limits<double>::infinity();
  double low = 0, high = limit;
  if (about < limit) {
    place(attempt, x, about * 0.99, direction);
    if ((co_await attempt.outputs(x)).adversarial)
      high = about * 0.99;
    else
      low = about * 0.99;
  }
  while (high - low > 1e-5 * high) {
    const double middle = (low + high) / 2;
    place(attempt, x, middle, direction);
    ((co_await attempt.outputs(x)).adversarial ? high : low) = middle;
  }
  co_return high;
}

}  // namespace

Task<Point> SignOpt::run(Attempt& attempt, const Options& options) {
  const std::size_t size = attempt.original().size();
  const double infinity = std::numeric_limits<double>::infinity();
  Random random = attempt.random("directions");
  // The best of random directions, those towards random images.
  Point direction, trial(size), points, probes, gradient(size);
  double distance = infinity;
  for (int tries = 0; tries < options.start_tries; ++tries) {
    fill_uniform(trial, random, attempt.box());
    subtract(trial, trial, attempt.original());
    const double reach = length(trial);
    if (reach == 0) continue;
    scale(trial, 1 / reach);
    const double found = co_await boundary_along(attempt, trial, infinity, std::min(distance, reach));
    if (!(found < distance)) continue;
    distance = found;
    direction = trial;
  }
  if (direction.empty()) co_return attempt.start();

  double rate = options.step_size, probe = options.probe;
  for (int step = 0; step < options.steps; ++step) {
    // Whether the boundary along a turned direction is nearer, which one label tells.
    gradient.assign(size, 0.0f);
    constexpr int at_once = 32;
    for (int done = 0; done < options.directions; done += at_once) {
      const auto count = static_cast<std::size_t>(std::min(at_once, options.directions - done));
      points.assign(count * size, 0.0f);
      probes.resize(count * size);
      fill_normal(probes, random);
      for (std::size_t k = 0; k < count; ++k) {
        const auto u = std::span(probes).subspan(k * size, size);
        scale(u, 1 / length(u));
        trial = direction;
        add_scaled(trial, probe, u);
        scale(trial, 1 / length(trial));
        place(attempt, std::span(points).subspan(k * size, size), distance, trial);
      }
      const auto there = co_await attempt.outputs(points);
      for (std::size_t k = 0; k < count; ++k)
        add_scaled(gradient, there.all_adversarial[k] ? -1 : 1, std::span(probes).subspan(k * size, size));
    }
    const double slope = length(gradient);
    if (slope == 0) continue;
    // A line search along it, first longer steps, then shorter ones.
    Point best = direction;
    double best_distance = distance, used = rate;
    for (double factor : {1.0, 2.0, 4.0, 8.0, 0.5, 0.25, 0.125, 0.03}) {
      if (factor < 1 && best_distance < distance) break;
      trial = direction;
      add_scaled(trial, -rate * factor / slope, gradient);
      scale(trial, 1 / length(trial));
      const double found = co_await boundary_along(attempt, trial, best_distance, best_distance);
      if (found < best_distance) {
        best_distance = found;
        best = trial;
        used = rate * factor;
      } else if (factor > 1) {
        break;
      }
    }
    if (best_distance < distance) {
      rate = used;
    } else {
      rate /= 4;
      probe = std::max(probe / 2, 1e-5);
      if (rate < 1e-5) rate = options.step_size;
    }
    direction = best;
    distance = best_distance;
  }
  Point x(size);
  place(attempt, x, distance, direction);
  (void)co_await attempt.outputs(x);
  co_return x;
}

}  // namespace mlsec::attacks
