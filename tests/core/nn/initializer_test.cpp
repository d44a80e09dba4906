#include "nn/initializer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "nn/operations.hpp"
#include "tests/core/support/networks.hpp"

namespace mlsec {
namespace {

using nn::Initializer;

Tensor drawn(Initializer initializer, const Shape& shape, const nn::Fans& fans, std::uint64_t seed = 1) {
  Random random(seed, 0, Purpose::test);
  Tensor weights = Tensor::filled(shape, 7);
  nn::initialise(initializer, fans, random, weights);
  return weights;
}

double moment(const Tensor& weights, int power) {
  double sum = 0;
  for (float weight : weights.values()) sum += std::pow(double{weight}, power);
  return sum / static_cast<double>(weights.size());
}

/// Of all rows, or of all columns, with each other.
double distance_from_orthonormal(const Tensor& weights, bool of_rows) {
  const auto outputs = static_cast<std::size_t>(weights.shape()[0]), inputs = weights.size() / outputs;
  const std::size_t count = of_rows ? outputs : inputs, length = of_rows ? inputs : outputs;
  const auto entry = [&](std::size_t which, std::size_t k) {
    return double{of_rows ? weights[which * inputs + k] : weights[k * inputs + which]};
  };
  double largest = 0;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < count; ++j) {
      double product = 0;
      for (std::size_t k = 0; k < length; ++k) product += entry(i, k) * entry(j, k);
      largest = std::max(largest, std::fabs(product - (i == j)));
    }
  return largest;
}

}  // namespace

TEST_CASE("initial weights have the variance that their paper gives, and the shape of their distribution") {
  const nn::Fans fans{300, 100};
  const struct {
    Initializer normal, uniform;
    double variance;
  } rules[] = {{Initializer::he_normal, Initializer::he_uniform, 2.0 / 300},
               {Initializer::glorot_normal, Initializer::glorot_uniform, 2.0 / 400},
               {Initializer::lecun_normal, Initializer::lecun_uniform, 1.0 / 300}};
  for (const auto& rule : rules)
    for (Initializer initializer : {rule.normal, rule.uniform}) {
      CAPTURE(name_of(initializer));
      const Tensor weights = drawn(initializer, Shape{100, 300}, fans);
      const double count = static_cast<double>(weights.size());
      const bool uniform = initializer == rule.uniform;
      const double kurtosis = uniform ? 1.8 : 3;
      CHECK(std::fabs(moment(weights, 1)) < 4 * std::sqrt(rule.variance / count));
      CHECK(std::fabs(moment(weights, 2) / rule.variance - 1) < 4 * std::sqrt((kurtosis - 1) / count));
      CHECK(std::fabs(moment(weights, 4) / (rule.variance * rule.variance) - kurtosis) < 0.25);
      const auto [low, high] = std::minmax_element(weights.values().begin(), weights.values().end());
      const double limit = std::sqrt(3 * rule.variance);
      CHECK((double{*high} > 1.2 * limit) == !uniform);
      if (uniform) CHECK(std::max(double{*high}, -double{*low}) <= limit * (1 + 1e-6));
    }
}

TEST_CASE("he-normal draws one normal number after another, as it always did") {
  const Tensor weights = drawn(Initializer::he_normal, Shape{5, 7}, {7, 5});
  Random random(1, 0, Purpose::test);
  const float deviation = std::sqrt(2.0f / 7);
  for (float weight : weights.values()) CHECK(weight == deviation * random.normal());
}

TEST_CASE("orthogonal weights are so by rows or by columns, whichever are fewer") {
  for (const auto& [outputs, inputs] : {std::pair{1, 9}, {5, 5}, {7, 30}, {30, 7}, {64, 288}, {9, 1}}) {
    CAPTURE(outputs);
    CAPTURE(inputs);
    const Tensor weights = drawn(Initializer::orthogonal, Shape{outputs, inputs}, {9, 9});
    CHECK(distance_from_orthonormal(weights, outputs <= inputs) < 1e-6);
  }
  const Tensor kernels = drawn(Initializer::orthogonal, Shape{6, 3, 3, 2}, {18, 54});
  CHECK(distance_from_orthonormal(kernels, true) < 1e-6);
}

TEST_CASE("orthogonal weights prefer no direction") {
  constexpr int draws = 4000;
  double mean = 0, square = 0, fourth = 0;
  for (int seed = 0; seed < draws; ++seed) {
    const double entry =
        double{drawn(Initializer::orthogonal, Shape{3, 3}, {3, 3}, static_cast<std::uint64_t>(seed))[4]};
    mean += entry / draws;
    square += entry * entry / draws;
    fourth += entry * entry * entry * entry / draws;
  }
  // A coordinate of a point on the sphere is uniform in three dimensions (Archimedes).
  CHECK(std::fabs(mean) < 4 * std::sqrt(1.0 / 3 / draws));
  CHECK(std::fabs(square - 1.0 / 3) < 0.02);
  CHECK(std::fabs(fourth - 1.0 / 5) < 0.02);
}

TEST_CASE("zeros are zeros") {
  const Tensor weights = drawn(Initializer::zeros, Shape{3, 4}, {4, 3});
  for (float weight : weights.values()) CHECK(weight == 0);
}

TEST_CASE("layers count the taps of a kernel among their inputs and outputs") {
  nn::Network network(Shape{9, 9, 8});
  nn::Conv2d::Options convolution;
  convolution.filters = 40;
  convolution.kernel = 5;
  convolution.initializer = Initializer::glorot_normal;
  nn::Dense::Options linear;
  linear.units = 300;
  linear.initializer = Initializer::glorot_normal;
  REQUIRE(network.add(std::make_unique<nn::Conv2d>(convolution)).ok());
  REQUIRE(network.add(std::make_unique<nn::Flatten>()).ok());
  REQUIRE(network.add(std::make_unique<nn::Dense>(linear)).ok());
  network.initialise(1);
  const auto parameters = network.parameters();
  CHECK(std::fabs(moment(parameters[0]->value, 2) / (2.0 / (25 * 8 + 25 * 40)) - 1) < 0.1);
  CHECK(std::fabs(moment(parameters[2]->value, 2) / (2.0 / (1000 + 300)) - 1) < 0.05);
}

}  // namespace mlsec
