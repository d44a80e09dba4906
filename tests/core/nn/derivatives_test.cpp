// Forward-mode derivatives, second derivatives and interval bounds of every operation of the table that has them.
#include <doctest/doctest.h>

#include <cmath>

#include "nn/network.hpp"
#include "tests/core/nn/evaluated.hpp"
#include "tests/core/support/finite_differences.hpp"

namespace mlsec {
namespace {

using test::Evaluated;
using test::for_each_operation_case;
using test::largest_error;
using test::OperationCase;
using test::to_doubles;
using test::Values;

Values moved(const Values& x, const Values& direction, double step) {
  Values result = x;
  for (std::size_t i = 0; i < x.size(); ++i) result[i] += step * direction[i];
  return result;
}

double dot(const Values& a, const Values& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// What may lack a slot, and does so politely.
bool refuses(const Result<void>& result, const char* what) {
  return !result.ok() && result.error().code == ErrorCode::unsupported &&
         result.error().message.find(what) != std::string::npos;
}

const std::vector<std::string> without_tangent{"embedding"};
const std::vector<std::string> without_second{"embedding", "layerNorm", "instanceNorm", "groupNorm"};
const std::vector<std::string> without_bounds{"embedding", "layerNorm", "instanceNorm",
                                              "groupNorm", "matmul",    "logSoftmax"};

bool lacks(const std::vector<std::string>& list, const OperationCase& operation) {
  return std::find(list.begin(), list.end(), operation.name) != list.end();
}

}  // namespace

TEST_CASE("forward-mode derivatives of operations agree with finite differences") {
  for_each_operation_case([](const OperationCase& operation, std::size_t rows) {
    Evaluated evaluated(operation, rows);
    const Tensor direction = test::random_tensor(evaluated.x.shape(), 7);
    const Result<void> outcome = evaluated.network.forward_tangent(direction.data(), evaluated.workspace);
    if (lacks(without_tangent, operation)) {
      CHECK(refuses(outcome, "has no forward-mode derivative"));
      return;
    }
    REQUIRE(outcome.ok());
    for (std::size_t row : {std::size_t{0}, rows - 1}) {
      const Values x = evaluated.input(row), along = evaluated.row_of(direction.values(), row);
      constexpr double step = 1e-5;
      const Values above = operation.smooth(moved(x, along, step), evaluated.parameters),
                   below = operation.smooth(moved(x, along, -step), evaluated.parameters);
      Values expected(above.size());
      for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = (above[i] - below[i]) / (2 * step);
      CHECK(largest_error(evaluated.row_of(evaluated.workspace.tangents.back().values(), row), expected) < 4e-6);
    }
  });
}

TEST_CASE("the derivative of an operation's gradient along a direction agrees with finite differences") {
  for_each_operation_case([](const OperationCase& operation, std::size_t rows) {
    if (rows > 3 || operation.input.count() > 300) return;
    Evaluated evaluated(operation, rows);
    const Tensor direction = test::random_tensor(evaluated.x.shape(), 7),
                 cotangent_tangent = test::random_tensor(evaluated.cotangent.shape(), 8);
    REQUIRE(evaluated.network.backward(evaluated.cotangent.data(), test::to_inputs, evaluated.workspace).ok());
    if (lacks(without_tangent, operation)) return;
    REQUIRE(evaluated.network.forward_tangent(direction.data(), evaluated.workspace).ok());
    const Result<void> outcome = evaluated.network.backward_tangent(cotangent_tangent.data(), evaluated.workspace);
    if (lacks(without_second, operation)) {
      CHECK(refuses(outcome, "has no second derivative"));
      return;
    }
    REQUIRE(outcome.ok());
    for (std::size_t row = 0; row < rows; ++row) {
      const Values x = evaluated.input(row), along = evaluated.row_of(direction.values(), row),
                   dy = evaluated.output_cotangent(row), dy_along = evaluated.row_of(cotangent_tangent.values(), row);
      // d/dt of the gradient of <dy + t dy', f(x)> at x + t along.
      constexpr double step = 1e-4;
      const auto gradient = [&](double t) {
        return test::finite_differences(
            moved(x, along, t),
            [&](const Values& at) { return dot(moved(dy, dy_along, t), operation.smooth(at, evaluated.parameters)); },
            step);
      };
      const Values above = gradient(step), below = gradient(-step);
      Values expected(x.size());
      for (std::size_t i = 0; i < x.size(); ++i) expected[i] = (above[i] - below[i]) / (2 * step);
      CHECK(largest_error(evaluated.row_of(evaluated.workspace.cotangent_tangents[0].values(), row), expected) < 2e-4);
    }
  });
}

TEST_CASE("interval bounds of operations hold, and are reached where the input does not vary") {
  for_each_operation_case([](const OperationCase& operation, std::size_t rows) {
    if (rows > 3) return;
    Evaluated evaluated(operation, rows);
    constexpr float radius = 0.2f;
    Tensor lower = evaluated.x.copy(), upper = evaluated.x.copy();
    for (std::size_t i = 0; i < lower.size(); ++i) {
      lower[i] -= radius;
      upper[i] += radius;
    }
    const Shape shape = evaluated.network.output_shape().with_rows(static_cast<std::int64_t>(rows));
    Tensor low(shape), high(shape);
    const auto bounds = [&](const Tensor& from, const Tensor& to) {
      return evaluated.network.interval(rows, from.data(), to.data(), low.data(), high.data());
    };
    const Result<void> outcome = bounds(lower, upper);
    if (lacks(without_bounds, operation)) {
      CHECK(refuses(outcome, "has no interval bounds"));
      return;
    }
    REQUIRE(outcome.ok());
    // Random points and random corners of the box.
    Random random(9, 0, Purpose::test);
    double worst = 0, widest = 0;
    for (int trial = 0; trial < 40; ++trial)
      for (std::size_t row = 0; row < rows; ++row) {
        Values x = evaluated.input(row);
        for (double& value : x) {
          const double at = random.uniform(-radius, radius);
          value += trial % 2 == 0 ? at : std::copysign(0.999 * radius, at);
        }
        const Values y = operation.expected(x, evaluated.parameters), from = evaluated.row_of(low.values(), row),
                     to = evaluated.row_of(high.values(), row);
        for (std::size_t i = 0; i < y.size(); ++i) {
          const double scale = std::max(1.0, std::fabs(y[i]));
          worst = std::max({worst, (from[i] - y[i]) / scale, (y[i] - to[i]) / scale});
          if (std::isfinite(to[i])) widest = std::max(widest, to[i] - from[i]);
        }
      }
    CHECK(worst < 2e-6);
    CHECK(widest < 1e3);  // no bounds that say nothing
    REQUIRE(bounds(evaluated.x, evaluated.x).ok());
    const auto expected =
        to_doubles(std::span<const float>(evaluated.workspace.values.back().values()).first(low.size()));
    CHECK(largest_error(low.values(), expected) < 2e-6);
    CHECK(largest_error(high.values(), expected) < 2e-6);
  });
}

}  // namespace mlsec
