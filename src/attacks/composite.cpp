#include "attacks/composite.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "attacks/composition.hpp"
#include "attacks/features.hpp"
#include "base/math.hpp"

namespace mlsec::attacks {

namespace {

/// A chain of changes and the images between them; each is cut to 0 ... 1.
struct Chain {
  std::vector<Picture> images;  // the first is the original
  std::vector<Picture> uncut;   // what each change gave before the cut

  explicit Chain(const Picture& original) : images{original} {}

  void append(Picture next) {
    uncut.push_back(next);
    next.clip();
    images.push_back(std::move(next));
  }

  /// The gradient by what the i-th change gave, from that by its image: nothing comes through where it was cut.
  Picture through_cut(std::size_t i, Picture gradient) const {
    for (std::size_t j = 0; j < gradient.values.size(); ++j)
      if (uncut[i].values[j] != images[i + 1].values[j]) gradient.values[j] = 0;
    return gradient;
  }
};

/// A matrix of positive numbers whose rows and columns each sum to 1: how much of each change there is at each place.
class Schedule {
 public:
  Schedule(std::size_t count, Random& random) : count_(count), shares_(count * count) {
    for (double& share : shares_) share = exp(double{random.uniform()});
    balance();
  }

  double& share(std::size_t change, std::size_t place) { return shares_[change * count_ + place]; }

  /// Ascent: exp(shares + slope), balanced.
  void ascend(const std::vector<double>& slope) {
    double largest = 0;
    for (double s : slope) largest = std::fmax(largest, std::fabs(s));
    for (std::size_t i = 0; i < shares_.size(); ++i)
      shares_[i] = exp(shares_[i] + (largest > 0 && std::isfinite(largest) ? slope[i] / largest : 0));
    balance();
  }

  /// The order whose shares have the largest sum.
  std::vector<std::size_t> order() {
    std::vector<std::size_t> order(count_), best;
    std::iota(order.begin(), order.end(), std::size_t{0});
    double most = -1;
    do {
      double sum = 0;
      for (std::size_t place = 0; place < count_; ++place) sum += share(order[place], place);
      if (sum > most) {
        most = sum;
        best = order;
      }
    } while (std::next_permutation(order.begin(), order.end()));
    return best;
  }

 private:
  /// Sinkhorn and Knopp, 1967.
  void balance() {
    for (int round = 0; round < 20; ++round)
      for (bool rows : {true, false})
        for (std::size_t i = 0; i < count_; ++i) {
          double sum = 0;
          for (std::size_t j = 0; j < count_; ++j) sum += rows ? share(i, j) : share(j, i);
          for (std::size_t j = 0; j < count_; ++j) (rows ? share(i, j) : share(j, i)) /= sum;
        }
  }

  std::size_t count_;
  std::vector<double> shares_;
};

}  // namespace

Task<Point> Composite::run(Attempt& attempt, const Options& options) {
  const Image layout(attempt.input());
  const double lower = double{attempt.lower()}, width = double{attempt.width()};
  const Picture original(layout, attempt.original(), lower, width);
  const CrossEntropy loss;
  const std::array<double, changes> limits{options.hue,        options.saturation, options.rotation,
                                           options.brightness, options.contrast,   options.pixels};
  std::vector<Change> present;
  for (std::size_t i = 0; i < changes; ++i) {
    const bool of_colours = static_cast<Change>(i) == Change::hue || static_cast<Change>(i) == Change::saturation;
    if (limits[i] > 0 && !(of_colours && layout.channels != 3)) present.push_back(static_cast<Change>(i));
  }

  Random random = attempt.random("composite");
  ChangeSizes by;
  by.pixels.resize(original.values.size());
  for (Change change : present)
    by.sizes[static_cast<std::size_t>(change)] =
        limits[static_cast<std::size_t>(change)] * double{random.uniform(-1, 1)};
  by.sizes[static_cast<std::size_t>(Change::pixels)] = 0;
  if (options.pixels > 0)
    fill_uniform(by.pixels, random, static_cast<float>(-options.pixels), static_cast<float>(options.pixels));
  Schedule schedule(present.size(), random);
  std::vector<std::size_t> order(present.size());
  std::iota(order.begin(), order.end(), std::size_t{0});

  Point x = attempt.start();
  const auto place = [&](Chain& chain) {
    chain.images.back().write(layout, lower, width, x);
    attempt.box().clip(x);
  };
  const auto gradient_at = [&](const GradientAnswer& here) { return Picture(layout, here.gradient, 0, 1); };

  for (int round = 0; round < options.rounds && !present.empty(); ++round) {
    if (options.order == ChangeOrder::scheduled) {
      if (round > 0) {
        // Every place holds all changes, each with its share; how the loss depends on the shares.
        Chain chain(original);
        std::vector<std::vector<Picture>> parts;
        for (std::size_t i = 0; i < present.size(); ++i) {
          Picture sum(layout.rows, layout.columns, layout.channels);
          parts.emplace_back();
          for (std::size_t k = 0; k < present.size(); ++k) {
            parts[i].push_back(changed(present[k], by, chain.images[i]));
            add_scaled(sum.values, schedule.share(k, i), parts[i][k].values);
          }
          chain.append(std::move(sum));
        }
        place(chain);
        // A blend of images, which no order of changes makes.
        const auto here = co_await attempt.gradient(x, loss, Role::probe);
        Picture gradient = gradient_at(here);
        std::vector<double> slope(present.size() * present.size());
        for (std::size_t i = present.size(); i-- > 0;) {
          const Picture through = chain.through_cut(i, std::move(gradient));
          gradient = Picture(layout.rows, layout.columns, layout.channels);
          for (std::size_t k = 0; k < present.size(); ++k) {
            slope[k * present.size() + i] = dot(through.values, parts[i][k].values);
            add_scaled(gradient.values, schedule.share(k, i), pulled_back(present[k], by, through).values);
          }
        }
        schedule.ascend(slope);
      }
      order = schedule.order();
    } else if (options.order == ChangeOrder::random) {
      std::vector<std::uint32_t> shuffled(order.begin(), order.end());
      random.shuffle(shuffled);
      order.assign(shuffled.begin(), shuffled.end());
    }
    for (std::size_t turn = 0; turn < present.size(); ++turn)
      for (int step = 0; step < options.steps; ++step) {
        Chain chain(original);
        for (std::size_t k : order) chain.append(changed(present[k], by, chain.images.back()));
        place(chain);
        const auto here = co_await attempt.gradient(x, loss);
        if (here.adversarial) co_return x;
        Picture gradient = gradient_at(here);
        for (std::size_t i = present.size(); i-- > turn + 1;)
          gradient = pulled_back(present[order[i]], by, chain.through_cut(i, std::move(gradient)));
        gradient = chain.through_cut(turn, std::move(gradient));
        const Change change = present[order[turn]];
        const double limit = limits[static_cast<std::size_t>(change)];
        const double pace = 2.5 * limit / options.steps;
        if (change == Change::pixels) {
          add_signs(by.pixels, pace, gradient.values);
          const auto most = static_cast<float>(limit);
          for (float& value : by.pixels) value = std::clamp(value, -most, most);
        } else {
          const double slope = size_derivative(change, by, chain.images[turn], gradient);
          double& size = by.sizes[static_cast<std::size_t>(change)];
          size = std::clamp(size + (slope > 0 ? pace : slope < 0 ? -pace : 0), -limit, limit);
        }
      }
  }
  Chain chain(original);
  for (std::size_t k : order) chain.append(changed(present[k], by, chain.images.back()));
  place(chain);
  co_return x;
}

}  // namespace mlsec::attacks
