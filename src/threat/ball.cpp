#include "threat/ball.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/math.hpp"
#include "threat/order.hpp"

namespace mlsec::threat {

namespace {

float clip(float x, float low, float high) { return x < low ? low : (x > high ? high : x); }

}  // namespace

[[clang::minsize]] Ball::Ball(std::span<const float> original, Norm norm, double epsilon, Box box)
    : original_(original), norm_(norm), epsilon_(epsilon), box_(std::move(box)) {
  if (norm != Norm::linf) return;
  low_.resize(original.size());
  high_.resize(original.size());
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < original.size(); ++i) {
    const double x = original[i];
    const float lower = box_.lower()[i], upper = box_.upper()[i];
    // Beyond the range of float the box alone decides.
    float low = x - epsilon < double{lower} ? lower : static_cast<float>(x - epsilon);
    float high = x + epsilon > double{upper} ? upper : static_cast<float>(x + epsilon);
    // Rounding to float may step outside by one unit in the last place.
    if (x - double{low} > epsilon) low = std::nextafter(low, infinity);
    if (double{high} - x > epsilon) high = std::nextafter(high, -infinity);
    low_[i] = std::max(low, lower);
    high_[i] = std::min(high, upper);
  }
}

void Ball::project(std::span<float> x) const {
  if (norm_ == Norm::linf) {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = clip(x[i], low_[i], high_[i]);
    return;
  }
  if (norm_ == Norm::l1) return project_l1(x);
  if (norm_ == Norm::l0) return project_l0(x);
  const auto squared_distance = [&] {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double difference = double{x[i]} - double{original_[i]};
      sum += difference * difference;
    }
    return sum;
  };
  // Clipping to a box that holds the original only shortens, so the box may come first and last.
  box_.clip(x);
  double size = std::sqrt(squared_distance());
  // Each further round shrinks a little more, until rounding to float cannot carry the result outside.
  for (double shrink = 1; size > epsilon_; shrink -= 1e-7) {
    const double factor = epsilon_ / size * shrink;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double origin = original_[i];
      x[i] = static_cast<float>(origin + factor * (double{x[i]} - origin));
    }
    box_.clip(x);
    size = std::sqrt(squared_distance());
    if (shrink < 1 - 1e-5) {  // an epsilon below the spacing of floats: only the original itself is inside
      std::copy(original_.begin(), original_.end(), x.begin());
      return;
    }
  }
}

[[clang::minsize]] void Ball::random_point(Random& random, std::span<float> x) const {
  if (norm_ == Norm::linf) {
    const auto radius = static_cast<float>(epsilon_);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = original_[i] + random.uniform(-radius, radius);
  } else if (norm_ == Norm::l1) {
    // Spacings of exponential variables are uniform on the simplex; one more of them is what is left to the sphere.
    const auto exponential = [&] { return -log(1 - double{random.uniform()}); };
    double sum = exponential();
    std::vector<double> shares(x.size());
    for (double& share : shares) sum += share = exponential();
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double size = sum > 0 ? epsilon_ * shares[i] / sum : 0;
      x[i] = static_cast<float>(double{original_[i]} + (random.bits() & 1 ? size : -size));
    }
  } else if (norm_ == Norm::l0) {
    std::vector<double> keys(x.size());
    for (double& key : keys) key = random.uniform();
    const auto order = descending(keys);
    std::copy(original_.begin(), original_.end(), x.begin());
    for (std::size_t i = 0; i < x.size() && static_cast<double>(i + 1) <= epsilon_; ++i)
      x[order[i]] = random.uniform(box_.lower()[order[i]], box_.upper()[order[i]]);
  } else {
    // A normal direction, and a radius with density ~ r^(d-1): u^(1/d).
    double sum = 0;
    for (float& value : x) {
      value = random.normal();
      sum += double{value} * double{value};
    }
    const double u = std::max(double{random.uniform()}, 0x1p-25);
    const double radius = epsilon_ * exp(log(u) / static_cast<double>(x.size()));
    const double factor = sum > 0 ? radius / std::sqrt(sum) : 0;
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(double{original_[i]} + factor * double{x[i]});
  }
  project(x);
}

void Ball::ascend(std::span<float> x, std::span<const float> gradient, double step) const {
  if (norm_ == Norm::linf) {
    const auto size = static_cast<float>(step);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += gradient[i] > 0 ? size : (gradient[i] < 0 ? -size : 0.0f);
    return;
  }
  if (norm_ != Norm::l2) return ascend_to_faces(x, gradient, step);
  double sum = 0;
  for (float g : gradient) sum += double{g} * double{g};
  if (sum == 0) return;
  const auto factor = static_cast<float>(step / std::sqrt(sum));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += factor * gradient[i];
}

}  // namespace mlsec::threat
