#include "nn/operations/dropout.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "nn/network.hpp"
#include "tests/core/support/networks.hpp"

namespace mlsec {
namespace {

constexpr std::size_t features = 1000;

nn::Network dropout_network(double rate, int layers = 1) {
  nn::Network network(Shape{features});
  for (int i = 0; i < layers; ++i) REQUIRE(network.add(std::make_unique<nn::Dropout>(nn::Dropout::Options{rate})).ok());
  return network;
}

/// What becomes of ones, a row for each sample.
std::vector<float> dropped(nn::Network& network, const nn::TrainingPass& training) {
  const std::size_t rows = training.samples.size();
  const Tensor ones = Tensor::filled(Shape{static_cast<std::int64_t>(rows), features}, 1);
  nn::Workspace workspace;
  network.forward(rows, ones.data(), workspace, &training);
  // Backward of ones goes through the same gates as forward of ones.
  REQUIRE(network.backward(ones.data(), test::to_inputs, workspace).ok());
  const auto output = workspace.values.back().values();
  CHECK(test::same_bytes(workspace.cotangents[0].values(), output));
  return {output.begin(), output.end()};
}

std::span<const float> row_of(const std::vector<float>& values, std::size_t row) {
  return std::span(values).subspan(row * features, features);
}

}  // namespace

TEST_CASE("in training dropout zeroes its share of values and scales the others to keep the mean") {
  const std::vector<std::uint32_t> samples{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  for (double rate : {0.0, 0.1, 0.5, 0.9}) {
    CAPTURE(rate);
    nn::Network network = dropout_network(rate);
    const auto values = dropped(network, {1, 0, samples});
    double zeroed = 0;
    for (float value : values) {
      if (value == 0)
        ++zeroed;
      else
        CHECK(double{value} == doctest::Approx(1 / (1 - rate)).epsilon(1e-6));
    }
    const double count = static_cast<double>(values.size());
    CHECK(std::fabs(zeroed / count - rate) <= 4 * std::sqrt(rate * (1 - rate) / count));
  }
}

TEST_CASE("what is dropped depends on seed, sample, step and layer, not on the place in a batch") {
  nn::Network network = dropout_network(0.5);
  const std::vector<std::uint32_t> samples{7, 3, 11}, one{3};
  const auto values = dropped(network, {1, 5, samples}), alone = dropped(network, {1, 5, one});
  CHECK(test::same_bytes(row_of(values, 1), alone));
  CHECK(!test::same_bytes(row_of(values, 0), row_of(values, 1)));
  CHECK(!test::same_bytes(dropped(network, {2, 5, one}), alone));
  CHECK(!test::same_bytes(dropped(network, {1, 6, one}), alone));
  nn::Network two = dropout_network(0.5, 2);
  std::size_t passed = 0;
  for (float value : dropped(two, {1, 5, one})) passed += value != 0;
  CHECK(passed > features / 5);  // a quarter; half were both layers to drop the same
  CHECK(passed < features * 3 / 10);
}

TEST_CASE("outside training dropout passes everything on, whatever its workspace did before") {
  nn::Network network = dropout_network(0.5);
  const Tensor x = test::random_tensor(Shape{2, features}, 1);
  const std::vector<std::uint32_t> samples{0, 1};
  const nn::TrainingPass training{1, 0, samples};
  nn::Workspace workspace;
  network.forward(2, x.data(), workspace, &training);
  CHECK(!test::same_bytes(workspace.values[1].values(), x.values()));
  network.forward(2, x.data(), workspace);
  REQUIRE(network.backward(x.data(), test::to_inputs, workspace).ok());
  CHECK(test::same_bytes(workspace.values[1].values(), x.values()));
  CHECK(test::same_bytes(workspace.cotangents[0].values(), x.values()));
}

}  // namespace mlsec
