#include <doctest/doctest.h>

#include <algorithm>

#include "tests/core/nn/evaluated.hpp"

namespace mlsec {
namespace {

using test::Evaluated;
using test::largest_error;
using test::OperationCase;
using test::to_doubles;
using test::Values;

double dot(const Values& a, const Values& b) { return test::inner_product(a, b); }

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
  test::for_each_operation_case([](const OperationCase& operation, std::size_t rows) {
    const Evaluated evaluated(operation, rows);
    double largest = 0;
    for (std::size_t row = 0; row < rows; ++row)
      largest = std::max(largest, largest_error(evaluated.output(row),
                                                operation.expected(evaluated.input(row), evaluated.parameters)));
    CHECK(largest < 2e-6);
  });
}

TEST_CASE("input gradients of operations agree with finite differences") {
  test::for_each_operation_case([](const OperationCase& operation, std::size_t rows) {
    Evaluated evaluated(operation, rows);
    REQUIRE(evaluated.network.backward(evaluated.cotangent.data(), test::to_inputs, evaluated.workspace).ok());
    for (std::size_t row : {std::size_t{0}, rows / 2, rows - 1}) {
      const auto gradient = test::finite_differences(evaluated.input(row), [&](const Values& x) {
        return dot(evaluated.output_cotangent(row), operation.smooth(x, evaluated.parameters));
      });
      CHECK(largest_error(evaluated.row_of(evaluated.workspace.cotangents[0].values(), row), gradient) < 2e-6);
    }
  });
}

TEST_CASE("a row's output and input gradient are the same bytes alone as in a batch") {
  test::for_each_operation_case([](const OperationCase& operation, std::size_t rows) {
    Evaluated evaluated(operation, rows), alone(operation, rows, rows - 1);
    for (Evaluated* each : {&evaluated, &alone})
      REQUIRE(each->network.backward(each->cotangent.data(), test::to_inputs, each->workspace).ok());
    const auto last = [&](std::span<const float> values, std::size_t size) {
      return values.subspan((rows - 1) * size, size);
    };
    const std::size_t outputs = evaluated.network.output_shape().count(), inputs = operation.input.count();
    CHECK(test::same_bytes(last(evaluated.workspace.values.back().values(), outputs),
                           alone.workspace.values.back().values().first(outputs)));
    CHECK(test::same_bytes(last(evaluated.workspace.cotangents[0].values(), inputs),
                           alone.workspace.cotangents[0].values().first(inputs)));
  });
}

TEST_CASE("weight gradients of operations agree with finite differences and are added to what is there") {
  test::for_each_operation_case([](const OperationCase& operation, std::size_t rows) {
    Evaluated evaluated(operation, rows);
    test::WeightGradients gradients(evaluated.network);
    for (Tensor& tensor : gradients.tensors)
      for (float& value : tensor.values()) value = 1;
    REQUIRE(evaluated.network
                .backward(evaluated.cotangent.data(), test::to_weights, evaluated.workspace, gradients.pointers)
                .ok());
    for (std::size_t p = 0; p < evaluated.parameters.size(); ++p) {
      Values expected(evaluated.parameters[p].size(), 1);
      for (std::size_t row = 0; row < rows; ++row) {
        const Values of_row = evaluated.gradient_to_parameter(operation, p, row);
        for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += of_row[i];
      }
      CAPTURE(p);
      CHECK(largest_error(gradients.tensors[p].values(), expected) < 1e-5);
    }
  });
}

TEST_CASE("weight gradients for each sample agree with finite differences and overwrite what is there") {
  test::for_each_operation_case([](const OperationCase& operation, std::size_t rows) {
    Evaluated evaluated(operation, rows);
    test::WeightGradients gradients(evaluated.network, rows);
    for (Tensor& tensor : gradients.tensors)
      for (float& value : tensor.values()) value = 1;
    REQUIRE(
        evaluated.network
            .backward(evaluated.cotangent.data(), test::to_weights_per_sample, evaluated.workspace, gradients.pointers)
            .ok());
    for (std::size_t p = 0; p < evaluated.parameters.size(); ++p)
      for (std::size_t row : {std::size_t{0}, rows / 2, rows - 1}) {
        CAPTURE(p);
        CHECK(largest_error(evaluated.row_of(gradients.tensors[p].values(), row),
                            evaluated.gradient_to_parameter(operation, p, row)) < 5e-6);
      }
  });
}

TEST_CASE("the forms of weight gradients agree with each other, each row's with that of the row alone") {
  test::for_each_operation_case([](const OperationCase& operation, std::size_t rows) {
    Evaluated evaluated(operation, rows);
    const auto backward = [&](const nn::BackwardRequest& request, std::span<float* const> gradients) {
      return evaluated.network.backward(evaluated.cotangent.data(), request, evaluated.workspace, gradients).ok();
    };
    test::WeightGradients summed(evaluated.network), per_sample(evaluated.network, rows);
    Tensor norms = Tensor::filled(Shape{static_cast<std::int64_t>(rows)}, 1);
    float* const to_norms = norms.data();
    REQUIRE(backward(test::to_weights, summed.pointers));
    REQUIRE(backward(test::to_weights_per_sample, per_sample.pointers));
    REQUIRE(backward(test::to_squared_norms, {&to_norms, 1}));

    Values squares(rows, 1);
    for (std::size_t p = 0; p < evaluated.parameters.size(); ++p) {
      Values sum(evaluated.parameters[p].size());
      for (std::size_t row = 0; row < rows; ++row) {
        const Values gradient = evaluated.row_of(per_sample.tensors[p].values(), row);
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += gradient[i];
        squares[row] += dot(gradient, gradient);
      }
      CAPTURE(p);
      CHECK(largest_error(summed.tensors[p].values(), sum) < 1e-5);
    }
    CHECK(largest_error(norms.values(), squares) < 2e-6);

    const std::size_t last = rows - 1;
    Evaluated alone(operation, rows, last);
    test::WeightGradients of_last(alone.network, 1);
    float norm_of_last = 1;
    float* const to_norm = &norm_of_last;
    const auto request = [&](const nn::BackwardRequest& wanted, std::span<float* const> gradients) {
      return alone.network.backward(alone.cotangent.data(), wanted, alone.workspace, gradients).ok();
    };
    REQUIRE(request(test::to_weights_per_sample, of_last.pointers));
    REQUIRE(request(test::to_squared_norms, {&to_norm, 1}));
    for (std::size_t p = 0; p < evaluated.parameters.size(); ++p) {
      const std::size_t size = evaluated.parameters[p].size();
      CHECK(test::same_bytes(per_sample.tensors[p].values().subspan(last * size, size), of_last.tensors[p].values()));
    }
    CHECK(norm_of_last == norms[last]);
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
