// One operation of the table as a network, evaluated on a batch.
#pragma once

#include <doctest/doctest.h>

#include "nn/network.hpp"
#include "tests/core/nn/operation_cases.hpp"
#include "tests/core/support/finite_differences.hpp"
#include "tests/core/support/networks.hpp"

namespace mlsec::test {

inline double inner_product(const Values& a, const Values& b) {
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
    std::vector<std::size_t> inputs;
    int begin = 0;
    for (const Shape& part : operation.parts) {
      const int end = begin + static_cast<int>(part.count());
      REQUIRE(network.add(std::make_unique<nn::Slice>(nn::Slice::Options{.begin = begin, .end = end}), {0}).ok());
      const std::vector<int> extents(part.begin(), part.end());
      REQUIRE(network.add(std::make_unique<nn::Reshape>(nn::Reshape::Options{extents})).ok());
      inputs.push_back(network.nodes().size());
      begin = end;
    }
    if (inputs.empty()) inputs.assign(operation.inputs, 0);
    REQUIRE(network.add(operation.make(), inputs).ok());
    randomise(network, 1);
    parameters = parameters_in_double(network).back();
    const auto count = static_cast<std::int64_t>(rows);
    x = spread_tensor(operation.input.with_rows(count), 2);
    cotangent = random_tensor(network.output_shape().with_rows(count), 3);
    network.forward(rows, x.data(), workspace);
  }

  /// One row of that batch alone.
  Evaluated(const OperationCase& operation, std::size_t rows, std::size_t row) : Evaluated(operation, rows) {
    x = only(x, row);
    cotangent = only(cotangent, row);
    network.forward(1, x.data(), workspace);
  }

  std::size_t rows() const { return workspace.rows; }
  Values input(std::size_t row) const { return row_of(x.values(), row); }
  Values output_cotangent(std::size_t row) const { return row_of(cotangent.values(), row); }
  Values output(std::size_t row) const { return row_of(workspace.values.back().values(), row); }

  /// Row `row` of an array with as many rows as the batch.
  Values row_of(std::span<const float> values, std::size_t row) const {
    const std::size_t size = values.size() / rows();
    return to_doubles(values.subspan(row * size, size));
  }

  /// By finite differences; zero for a statistic, which has no gradient.
  Values gradient_to_parameter(const OperationCase& operation, std::size_t which, std::size_t row) const {
    const nn::Parameter& parameter = network.nodes().back().operation->parameters()[which];
    if (parameter.role == nn::ParameterRole::statistic) return Values(parameters[which].size());
    return finite_differences(parameters[which], [&](const Values& values) {
      auto changed = parameters;
      changed[which] = values;
      return inner_product(output_cotangent(row), operation.expected(input(row), changed));
    });
  }

 private:
  static Tensor only(const Tensor& batch, std::size_t row) {
    Shape shape = batch.shape();
    const std::size_t size = batch.size() / static_cast<std::size_t>(shape[0]);
    shape[0] = 1;
    return {shape, batch.values().subspan(row * size, size)};
  }
};

/// Calls visit(case, rows) for each row of the table and each size of batch.
template <class Visit>
void for_each_operation_case(Visit visit) {
  std::size_t index = 0;
  for (const OperationCase& operation : operation_cases()) {
    CAPTURE(index);
    CAPTURE(operation.name);
    for (std::size_t rows : {std::size_t{1}, std::size_t{3}, std::size_t{64}}) {
      CAPTURE(rows);
      visit(operation, rows);
    }
    ++index;
  }
}

}  // namespace mlsec::test
