#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/core/nn/reference.hpp"
#include "tests/core/support/finite_differences.hpp"
#include "tests/core/support/models.hpp"

namespace mlsec {
namespace {

using model::Batch;
using model::Gradients;
using model::Wants;
using model::WeightGradients;
using test::largest_error;
using test::to_doubles;
using Values = std::vector<double>;

const Wants to_inputs{true, WeightGradients::none, std::nullopt};
const Wants to_weights{false, WeightGradients::summed, std::nullopt};

constexpr std::size_t rows = 4, features = 5, classes = 3;

/// dense 6, relu, dense 3, and its pass over a batch.
struct Fixture {
  std::unique_ptr<model::NetworkModel> model =
      test::model_of(test::dense_network(features, {6, classes}), model::plain_input({features}));
  Tensor x = test::random_tensor(Shape{rows, features}, 2);
  std::unique_ptr<model::Pass> pass = forward(x);

  std::unique_ptr<model::Pass> forward(const Tensor& inputs) const {
    auto result = model->forward(Batch::single(static_cast<std::size_t>(inputs.shape()[0]), inputs.values()), {});
    REQUIRE(result.ok());
    return std::move(result).value();
  }
  Gradients backward(const Tensor& cotangent, const Wants& wants) const {
    auto result = pass->backward(cotangent.values(), wants);
    REQUIRE(result.ok());
    return std::move(result).value();
  }
  Values input(std::size_t row) const { return to_doubles(x.values().subspan(row * features, features)); }
  /// From the output of layer `first` - 1 on.
  Values expected(Values v, std::size_t first = 0) const {
    const auto parameters = test::parameters_in_double(model->network());
    if (first < 1) v = test::reference::dense(v, parameters[0][0], parameters[0][1]);
    if (first < 2) v = test::reference::relu(v);
    return test::reference::dense(v, parameters[2][0], parameters[2][1]);
  }
};

/// The cotangent that picks one output of every row.
Tensor one_hot(std::size_t output) {
  Tensor cotangent = Tensor::filled(Shape{rows, classes}, 0);
  for (std::size_t row = 0; row < rows; ++row) cotangent[row * classes + output] = 1;
  return cotangent;
}

}  // namespace

TEST_CASE("one forward pass answers many backward ones: the rows of the Jacobian") {
  const Fixture f;
  std::vector<Gradients> first;
  for (std::size_t output = 0; output < classes; ++output) {
    first.push_back(f.backward(one_hot(output), to_inputs));
    CHECK(first.back().inputs.shape() == Shape{rows, features});
    CHECK(first.back().weights.empty());
    CHECK(first.back().activation.size() == 0);
    for (std::size_t row = 0; row < rows; ++row) {
      const auto expected =
          test::finite_differences(f.input(row), [&](const Values& v) { return f.expected(v)[output]; });
      CHECK(largest_error(first.back().inputs.values().subspan(row * features, features), expected) < 2e-6);
    }
  }
  for (std::size_t output = classes; output-- > 0;)
    CHECK(test::same_bytes(f.backward(one_hot(output), to_inputs).inputs.values(), first[output].inputs.values()));
}

TEST_CASE("an activation can be read, and differentiated to") {
  const Fixture f;
  for (std::size_t layer = 0; layer < 3; ++layer) {
    CAPTURE(layer);
    const auto activation = f.pass->activation(layer);
    REQUIRE(activation.ok());
    const std::size_t width = layer < 2 ? 6 : 3;
    REQUIRE(activation.value().size() == rows * width);
    for (std::size_t row = 0; row < rows; ++row) {
      const auto of_row = to_doubles(activation.value().subspan(row * width, width));
      const Values onwards = layer == 2 ? of_row : f.expected(of_row, layer + 1);
      CHECK(largest_error(f.expected(f.input(row)), onwards) < 2e-6);
    }
    const Gradients gradients = f.backward(one_hot(1), {false, WeightGradients::none, layer});
    CHECK(gradients.activation.shape() == Shape{rows, static_cast<std::int64_t>(width)});
    CHECK(gradients.inputs.size() == 0);
    for (std::size_t row = 0; row < rows; ++row) {
      const auto at = to_doubles(activation.value().subspan(row * width, width));
      const auto expected = test::finite_differences(
          at, [&](const Values& v) { return layer == 2 ? v[1] : f.expected(v, layer + 1)[1]; });
      CHECK(largest_error(gradients.activation.values().subspan(row * width, width), expected) < 2e-6);
    }
  }
}

TEST_CASE("weight gradients are sums over the rows, one array a parameter, anew each time") {
  const Fixture f;
  const Gradients gradients = f.backward(one_hot(2), to_weights);
  REQUIRE(gradients.weights.size() == 4);
  CHECK(gradients.weights[0].shape() == Shape{6, features});
  CHECK(gradients.weights[3].shape() == Shape{classes});
  CHECK(gradients.inputs.size() == 0);
  CHECK(gradients.weights[3][2] == rows);
  CHECK(gradients.weights[3][0] == 0);
  const Gradients again = f.backward(one_hot(2), to_weights);
  for (std::size_t p = 0; p < 4; ++p) CHECK(test::same_bytes(again.weights[p].values(), gradients.weights[p].values()));

  double largest = 0;
  for (std::size_t unit = 0; unit < 6; ++unit) {
    double sum = 0;
    const auto hidden = f.pass->activation(1).value();
    for (std::size_t row = 0; row < rows; ++row) sum += double{hidden[row * 6 + unit]};
    largest = std::max(largest, std::fabs(sum - double{gradients.weights[2][2 * 6 + unit]}));
  }
  CHECK(largest < 2e-6);
}

TEST_CASE("several things may be wanted at once") {
  const Fixture f;
  const Gradients all = f.backward(one_hot(0), {true, WeightGradients::summed, 1});
  CHECK(test::same_bytes(all.inputs.values(), f.backward(one_hot(0), to_inputs).inputs.values()));
  CHECK(test::same_bytes(all.weights[1].values(), f.backward(one_hot(0), to_weights).weights[1].values()));
  CHECK(all.activation.shape() == Shape{rows, 6});
}

TEST_CASE("passes open at the same time do not disturb each other") {
  const Fixture f;
  const std::vector<float> outputs(f.pass->outputs().begin(), f.pass->outputs().end());
  const Tensor other = test::random_tensor(Shape{7, features}, 9);
  {
    const auto second = f.forward(other);
    CHECK(second->outputs().size() == 7 * classes);
    CHECK(test::same_bytes(f.pass->outputs(), outputs));
  }
  const auto third = f.forward(f.x);  // in the memory of the second
  CHECK(test::same_bytes(third->outputs(), outputs));
  CHECK(test::same_bytes(f.pass->outputs(), outputs));
}

TEST_CASE("a pass stands even when the array it was made from changes") {
  Fixture f;
  const Gradients before = f.backward(one_hot(0), to_weights);
  for (float& value : f.x.values()) value = 9;
  CHECK(test::same_bytes(f.backward(one_hot(0), to_weights).weights[0].values(), before.weights[0].values()));
}

TEST_CASE("layers that do not exist are refused by number") {
  const Fixture f;
  const auto activation = f.pass->activation(3);
  REQUIRE(!activation.ok());
  CHECK(activation.error().code == ErrorCode::out_of_range);
  CHECK(activation.error().field == "layer");
  CHECK(activation.error().message == "The model has no layer 3.");
  const auto gradient = f.pass->backward(one_hot(0).values(), {false, WeightGradients::none, 17});
  REQUIRE(!gradient.ok());
  CHECK(gradient.error().message == "The model has no layer 17.");
}

TEST_CASE("gradients to weights for each sample and their norms come in the shapes that are promised") {
  const Fixture f;
  const Gradients summed = f.backward(one_hot(2), to_weights);
  const Gradients each = f.backward(one_hot(2), {false, WeightGradients::per_sample, std::nullopt});
  const Gradients norms = f.backward(one_hot(2), {true, WeightGradients::squared_norms, std::nullopt});
  REQUIRE(each.weights.size() == 4);
  CHECK(each.weights[0].shape() == Shape{rows, 6, features});
  CHECK(each.weights[3].shape() == Shape{rows, classes});
  CHECK(each.squared_norms.size() == 0);
  CHECK(norms.weights.empty());
  CHECK(norms.squared_norms.shape() == Shape{rows});
  CHECK(norms.inputs.shape() == Shape{rows, features});

  Values squares(rows);
  for (std::size_t p = 0; p < 4; ++p) {
    const std::size_t size = summed.weights[p].size();
    Values sum(size);
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t i = 0; i < size; ++i) {
        const double value = each.weights[p][row * size + i];
        sum[i] += value;
        squares[row] += value * value;
      }
    CHECK(largest_error(summed.weights[p].values(), sum) < 2e-6);
  }
  CHECK(largest_error(norms.squared_norms.values(), squares) < 2e-6);
}

}  // namespace mlsec
