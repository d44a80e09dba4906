#include "attacks/boundary.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/adversarial_start.hpp"
#include "attacks/features.hpp"

namespace mlsec::attacks {

namespace {

// The share of successes among the last `size` trials.
class RecentSuccesses {
 public:
  explicit RecentSuccesses(int size) : size_(size) {}

  void add(bool success) {
    ++trials_;
    successes_ += success;
  }
  bool full() const { return trials_ >= size_; }
  double take() {
    const double share = double{successes_ * 1.0} / trials_;
    trials_ = successes_ = 0;
    return share;
  }

 private:
  int size_, trials_ = 0, successes_ = 0;
};

}  // namespace

Task<Point> Boundary::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();

  Point x = co_await adversarial_start(attempt, options.starts, options.start_tries);
  if (x.empty()) co_return attempt.start();
  // Straight towards the original as far as the boundary.
  x = co_await towards(attempt, x, attempt.start(), 10);

  // Figure 2 of the paper: a random step on the sphere around the original, then a step towards it. The sizes follow
  // the local geometry: about half of the steps on the sphere should stay adversarial, where the boundary looks flat,
  // and about a quarter of those towards the original.
  Random random = attempt.random("steps");
  double spherical = options.spherical_step, source = options.source_step;
  RecentSuccesses on_sphere(30), towards(30);
  Point candidate(size), direction(size);
  for (int step = 0; step < options.steps && source > 1e-7; ++step) {
    for (std::size_t i = 0; i < size; ++i) direction[i] = original[i] - x[i];
    const double distance = length(direction);
    if (distance == 0) break;

    for (float& value : candidate) value = random.normal();
    double along = 0;
    for (std::size_t i = 0; i < size; ++i) along += double{candidate[i]} * double{direction[i]};
    along /= distance * distance;
    for (std::size_t i = 0; i < size; ++i) candidate[i] -= static_cast<float>(along * double{direction[i]});
    const double sideways = spherical * distance / length(candidate);
    // Back onto the sphere: Pythagoras gives how much longer the sideways step made the radius.
    const double back = 1 / std::sqrt(1 + spherical * spherical);
    for (std::size_t i = 0; i < size; ++i)
      candidate[i] =
          static_cast<float>(double{original[i]} + back * (sideways * double{candidate[i]} - double{direction[i]}));
    attempt.box().clip(candidate);

    // Asking about the point on the sphere too costs a query, so only every tenth time.
    if (step % 10 == 0) on_sphere.add((co_await attempt.outputs(candidate)).adversarial);

    for (std::size_t i = 0; i < size; ++i) direction[i] = original[i] - candidate[i];
    const double reach = length(direction);
    const double wanted = distance * (1 - source);  // no farther than that from the original, whatever clipping did
    const double share = reach > wanted ? (reach - wanted) / reach : 0;
    for (std::size_t i = 0; i < size; ++i) candidate[i] += static_cast<float>(share * double{direction[i]});
    attempt.box().clip(candidate);
    const bool adversarial = (co_await attempt.outputs(candidate)).adversarial;
    towards.add(adversarial);
    if (adversarial) x = candidate;

    if (on_sphere.full()) {
      const double successes = on_sphere.take();
      if (successes > 0.5) {
        spherical *= options.adaptation;
        source *= options.adaptation;
      } else if (successes < 0.2) {
        spherical /= options.adaptation;
        source /= options.adaptation;
      }
    }
    if (towards.full()) {
      const double successes = towards.take();
      if (successes > 0.25)
        source *= options.adaptation;
      else if (successes < 0.1)
        source /= options.adaptation;
    }
    spherical = std::min(spherical, 1.0);
    source = std::min(source, 0.9);
  }
  co_return x;
}

}  // namespace mlsec::attacks
