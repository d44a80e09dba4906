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
    const auto result =
        projected(Ball(original, Norm::linf, epsilon, threat::Box::uniform(original.size(), box.lower, box.upper)), x);
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
      const auto result =
          projected(Ball(original, norm, epsilon, threat::Box::uniform(original.size(), box.lower, box.upper)), x);
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
      const Ball ball(original, norm, epsilon, threat::Box::uniform(original.size(), box.lower, box.upper));
      const auto once = projected(ball, x);
      moved += projected(ball, once) != once;
      moved += projected(ball, original) != original;
    }
  });
  CHECK(moved == 0);
}

TEST_CASE("l2 projection goes along the radius to the sphere") {
  const std::vector<float> original(3, 0.0f);
  const Ball ball(original, Norm::l2, 1, threat::Box::uniform(original.size(), -10, 10));
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
    const auto result =
        projected(Ball(original, Norm::l2, epsilon, threat::Box::uniform(original.size(), -1000, 1000)), x);
    const double distance = threat::distances(original, result).l2;
    CHECK(distance <= epsilon);
    CHECK(distance > epsilon * (1 - 1e-5));
  }
}

TEST_CASE("the box clips before and after the sphere") {
  const std::vector<float> original{0.9f, 0.5f};
  const auto result = projected(Ball(original, Norm::l2, 0.2, threat::Box::uniform(original.size(), 0, 1)), {5, 0.5f});
  CHECK(result[0] == 1);
  CHECK(result[1] == 0.5f);
}

}  // namespace mlsec

namespace mlsec {
namespace {

/// The squared distance from x to a point.
double squared_distance(const std::vector<float>& x, const std::vector<float>& point) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double difference = double{x[i]} - double{point[i]};
    sum += difference * difference;
  }
  return sum;
}

}  // namespace

TEST_CASE("l1 and l0 projections stay inside, keep what is inside, and no random point of the set is nearer") {
  Random random(21, 0, Purpose::test);
  for (const Box& box : {Box{0, 1}, Box{-2.1179f, 2.64f}, Box{0, 255}})
    for (Norm norm : {Norm::l1, Norm::l0})
      for (double epsilon : {0.0, 1e-9, 0.3, 1.0, 2.5, 40.0}) {
        const auto original = original_in(box, 9, random);
        const Ball ball(original, norm, epsilon, threat::Box::uniform(original.size(), box.lower, box.upper));
        for (int trial = 0; trial < 30; ++trial) {
          auto x = point_near(original, epsilon == 0 ? 1 : epsilon, random);
          for (float& value : x)
            if (std::isinf(value)) value = value > 0 ? 1e3f : -1e3f;
          const auto nearest = projected(ball, x);
          CHECK(inside(original, nearest, norm, epsilon, box.lower, box.upper));
          CHECK(test::same_bytes(projected(ball, nearest), nearest));
          const double distance = squared_distance(x, nearest);
          std::vector<float> other(x.size());
          for (int draw = 0; draw < 50; ++draw) {
            ball.random_point(random, other);
            CHECK(inside(original, other, norm, epsilon, box.lower, box.upper));
            // Between the nearest point and any other point of the convex set nothing is nearer either.
            if (norm == Norm::l1)
              for (std::size_t i = 0; i < other.size(); ++i) other[i] = nearest[i] + 0.01f * (other[i] - nearest[i]);
            CHECK(distance <= squared_distance(x, other) * (1 + 1e-6) + 1e-6);
          }
        }
      }
}

TEST_CASE("infinities are projected to the faces in l1 and l0") {
  const std::vector<float> original{0.5f, 0.25f, 0.75f};
  const Ball l1(original, Norm::l1, 10, threat::Box::uniform(original.size(), 0, 1)),
      l0(original, Norm::l0, 2, threat::Box::uniform(original.size(), 0, 1));
  CHECK(projected(l1, {infinity, -infinity, 0.75f}) == std::vector<float>{1, 0, 0.75f});
  CHECK(projected(l0, {infinity, -infinity, 0.7f}) == std::vector<float>{1, 0, 0.75f});
}

TEST_CASE("l1 projection of the proposition by hand: two changes shortened alike, the third cut by the box") {
  const std::vector<float> original{0.5f, 0.5f, 0.875f};
  // Changes 0.375, 0.125, 0.5 with room 0.5, 0.5, 0.125 and epsilon 0.375: shortened by 0.125 to 0.25, 0, 0.125.
  const auto x =
      projected(Ball(original, Norm::l1, 0.375, threat::Box::uniform(original.size(), 0, 1)), {0.875f, 0.375f, 1.375f});
  CHECK(test::largest_error(x, std::vector<double>{0.75, 0.5, 1}) < 1e-6);
}

TEST_CASE("steepest steps in l1 and l0 go along the largest gradients, as far as the box lets them") {
  const std::vector<float> original{0.5f, 0.75f, 0.5f, 0.0f};
  std::vector<float> x = original;
  const std::vector<float> gradient{1, 3, -2, -9};
  Ball(original, Norm::l1, 10, threat::Box::uniform(original.size(), 0, 1)).ascend(x, gradient, 0.5);
  CHECK(x == std::vector<float>{0.5f, 1, 0.25f, 0});
  x = original;
  Ball(original, Norm::l0, 10, threat::Box::uniform(original.size(), 0, 1)).ascend(x, gradient, 1);
  CHECK(x == std::vector<float>{0.5f, 0.75f, 0, 0});
}

}  // namespace mlsec
