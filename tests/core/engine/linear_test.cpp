#include "engine/linear.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/core/engine/shapes.hpp"
#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {
namespace {

using engine::Linear;
using engine::WeightOrder;
using test::batches;
using test::largest_error;
using test::linear_shapes;
using test::random_tensor;
using test::rows_by;
using test::to_doubles;

/// The error of `linear` on random rows, the weights given as outputs x inputs.
double error_of(Linear& linear, std::size_t rows, const test::LinearShape& shape, const std::vector<double>& weights,
                const std::vector<double>& bias) {
  const Tensor x = random_tensor(rows_by(rows, shape.inputs), rows);
  Tensor y = Tensor::filled(rows_by(rows, shape.outputs), 1e9f);
  linear.run(rows, x.data(), y.data());
  double largest = 0;
  for (std::size_t row = 0; row < rows; ++row)
    largest = std::max(
        largest, largest_error(y.values().subspan(row * shape.outputs, shape.outputs),
                               test::reference::dense(to_doubles(x.values().subspan(row * shape.inputs, shape.inputs)),
                                                      weights, bias)));
  return largest;
}

}  // namespace

TEST_CASE("a linear map is a product with the weights plus the bias, for any number of rows") {
  for (const auto& shape : linear_shapes) {
    CAPTURE(shape.inputs);
    CAPTURE(shape.outputs);
    const Tensor weights = random_tensor(rows_by(shape.outputs, shape.inputs), 1),
                 bias = random_tensor(rows_by(1, shape.outputs), 2);
    Linear with_bias, without_bias;
    CHECK(!with_bias.packed());
    with_bias.pack(shape.inputs, shape.outputs, weights.data(), bias.data(), WeightOrder::output_major);
    without_bias.pack(shape.inputs, shape.outputs, weights.data(), nullptr, WeightOrder::output_major);
    CHECK(with_bias.packed());
    for (std::size_t rows : batches) {
      CAPTURE(rows);
      CHECK(error_of(with_bias, rows, shape, to_doubles(weights.values()), to_doubles(bias.values())) < 5e-6);
      CHECK(error_of(without_bias, rows, shape, to_doubles(weights.values()), {}) < 5e-6);
    }
  }
}

TEST_CASE("input-major weights are the same memory read the other way round") {
  for (const auto& shape : linear_shapes) {
    CAPTURE(shape.inputs);
    CAPTURE(shape.outputs);
    const Tensor weights = random_tensor(rows_by(shape.inputs, shape.outputs), 3);
    std::vector<double> transposed;
    for (std::size_t output = 0; output < shape.outputs; ++output)
      for (std::size_t input = 0; input < shape.inputs; ++input)
        transposed.push_back(double{weights[input * shape.outputs + output]});
    Linear linear;
    linear.pack(shape.inputs, shape.outputs, weights.data(), nullptr, WeightOrder::input_major);
    for (std::size_t rows : batches) CHECK(error_of(linear, rows, shape, transposed, {}) < 5e-6);
  }
}

TEST_CASE("packing copies: later changes of the weights count only when packed again") {
  Tensor weights = Tensor::filled(Shape{2, 3}, 1);
  const Tensor x = Tensor::filled(Shape{3}, 2);
  Tensor y(Shape{2});
  Linear linear;
  linear.pack(3, 2, weights.data(), nullptr, WeightOrder::output_major);
  weights[0] = 5;
  linear.run(1, x.data(), y.data());
  CHECK(y[0] == 6);
  linear.pack(3, 2, weights.data(), nullptr, WeightOrder::output_major);
  linear.run(1, x.data(), y.data());
  CHECK(y[0] == 14);
  CHECK(y[1] == 6);
}

TEST_CASE("no rows are no work") {
  const Tensor weights = Tensor::filled(Shape{2, 3}, 1), x(Shape{3});
  Tensor y = Tensor::filled(Shape{2}, 9);
  Linear linear;
  linear.pack(3, 2, weights.data(), nullptr, WeightOrder::output_major);
  linear.run(0, x.data(), y.data());
  CHECK(y[0] == 9);
}

}  // namespace mlsec
