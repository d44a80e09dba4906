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

double dot(const Values& a, const Values& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// One operation as a network, evaluated on a batch, with the gradients of <cotangent, output>.
struct Evaluated {
  nn::Network network;
  Tensor x, cotangent;
  nn::Workspace workspace;
  std::vector<Values> parameters;

  Evaluated(const OperationCase& operation, std::size_t rows) : network(operation.input) {
    REQUIRE(network.add(operation.make()).ok());
    test::randomise(network, 1);
    parameters = test::parameters_in_double(network)[0];
    const auto count = static_cast<std::int64_t>(rows);
    x = test::spread_tensor(operation.input.with_rows(count), 2);
    cotangent = test::random_tensor(network.output_shape().with_rows(count), 3);
    network.forward(rows, x.data(), workspace);
  }

  std::size_t rows() const { return workspace.rows; }
  Values input(std::size_t row) const { return row_of(x.values(), row); }
  Values output_cotangent(std::size_t row) const { return row_of(cotangent.values(), row); }
  Values output(std::size_t row) const { return row_of(workspace.values[1].values(), row); }

  /// Row `row` of an array with as many rows as the batch.
  Values row_of(std::span<const float> values, std::size_t row) const {
    const std::size_t size = values.size() / rows();
    return to_doubles(values.subspan(row * size, size));
  }
};

/// Calls visit(case, rows) for each row of the table and each size of batch.
template <class Visit>
void for_each_case(Visit visit) {
  std::size_t index = 0;
  for (const OperationCase& operation : test::operation_cases()) {
    CAPTURE(index);
    CAPTURE(operation.name);
    for (std::size_t rows : {std::size_t{1}, std::size_t{3}, std::size_t{64}}) {
      CAPTURE(rows);
      visit(operation, rows);
    }
    ++index;
  }
}

}  // namespace

TEST_CASE("every operation has a row in the table of operations to test") {
  for_each_type(nn::Operations{}, []<class O>() {
    int rows = 0;
    for (const OperationCase& operation : test::operation_cases()) {
      CHECK(operation.make()->id() == operation.name);
      rows += operation.name == O::public_id;
    }
    CAPTURE(O::public_id);
    CHECK(rows > 0);
  });
}

TEST_CASE("operations compute what their references do") {
  for_each_case([](const OperationCase& operation, std::size_t rows) {
    const Evaluated evaluated(operation, rows);
    double largest = 0;
    for (std::size_t row = 0; row < rows; ++row)
      largest = std::max(largest, largest_error(evaluated.output(row),
                                                operation.expected(evaluated.input(row), evaluated.parameters)));
    CHECK(largest < 2e-6);
  });
}

TEST_CASE("input gradients of operations agree with finite differences") {
  for_each_case([](const OperationCase& operation, std::size_t rows) {
    Evaluated evaluated(operation, rows);
    REQUIRE(evaluated.network.backward(evaluated.cotangent.data(), test::to_inputs, evaluated.workspace).ok());
    for (std::size_t row : {std::size_t{0}, rows / 2, rows - 1}) {
      const auto gradient = test::finite_differences(evaluated.input(row), [&](const Values& x) {
        return dot(evaluated.output_cotangent(row), operation.expected(x, evaluated.parameters));
      });
      CHECK(largest_error(evaluated.row_of(evaluated.workspace.cotangents[0].values(), row), gradient) < 2e-6);
    }
  });
}

TEST_CASE("weight gradients of operations agree with finite differences and are added to what is there") {
  for_each_case([](const OperationCase& operation, std::size_t rows) {
    Evaluated evaluated(operation, rows);
    test::WeightGradients gradients(evaluated.network);
    for (Tensor& tensor : gradients.tensors)
      for (float& value : tensor.values()) value = 1;
    REQUIRE(evaluated.network
                .backward(evaluated.cotangent.data(), test::to_weights, evaluated.workspace, gradients.pointers)
                .ok());
    for (std::size_t p = 0; p < evaluated.parameters.size(); ++p) {
      auto expected = test::finite_differences(evaluated.parameters[p], [&](const Values& parameter) {
        auto parameters = evaluated.parameters;
        parameters[p] = parameter;
        double sum = 0;
        for (std::size_t row = 0; row < rows; ++row)
          sum += dot(evaluated.output_cotangent(row), operation.expected(evaluated.input(row), parameters));
        return sum;
      });
      for (double& value : expected) value += 1;
      CAPTURE(p);
      CHECK(largest_error(gradients.tensors[p].values(), expected) < 1e-5);
    }
  });
}

TEST_CASE("the derivative of relu at zero is zero") {
  nn::Network network(Shape{3});
  REQUIRE(network.add(std::make_unique<nn::Relu>()).ok());
  nn::Workspace workspace;
  const Tensor x(Shape{1, 3}, std::vector<float>{0.0f, -0.0f, 1e-30f}), ones = Tensor::filled(Shape{1, 3}, 1);
  network.forward(1, x.data(), workspace);
  REQUIRE(network.backward(ones.data(), test::to_inputs, workspace).ok());
  CHECK(to_doubles(workspace.cotangents[0].values()) == Values{0, 0, 1});
}

}  // namespace mlsec
