#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"
#include "threat/ball.hpp"

namespace mlsec {
namespace {

using threat::Ball;
using threat::Norm;

constexpr float infinity = std::numeric_limits<float>::infinity();

std::vector<float> projected(const Ball& ball, std::vector<float> x) {
  ball.project(x);
  return x;
}

/// Whether `x` is in the box and, in double, no further than epsilon from the original.
bool inside(const std::vector<float>& original, const std::vector<float>& x, Norm norm, double epsilon, float lower,
            float upper) {
  for (float value : x)
    if (!(value >= lower && value <= upper)) return false;
  return threat::distances(original, x).in(norm) <= epsilon;
}

/// The float nearest to `target` among those in [lower, upper] no further than epsilon from `origin`, by walking there.
float nearest_inside(float origin, float target, double epsilon, float lower, float upper) {
  float best = target < lower ? lower : target > upper ? upper : target;
  const double wanted = double{origin} + (double{best} > double{origin} ? epsilon : -epsilon);
  if (std::fabs(double{best} - double{origin}) > epsilon) best = static_cast<float>(wanted);
  while (std::fabs(double{best} - double{origin}) > epsilon) best = std::nextafter(best, origin);
  // Rounding may have stopped one float too early.
  const float further = std::nextafter(best, target);
  return best != target && std::fabs(double{further} - double{origin}) <= epsilon && further >= lower &&
                 further <= upper
             ? further
             : best;
}

struct Box {
  float lower, upper;
};

constexpr Box boxes[] = {{0, 1}, {-1, 1}, {-2.1179f, 2.64f}, {0, 255}, {-1e30f, 1e30f}};
constexpr double epsilons[] = {0, 1e-300, 1e-30, 1e-9, 1e-7, 1.0 / 255, 0.1, 0.3, 1, 2, 100, 1e20, 1e300};

/// Originals inside, on the faces and one float off them; points near and far.
std::vector<float> original_in(const Box& box, std::size_t size, Random& random) {
  std::vector<float> original(size);
  for (float& value : original) {
    const std::uint32_t kind = random.below(6);
    value = kind == 0   ? box.lower
            : kind == 1 ? box.upper
            : kind == 2 ? std::nextafter(box.lower, infinity)
            : kind == 3 ? std::nextafter(box.upper, -infinity)
                        : std::min(box.upper, random.uniform(box.lower, box.upper));
  }
  return original;
}

std::vector<float> point_near(const std::vector<float>& original, double epsilon, Random& random) {
  std::vector<float> x(original.size());
  const double scale = epsilon * (random.below(3) == 0 ? 100 : 1.5);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::uint32_t kind = random.below(12);
    x[i] = kind == 0   ? infinity
           : kind == 1 ? -infinity
           : kind == 2 ? original[i]
                       : static_cast<float>(double{original[i]} + scale * double{random.normal()});
  }
  return x;
}

template <class Visit>
void for_each_case(Visit visit) {
  std::uint64_t sample = 0;
  for (const Box& box : boxes)
    for (double epsilon : epsilons)
      for (std::size_t size : {1u, 3u, 50u})
        for (int repeat = 0; repeat < 12; ++repeat) {
          Random random(1, sample++, Purpose::test);
          const auto original = original_in(box, size, random);
          visit(box, epsilon, original, point_near(original, epsilon, random));
        }
}

}  // namespace

TEST_CASE("linf projection goes to the nearest float of the ball and the box") {
  int wrong = 0;
  for_each_case([&](const Box& box, double epsilon, const std::vector<float>& original, const std::vector<float>& x) {
    const auto result = projected(Ball(original, Norm::linf, epsilon, box.lower, box.upper), x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const float nearest = nearest_inside(original[i], x[i], epsilon, box.lower, box.upper);
      // Near zero there are floats too close for double to tell their distances from the original apart.
      const double origin = original[i];
      wrong += result[i] != nearest && double{result[i]} - origin != double{nearest} - origin;
    }
  });
  CHECK(wrong == 0);
}

TEST_CASE("after projection the distance in double is at most epsilon, whatever epsilon and the point") {
  int outside = 0, cases = 0;
  for_each_case([&](const Box& box, double epsilon, const std::vector<float>& original, const std::vector<float>& x) {
    for (Norm norm : {Norm::linf, Norm::l2}) {
      const auto result = projected(Ball(original, norm, epsilon, box.lower, box.upper), x);
      outside += !inside(original, result, norm, epsilon, box.lower, box.upper);
      ++cases;
    }
  });
  CHECK(cases > 4000);
  CHECK(outside == 0);
}

TEST_CASE("points of the ball stay as they are, and projecting twice is projecting once") {
  int moved = 0;
  for_each_case([&](const Box& box, double epsilon, const std::vector<float>& original, const std::vector<float>& x) {
    for (Norm norm : {Norm::linf, Norm::l2}) {
      const Ball ball(original, norm, epsilon, box.lower, box.upper);
      const auto once = projected(ball, x);
      moved += projected(ball, once) != once;
      moved += projected(ball, original) != original;
    }
  });
  CHECK(moved == 0);
}

TEST_CASE("l2 projection goes along the radius to the sphere") {
  const std::vector<float> original(3, 0.0f);
  const Ball ball(original, Norm::l2, 1, -10, 10);
  const auto result = projected(ball, {2, 3, 6});
  CHECK(test::largest_error(result, std::vector<double>{2.0 / 7, 3.0 / 7, 6.0 / 7}) < 2e-7);
  CHECK(threat::distances(original, result).l2 > 1 - 3e-7);
}

TEST_CASE("l2 projection loses almost none of epsilon where no face of the box is near") {
  for (double epsilon : {1e-3, 0.1, 1.0, 50.0}) {
    Random random(2, 0, Purpose::test);
    const auto original = test::random_values(784, 3, 0, 1);
    std::vector<float> x(784);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = original[i] + static_cast<float>(epsilon) * random.normal();
    const auto result = projected(Ball(original, Norm::l2, epsilon, -1000, 1000), x);
    const double distance = threat::distances(original, result).l2;
    CHECK(distance <= epsilon);
    CHECK(distance > epsilon * (1 - 1e-5));
  }
}

TEST_CASE("the box clips before and after the sphere") {
  const std::vector<float> original{0.9f, 0.5f};
  const auto result = projected(Ball(original, Norm::l2, 0.2, 0, 1), {5, 0.5f});
  CHECK(result[0] == 1);
  CHECK(result[1] == 0.5f);
}

}  // namespace mlsec
