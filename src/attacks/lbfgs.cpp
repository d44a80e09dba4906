#include "attacks/lbfgs.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/class_weight.hpp"
#include "attacks/features.hpp"
#include "base/math.hpp"
#include "nn/loss.hpp"

namespace mlsec::attacks {

namespace {

/// Liu and Nocedal, 1989: the product of the inverse Hessian, known from the last pairs of steps and changes of the
/// gradient, with a vector.
class Memory {
 public:
  void remember(Point step, Point change) {
    const double curvature = dot(step, change);
    if (!(curvature > 1e-12 * length(step) * length(change))) return;
    if (pairs_.size() == 10) pairs_.erase(pairs_.begin());
    pairs_.push_back({std::move(step), std::move(change), 1 / curvature});
  }
  bool empty() const { return pairs_.empty(); }
  void forget() { pairs_.clear(); }

  void apply(Point& q) const {
    std::vector<double> shares(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      shares[i] = pairs_[i].rho * dot(pairs_[i].step, q);
      add_scaled(q, -shares[i], pairs_[i].change);
    }
    if (!pairs_.empty()) {
      const Pair& last = pairs_.back();
      scale(q, 1 / (last.rho * dot(last.change, last.change)));
    }
    for (std::size_t i = 0; i < pairs_.size(); ++i)
      add_scaled(q, shares[i] - pairs_[i].rho * dot(pairs_[i].change, q), pairs_[i].step);
  }

 private:
  struct Pair {
    Point step, change;
    double rho;
  };
  std::vector<Pair> pairs_;
};

/// How likely the wanted outcome is, as a logarithm: the target's, or that of any class but the label. The
/// cross-entropy of the label has no slope where the network is sure of it, and no largest value to come to rest at;
/// this has both.
struct Outcome {
  float operator()(std::span<const float> logits, const threat::Criterion& criterion,
                   std::span<float> cotangent) const {
    if (criterion.target) return CrossEntropy()(logits, criterion, cotangent);
    const std::size_t label = criterion.label, other = nn::largest_other(logits, label);
    double sum = 0;
    for (std::size_t k = 0; k < logits.size(); ++k) {
      cotangent[k] = k == label ? 0 : exp(logits[k] - logits[other]);
      sum += double{cotangent[k]};
    }
    // By how much the label's logit leads the others together: p(label) = 1 / (1 + e^-lead).
    const float lead = logits[label] - logits[other] - static_cast<float>(log(sum));
    const float p = sigmoid(lead);
    for (float& c : cotangent) c *= p / static_cast<float>(sum);
    cotangent[label] = -p;
    return -(std::max(lead, 0.0f) + log_1_plus(exp(-std::fabs(lead))));
  }
};

}  // namespace

Task<Point> Lbfgs::run(Attempt& attempt, const Options& options) {
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  const auto lower = attempt.box().lower(), upper = attempt.box().upper();
  const Outcome loss;
  ClassWeight weight(options.initial_constant);
  Nearest nearest{norm};

  for (int search = 0; search < options.search_steps; ++search) {
    const double c = weight.value();
    Point x = attempt.start(), slope(size), next(size), next_slope(size), direction(size);
    Memory memory;
    bool succeeded = false;
    // ||d||^2 - c loss at a point, and its slope.
    const auto take = [&](const Point& point, const GradientAnswer& here, Point& to) {
      const bool nearer = nearest.offer(attempt, point, here.adversarial);
      succeeded = succeeded || here.adversarial || nearer;
      double value = -c * double{here.loss};
      for (std::size_t i = 0; i < size; ++i) {
        const float d = point[i] - original[i];
        value += double{d} * double{d};
        to[i] = 2 * d - static_cast<float>(c) * here.gradient[i];
      }
      return value;
    };
    const auto first = co_await attempt.gradient(x, loss);
    double value = take(x, first, slope);
    for (int step = 0; step < options.steps; ++step) {
      direction = slope;
      // Features held by the box stay there.
      for (std::size_t i = 0; i < size; ++i)
        if ((x[i] <= lower[i] && slope[i] > 0) || (x[i] >= upper[i] && slope[i] < 0)) direction[i] = 0;
      const Point steepest = direction;
      memory.apply(direction);
      if (!(dot(direction, steepest) > 0)) {
        memory.forget();
        direction = steepest;
      }
      if (length(direction) == 0) break;
      double share = memory.empty() ? std::min(1.0, 1 / length(direction)) : 1;
      bool fell = false;
      for (int halving = 0; halving < 20 && !fell; ++halving, share /= 2) {
        next = x;
        add_scaled(next, -share, direction);
        attempt.box().clip(next);
        const auto there = co_await attempt.gradient(next, loss);
        const double next_value = take(next, there, next_slope);
        Point moved(size);
        subtract(moved, next, x);
        const double promised = dot(slope, moved);
        if (!(next_value <= value + 1e-4 * promised && promised < 0)) continue;
        fell = true;
        Point change(size);
        subtract(change, next_slope, slope);
        memory.remember(std::move(moved), std::move(change));
        const double progress = value - next_value;
        value = next_value;
        x = next;
        slope = next_slope;
        if (progress < 1e-9 * (1 + std::fabs(value))) step = options.steps;
      }
      if (!fell) break;
    }
    weight.adjust(succeeded);
  }
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
