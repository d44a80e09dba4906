#include <doctest/doctest.h>

#include "nn/network.hpp"
#include "tests/core/nn/operation_cases.hpp"
#include "tests/core/support/finite_differences.hpp"
#include "tests/core/support/networks.hpp"

namespace mlsec {
namespace {

using test::largest_error;
using test::OperationCase;
using test::to_doubles;
using test::Values;

/// Layers one after another, and the same in double.
struct Chain {
  nn::Network network;
  std::vector<OperationCase> layers;
  std::vector<std::vector<Values>> parameters;

  explicit Chain(const Shape& input) : network(input) {}

  void add(OperationCase layer) {
    REQUIRE(network.add(layer.make()).ok());
    layers.push_back(std::move(layer));
  }

  void randomise(std::uint64_t seed) {
    test::randomise(network, seed);
    parameters = test::parameters_in_double(network);
  }

  /// The output, from the input of layer `first` on.
  Values expected(Values x, std::size_t first = 0) const {
    for (std::size_t i = first; i < layers.size(); ++i) x = layers[i].expected(x, parameters[i]);
    return x;
  }
};

/// An image through one to four layers of any kind, then dense layers.
Chain random_chain(std::uint64_t seed) {
  Random random(seed, 0, Purpose::test);
  Chain chain(Shape{6, 5, 2});
  const auto shape = [&] { return chain.network.output_shape(); };
  const int count = 1 + static_cast<int>(random.below(4));
  for (int i = 0; i < count; ++i) {
    const Shape image = shape();
    const bool wide = image[0] >= 3 && image[1] >= 3;
    switch (random.below(8)) {
      case 0:
        chain.add(test::conv2d(image, test::filters(3, 3, 1, nn::PaddingMode::same), {1, 1, 1, 1}));
        break;
      case 1:
        chain.add(test::conv2d(image, test::filters(4, 1, 1, nn::PaddingMode::valid, false), {}));
        break;
      case 2:
        chain.add(wide ? test::max_pool(image, {.kernel = 2, .stride = 1}, {}) : test::relu(image));
        break;
      case 3:
        chain.add(wide ? test::average_pool(image, {}, {}) : test::relu(image));
        break;
      case 4:
        chain.add(test::leaky_relu(image, 0.1));
        break;
      case 5:
        chain.add(test::sigmoid(image));
        break;
      case 6:
        chain.add(test::tanh(image));
        break;
      default:
        chain.add(test::relu(image));
    }
  }
  chain.add(seed % 3 == 0 ? test::global_average_pool(shape()) : test::flatten(shape()));
  chain.add(test::dense(shape(), 5));
  chain.add(test::relu(shape()));
  chain.add(test::dense(shape(), 3));
  chain.randomise(seed + 1000);
  return chain;
}

constexpr std::size_t rows = 3;
// Small, so that no relu and no pool changes its mind within it.
constexpr double step = 1e-6, tolerance = 5e-6;

}  // namespace

TEST_CASE("chains of layers compute and differentiate as their references do") {
  for (std::uint64_t seed = 0; seed < 9; ++seed) {
    CAPTURE(seed);
    Chain chain = random_chain(seed);
    const std::size_t size = chain.network.input_shape().count(), classes = 3;
    const Tensor x = test::random_tensor(chain.network.input_shape().with_rows(rows), seed + 2000);
    const Tensor cotangent = test::random_tensor(Shape{rows, 3}, seed + 3000);
    const auto input = [&](std::size_t row) { return to_doubles(x.values().subspan(row * size, size)); };
    const auto objective = [&](std::size_t row, const Values& output) {
      double sum = 0;
      for (std::size_t i = 0; i < classes; ++i) sum += double{cotangent[row * classes + i]} * output[i];
      return sum;
    };

    nn::Workspace workspace;
    chain.network.forward(rows, x.data(), workspace);
    for (std::size_t row = 0; row < rows; ++row)
      CHECK(largest_error(workspace.values.back().values().subspan(row * classes, classes),
                          chain.expected(input(row))) < tolerance);

    const std::size_t layer = seed % chain.layers.size();
    test::WeightGradients gradients(chain.network);
    REQUIRE(chain.network
                .backward(cotangent.data(), {true, nn::WeightGradients::summed, layer}, workspace, gradients.pointers)
                .ok());

    for (std::size_t row = 0; row < rows; ++row) {
      const auto to_input = test::finite_differences(
          input(row), [&](const Values& v) { return objective(row, chain.expected(v)); }, step);
      CHECK(largest_error(workspace.cotangents[0].values().subspan(row * size, size), to_input) < tolerance);
    }

    const std::size_t width = chain.network.nodes()[layer].shape.count();
    Tensor value(chain.network.nodes()[layer].shape.with_rows(rows));
    chain.network.value_of(layer, workspace, value.data());
    const auto activation = to_doubles(value.values().subspan(width, width));
    const auto to_activation = test::finite_differences(
        activation, [&](const Values& v) { return objective(1, chain.expected(v, layer + 1)); }, step);
    CHECK(largest_error(workspace.cotangents[layer + 1].values().subspan(width, width), to_activation) < tolerance);

    std::size_t index = 0;
    for (auto& of_layer : chain.parameters)
      for (auto& parameter : of_layer) {
        const Values middle = parameter;
        const auto to_weights = test::finite_differences(
            middle,
            [&](const Values& v) {
              parameter = v;
              double sum = 0;
              for (std::size_t row = 0; row < rows; ++row) sum += objective(row, chain.expected(input(row)));
              return sum;
            },
            step);
        parameter = middle;
        CHECK(largest_error(gradients.tensors[index++].values(), to_weights) < tolerance);
      }
    CHECK(index == gradients.tensors.size());
  }
}

}  // namespace mlsec
