#include "train/optimizer.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {
namespace {

using train::OptimizerKind;
using train::TrainOptions;
using Values = std::vector<double>;

TrainOptions options_for(OptimizerKind kind, double momentum = 0.9) {
  TrainOptions options;
  options.optimizer = kind;
  options.momentum = momentum;
  return options;
}

/// Two arrays of weights, moved by an optimizer along the same gradients as a rule in double.
template <class Rule>
double error_after(const TrainOptions& options, int steps, double rate, Rule rule) {
  std::vector<std::vector<float>> weights{test::random_values(7, 1), test::random_values(1, 2)};
  std::vector<Values> expected{test::to_doubles(weights[0]), test::to_doubles(weights[1])};
  std::vector<Values> first{Values(7), Values(1)}, second = first;
  const auto optimizer = train::make_optimizer(options);
  for (int step = 1; step <= steps; ++step) {
    std::vector<std::vector<float>> gradients;
    std::vector<std::span<float>> weight_spans;
    std::vector<std::span<const float>> gradient_spans;
    for (std::size_t p = 0; p < 2; ++p) {
      gradients.push_back(test::random_values(weights[p].size(), 10 * static_cast<std::uint64_t>(step) + p, -2, 2));
      for (std::size_t i = 0; i < weights[p].size(); ++i)
        rule(expected[p][i], first[p][i], second[p][i], double{gradients[p][i]}, rate, step);
    }
    for (std::size_t p = 0; p < 2; ++p) {
      weight_spans.push_back(weights[p]);
      gradient_spans.push_back(gradients[p]);
    }
    optimizer->step(weight_spans, gradient_spans, rate);
  }
  return std::max(test::largest_error(weights[0], expected[0]), test::largest_error(weights[1], expected[1]));
}

}  // namespace

TEST_CASE("sgd follows its velocity, the share kept of the last step plus the gradient") {
  for (double momentum : {0.0, 0.5, 0.9}) {
    const auto rule = [momentum](double& w, double& velocity, double&, double g, double rate, int) {
      velocity = momentum * velocity + g;
      w -= rate * velocity;
    };
    CHECK(error_after(options_for(OptimizerKind::sgd, momentum), 1, 0.1, rule) < 2e-7);
    CHECK(error_after(options_for(OptimizerKind::sgd, momentum), 12, 0.1, rule) < 2e-6);
  }
}

TEST_CASE("adam is the algorithm of its paper, biases corrected") {
  const auto rule = [](double& w, double& m, double& v, double g, double rate, int step) {
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    w -= rate * (m / (1 - std::pow(0.9, step))) / (std::sqrt(v / (1 - std::pow(0.999, step))) + 1e-8);
  };
  for (int steps : {1, 2, 3, 25}) CHECK(error_after(options_for(OptimizerKind::adam), steps, 0.05, rule) < 2e-6);
}

TEST_CASE("the first step of adam has the size of the rate, whatever the size of the gradient") {
  for (float gradient : {1e-4f, 1.0f, -1e6f}) {
    std::vector<float> weights{0};
    const std::vector<float> gradients{gradient};
    const std::span<float> weight_span(weights);
    const std::span<const float> gradient_span(gradients);
    train::make_optimizer(options_for(OptimizerKind::adam))
        ->step(std::span(&weight_span, 1), std::span(&gradient_span, 1), 0.01);
    CHECK(double{weights[0]} == doctest::Approx(gradient > 0 ? -0.01 : 0.01).epsilon(2e-4));
  }
}

TEST_CASE("the rate is that of the options, or one that suits the optimizer") {
  TrainOptions options = options_for(OptimizerKind::adam);
  CHECK(options.rate() == 0.001);
  options.optimizer = OptimizerKind::sgd;
  CHECK(options.rate() == 0.05);
  options.learning_rate = 0.25;
  CHECK(options.rate() == 0.25);
}

}  // namespace mlsec
