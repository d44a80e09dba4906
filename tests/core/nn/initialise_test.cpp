#include <doctest/doctest.h>

#include <cmath>

#include "nn/operations.hpp"
#include "tests/core/support/networks.hpp"

namespace mlsec {
namespace {

nn::Network two_layers() {
  nn::Network network(Shape{12, 12, 8});
  REQUIRE(
      network
          .add(std::make_unique<nn::Conv2d>(nn::Conv2d::Options{40, 5, 1, nn::PaddingMode::valid, std::nullopt, true}))
          .ok());
  REQUIRE(network.add(std::make_unique<nn::Flatten>()).ok());
  REQUIRE(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{8, true})).ok());
  return network;
}

void check_normal(std::span<const float> values, double deviation) {
  double sum = 0, squares = 0;
  for (float value : values) {
    sum += double{value};
    squares += double{value} * double{value};
  }
  const double count = static_cast<double>(values.size());
  CHECK(std::fabs(sum / count) < 4 * deviation / std::sqrt(count));
  CHECK(std::fabs(squares / count / (deviation * deviation) - 1) < 4 * std::sqrt(2 / count));
}

}  // namespace

TEST_CASE("initial weights follow from the seed alone") {
  nn::Network first = two_layers(), second = two_layers(), other = two_layers();
  first.initialise(7);
  second.initialise(8);
  second.initialise(7);
  other.initialise(8);
  const auto a = first.parameters(), b = second.parameters(), c = other.parameters();
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(test::same_bytes(a[i]->value.values(), b[i]->value.values()));
    if (a[i]->name != "bias") CHECK(!test::same_bytes(a[i]->value.values(), c[i]->value.values()));
  }
}

TEST_CASE("initial weights are normal with the deviation of He et al., biases zero") {
  nn::Network network = two_layers();
  network.initialise(1);
  const auto parameters = network.parameters();
  check_normal(parameters[0]->value.values(), std::sqrt(2.0 / (5 * 5 * 8)));
  check_normal(parameters[2]->value.values(), std::sqrt(2.0 / (8 * 8 * 40)));
  for (std::size_t bias : {1u, 3u})
    for (float value : parameters[bias]->value.values()) CHECK(value == 0);
}

TEST_CASE("initialising leaves nothing of what was there, not even in the biases") {
  nn::Network network = two_layers(), fresh = two_layers();
  test::randomise(network, 5);
  network.initialise(2);
  fresh.initialise(2);
  const auto parameters = network.parameters(), expected = fresh.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i)
    CHECK(test::same_bytes(parameters[i]->value.values(), expected[i]->value.values()));
}

TEST_CASE("equal layers get different weights") {
  nn::Network network(Shape{4});
  for (int i = 0; i < 2; ++i) REQUIRE(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{4, false})).ok());
  network.initialise(3);
  const auto parameters = network.parameters();
  CHECK(!test::same_bytes(parameters[0]->value.values(), parameters[1]->value.values()));
}

TEST_CASE("initialising reaches operations that had packed their weights") {
  nn::Network network(Shape{4});
  REQUIRE(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{2, false})).ok());
  const Tensor x = Tensor::filled(Shape{1, 4}, 1);
  nn::Workspace workspace;
  network.forward(1, x.data(), workspace);
  network.initialise(1);
  network.forward(1, x.data(), workspace);
  CHECK(workspace.values.back()[0] != 0);
}

}  // namespace mlsec
