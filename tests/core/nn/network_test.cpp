#include "nn/network.hpp"

#include <doctest/doctest.h>

#include "nn/operations.hpp"
#include "tests/core/nn/reference.hpp"
#include "tests/core/nn/test_operations.hpp"
#include "tests/core/support/finite_differences.hpp"
#include "tests/core/support/networks.hpp"

namespace mlsec {
namespace {

using test::largest_error;
using test::Probe;
using test::random_tensor;
using test::to_doubles;
using test::reference::sum;
using Values = std::vector<double>;

std::unique_ptr<nn::Operation> dense(int units) { return std::make_unique<nn::Dense>(nn::Dense::Options{units, true}); }
std::unique_ptr<nn::Operation> relu() { return std::make_unique<nn::Relu>(); }

std::size_t add(nn::Network& network, std::unique_ptr<nn::Operation> operation, std::vector<std::size_t> inputs) {
  auto added = network.add(std::move(operation), std::move(inputs));
  REQUIRE(added.ok());
  return added.value();
}

}  // namespace

TEST_CASE("a value used several times gets the sum of all its cotangents") {
  // h = relu(Wx + b); s = x + h; t = s + s; y = V(t + h) + c: x and s are used twice, h too, s twice by one node.
  nn::Network network(Shape{4});
  const std::size_t hidden = add(network, relu(), {add(network, dense(4), {0})});
  const std::size_t skip = add(network, std::make_unique<nn::Add>(), {0, hidden});
  const std::size_t twice = add(network, std::make_unique<nn::Add>(), {skip, skip});
  add(network, dense(3), {add(network, std::make_unique<nn::Add>(), {twice, hidden})});
  test::randomise(network, 1);
  auto parameters = test::parameters_in_double(network);
  const auto reference = [&](const Values& x) {
    const Values h = test::reference::relu(test::reference::dense(x, parameters[0][0], parameters[0][1]));
    const Values s = sum(x, h);
    return test::reference::dense(sum(sum(s, s), h), parameters[5][0], parameters[5][1]);
  };

  constexpr std::size_t rows = 5;
  const Tensor x = random_tensor(Shape{rows, 4}, 2), cotangent = random_tensor(Shape{rows, 3}, 3);
  const auto input = [&](std::size_t row) { return to_doubles(x.values().subspan(row * 4, 4)); };
  const auto objective = [&](std::size_t row, const Values& v) {
    const Values y = reference(v);
    double total = 0;
    for (std::size_t i = 0; i < 3; ++i) total += double{cotangent[row * 3 + i]} * y[i];
    return total;
  };
  nn::Workspace workspace;
  network.forward(rows, x.data(), workspace);
  test::WeightGradients gradients(network);
  REQUIRE(network.backward(cotangent.data(), test::to_inputs_and_weights, workspace, gradients.pointers).ok());
  for (std::size_t row = 0; row < rows; ++row) {
    CHECK(largest_error(workspace.values.back().values().subspan(row * 3, 3), reference(input(row))) < 2e-6);
    const auto expected = test::finite_differences(input(row), [&](const Values& v) { return objective(row, v); });
    CHECK(largest_error(workspace.cotangents[0].values().subspan(row * 4, 4), expected) < 5e-6);
  }
  const Values middle = parameters[0][0];
  const auto expected = test::finite_differences(middle, [&](const Values& v) {
    parameters[0][0] = v;
    double total = 0;
    for (std::size_t row = 0; row < rows; ++row) total += objective(row, input(row));
    return total;
  });
  CHECK(largest_error(gradients.tensors[0].values(), expected) < 5e-6);
}

TEST_CASE("what does not lead to the output has zero gradient") {
  nn::Network network(Shape{3});
  const std::size_t dead = add(network, dense(3), {0});
  add(network, dense(2), {0});
  test::randomise(network, 4);
  const Tensor x = random_tensor(Shape{2, 3}, 5), ones = Tensor::filled(Shape{2, 2}, 1);
  nn::Workspace workspace;
  network.forward(2, x.data(), workspace);
  test::WeightGradients gradients(network);
  REQUIRE(network.backward(ones.data(), {false, nn::WeightGradients::summed, dead - 1}, workspace, gradients.pointers)
              .ok());
  for (float value : gradients.tensors[0].values()) CHECK(value == 0);
  for (float value : workspace.cotangents[dead].values()) CHECK(value == 0);
  CHECK(gradients.tensors[3][0] == 2);
}

TEST_CASE("only what is wanted is computed") {
  Probe::Counts first, second, third;
  nn::Network network(Shape{2});
  for (Probe::Counts* counts : {&first, &second, &third}) REQUIRE(network.add(std::make_unique<Probe>(*counts)).ok());
  const Tensor x = random_tensor(Shape{1, 2}, 6);
  nn::Workspace workspace;
  network.forward(1, x.data(), workspace);
  CHECK(third.forward == 1);

  REQUIRE(network.backward(x.data(), {}, workspace).ok());
  CHECK(third.backward_input == 0);
  REQUIRE(network.backward(x.data(), test::to_activation(2), workspace).ok());
  CHECK(third.backward_input == 0);
  CHECK(test::same_bytes(workspace.cotangents[3].values(), x.values()));
  REQUIRE(network.backward(x.data(), test::to_activation(0), workspace).ok());
  CHECK(third.backward_input == 1);
  CHECK(second.backward_input == 1);
  CHECK(first.backward_input == 0);
  REQUIRE(network.backward(x.data(), test::to_inputs, workspace).ok());
  CHECK(first.backward_input == 1);
  CHECK(first.backward_weights + second.backward_weights + third.backward_weights == 0);
}

TEST_CASE("an operation without gradients to its weights refuses by its name") {
  Probe::Counts counts;
  nn::Network network(Shape{2});
  REQUIRE(network.add(std::make_unique<Probe>(counts, true)).ok());
  const Tensor x = random_tensor(Shape{1, 2}, 7);
  nn::Workspace workspace;
  network.forward(1, x.data(), workspace);
  CHECK(network.backward(x.data(), test::to_inputs, workspace).ok());
  test::WeightGradients gradients(network);
  const auto refused = network.backward(x.data(), test::to_weights, workspace, gradients.pointers);
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::unsupported);
  CHECK(refused.error().message == "The operation probe has no gradients to its weights.");
}

TEST_CASE("a workspace serves passes of any number of rows, one after another") {
  nn::Network network(Shape{4, 4, 1});
  REQUIRE(
      network
          .add(std::make_unique<nn::Conv2d>(nn::Conv2d::Options{3, 3, 1, nn::PaddingMode::valid, std::nullopt, true}))
          .ok());
  REQUIRE(network.add(std::make_unique<nn::MaxPool2d>(nn::PoolOptions{})).ok());
  REQUIRE(network.add(std::make_unique<nn::Flatten>()).ok());
  REQUIRE(network.add(dense(2)).ok());
  test::randomise(network, 8);
  nn::Workspace reused;
  for (std::size_t rows : {5u, 2u, 9u, 1u}) {
    const auto count = static_cast<std::int64_t>(rows);
    const Tensor x = random_tensor(Shape{count, 16}, rows), cotangent = random_tensor(Shape{count, 2}, rows + 10);
    nn::Workspace fresh;
    for (nn::Workspace* workspace : {&reused, &fresh}) {
      network.forward(rows, x.data(), *workspace);
      REQUIRE(network.backward(cotangent.data(), test::to_inputs, *workspace).ok());
    }
    CHECK(
        test::same_bytes(reused.values.back().values().first(rows * 2), fresh.values.back().values().first(rows * 2)));
    CHECK(test::same_bytes(reused.cotangents[0].values().first(rows * 16),
                           fresh.cotangents[0].values().first(rows * 16)));
  }
}

TEST_CASE("parameters stand in the order of the nodes, and changes of them count") {
  nn::Network network(Shape{2});
  REQUIRE(network.add(dense(3)).ok());
  REQUIRE(network.add(relu()).ok());
  REQUIRE(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{1, false})).ok());
  const auto parameters = network.parameters();
  REQUIRE(parameters.size() == 3);
  CHECK(parameters[0]->name == "weights");
  CHECK(parameters[0]->value.shape() == Shape{3, 2});
  CHECK(parameters[1]->name == "bias");
  CHECK(parameters[2]->value.shape() == Shape{1, 3});
  CHECK(network.parameter_count() == 6 + 3 + 3);

  const Tensor x = Tensor::filled(Shape{1, 2}, 1);
  nn::Workspace workspace;
  network.forward(1, x.data(), workspace);
  CHECK(workspace.values.back()[0] == 0);  // weights are zero until initialised
  for (nn::Parameter* parameter : parameters)
    for (float& value : parameter->value.values()) value = 1;
  network.parameters_changed();
  network.forward(1, x.data(), workspace);
  CHECK(workspace.values.back()[0] == 9);
}

TEST_CASE("nodes are named as wanted, or by kind and number") {
  nn::Network network(Shape{2});
  REQUIRE(network.add(dense(2)).ok());
  REQUIRE(network.add(relu(), {1}, "rectify").ok());
  CHECK(network.nodes()[0].name == "dense1");
  CHECK(network.nodes()[1].name == "rectify");
  CHECK(network.output_shape() == Shape{2});
}

TEST_CASE("nodes with too many or too few inputs are refused") {
  nn::Network network(Shape{2});
  REQUIRE(network.add(dense(3)).ok());
  const auto refused = [&](std::unique_ptr<nn::Operation> operation, std::vector<std::size_t> inputs) {
    const auto added = network.add(std::move(operation), std::move(inputs));
    REQUIRE(!added.ok());
    CHECK(added.error().code == ErrorCode::shape_mismatch);
    CHECK(added.error().field == "from");
    return added.error().message;
  };
  CHECK(refused(dense(2), {0, 0}) == "A dense layer takes one input, not 2.");
  CHECK(refused(relu(), {}) == "A relu layer takes one input, not 0.");
  CHECK(refused(std::make_unique<nn::Add>(), {1}) == "A layer of type add needs at least two inputs, named in from.");
  CHECK(refused(std::make_unique<nn::Add>(), {}) == "A layer of type add needs at least two inputs, named in from.");
  CHECK(refused(std::make_unique<nn::Add>(), {1, 1, 0}) ==
        "Inputs of 3 and 2 do not fit together in a layer of type add.");
  CHECK(network.nodes().size() == 1);
}

TEST_CASE("a node that does not fit is refused and not added") {
  nn::Network network(Shape{2, 2, 1});
  const auto refused = network.add(dense(2));
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::shape_mismatch);
  CHECK(refused.error().message ==
        "A dense layer takes a flat input, not 2 x 2 x 1: put a flatten layer in front of it.");
  CHECK(network.nodes().empty());
  CHECK(network.output_shape() == Shape{2, 2, 1});
}

}  // namespace mlsec
