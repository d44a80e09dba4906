#include "threat/ball.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {
namespace {

using threat::Ball;
using threat::Box;
using threat::Norm;

/// The cumulative distribution of `values` against that of the uniform one on [0, 1]: the largest difference, times the
/// square root of the count (Kolmogorov). Above 1.95 it has a probability of 0.001.
double kolmogorov(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const double count = static_cast<double>(values.size());
  double largest = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    largest = std::max({largest, std::fabs(values[i] - static_cast<double>(i) / count),
                        std::fabs(values[i] - static_cast<double>(i + 1) / count)});
  return largest * std::sqrt(count);
}

constexpr int draws = 4000;

}  // namespace

TEST_CASE("random points of the linf ball are uniform in every coordinate, independently") {
  const std::vector<float> original{0.5f, -2, 10};
  const Ball ball(original, Norm::linf, 0.25, Box::uniform(original.size(), -100, 100));
  std::vector<std::vector<double>> shares(3);
  std::vector<float> x(3);
  double products = 0;
  for (std::uint64_t sample = 0; sample < draws; ++sample) {
    Random random(1, sample, Purpose::test);
    ball.random_point(random, x);
    for (std::size_t i = 0; i < 3; ++i) shares[i].push_back((double{x[i]} - double{original[i]} + 0.25) / 0.5);
    products += (shares[0].back() - 0.5) * (shares[1].back() - 0.5) * 12;
  }
  for (const auto& share : shares) CHECK(kolmogorov(share) < 1.95);
  CHECK(std::fabs(products / std::sqrt(double{draws})) < 4);
}

TEST_CASE("random points of the l2 ball are uniform: radius, direction and moments") {
  for (std::size_t size : {1u, 2u, 5u}) {
    CAPTURE(size);
    const std::vector<float> original(size, 3.0f);
    const double epsilon = 2, dimension = static_cast<double>(size);
    const Ball ball(original, Norm::l2, epsilon, Box::uniform(original.size(), -100, 100));
    std::vector<double> volumes;
    std::vector<float> x(size);
    double mean = 0, square = 0;
    for (std::uint64_t sample = 0; sample < draws; ++sample) {
      Random random(2, sample, Purpose::test);
      ball.random_point(random, x);
      const double radius = threat::distances(original, x).l2;
      volumes.push_back(std::pow(radius / epsilon, dimension));
      mean += double{x[0]} - 3;
      square += (double{x[0]} - 3) * (double{x[0]} - 3);
    }
    CHECK(kolmogorov(volumes) < 1.95);
    // The variance of one coordinate of the uniform ball is epsilon^2 / (dimension + 2).
    const double variance = epsilon * epsilon / (dimension + 2);
    CHECK(std::fabs(mean / draws) < 4 * std::sqrt(variance / draws));
    CHECK(square / draws == doctest::Approx(variance).epsilon(0.08));
  }
}

TEST_CASE("random points obey epsilon and the box") {
  int outside = 0;
  for (Norm norm : {Norm::linf, Norm::l2})
    for (double epsilon : {0.0, 1e-9, 0.1, 3.0, 1e6})
      for (std::uint64_t sample = 0; sample < 100; ++sample) {
        const auto original = test::random_values(20, sample, 0, 1);
        const Ball ball(original, norm, epsilon, Box::uniform(original.size(), 0, 1));
        std::vector<float> x(20);
        Random random(3, sample, Purpose::test);
        ball.random_point(random, x);
        for (float value : x) outside += !(value >= 0 && value <= 1);
        outside += !(threat::distances(original, x).in(norm) <= epsilon);
      }
  CHECK(outside == 0);
}

TEST_CASE("linf ascent steps by the sign of the gradient, not where it is zero") {
  const std::vector<float> original(4, 0.0f);
  std::vector<float> x{1, 2, 3, 4};
  Ball(original, Norm::linf, 1, Box::uniform(original.size(), -10, 10))
      .ascend(x, std::vector<float>{1e-30f, -5, 0, -0.0f}, 0.5);
  CHECK(x == std::vector<float>{1.5f, 1.5f, 3, 4});
}

TEST_CASE("l2 ascent steps by the gradient at unit length, whatever its size") {
  const std::vector<float> original(2, 0.0f);
  const Ball ball(original, Norm::l2, 1, Box::uniform(original.size(), -10, 10));
  for (float scale : {1e-20f, 1.0f, 1e18f}) {
    std::vector<float> x{1, 1};
    ball.ascend(x, std::vector<float>{3 * scale, -4 * scale}, 0.5);
    CHECK(test::largest_error(x, std::vector<double>{1.3, 0.6}) < 2e-7);
  }
  std::vector<float> still{1, 1};
  ball.ascend(still, std::vector<float>{0, 0}, 0.5);
  CHECK(still == std::vector<float>{1, 1});
}

TEST_CASE("a ball knows its norm and its radius") {
  const std::vector<float> original{0};
  CHECK(Ball(original, Norm::l2, 0.5, Box::uniform(original.size(), 0, 1)).norm() == Norm::l2);
  CHECK(Ball(original, Norm::l2, 0.5, Box::uniform(original.size(), 0, 1)).epsilon() == 0.5);
}

}  // namespace mlsec
