#include "train/optimizer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
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

void adam_step(double& w, double& m, double& v, double g, double rate, int step) {
  m = 0.9 * m + 0.1 * g;
  v = 0.999 * v + 0.001 * g * g;
  w -= rate * (m / (1 - std::pow(0.9, step))) / (std::sqrt(v / (1 - std::pow(0.999, step))) + 1e-8);
}

/// Steps first ... last - 1 on one array of weights, along gradients that depend on the step alone.
void run(train::Optimizer& optimizer, std::vector<float>& weights, std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t step = first; step < last; ++step) {
    const auto gradients = test::random_values(weights.size(), 100 + step, -2, 2);
    const std::span<float> weight_span(weights);
    const std::span<const float> gradient_span(gradients);
    optimizer.step(std::span(&weight_span, 1), std::span(&gradient_span, 1), 0.05);
  }
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

TEST_CASE("nesterov looks ahead along the velocity") {
  for (double momentum : {0.5, 0.9}) {
    auto options = options_for(OptimizerKind::sgd, momentum);
    options.nesterov = true;
    const auto rule = [momentum](double& w, double& velocity, double&, double g, double rate, int) {
      velocity = momentum * velocity + g;
      w -= rate * (g + momentum * velocity);
    };
    CHECK(error_after(options, 12, 0.1, rule) < 2e-6);
  }
}

TEST_CASE("the weight decay of sgd and adam is part of the gradient") {
  auto options = options_for(OptimizerKind::sgd);
  options.weight_decay = 0.2;
  const auto sgd_rule = [](double& w, double& velocity, double&, double g, double rate, int) {
    velocity = 0.9 * velocity + g + 0.2 * w;
    w -= rate * velocity;
  };
  CHECK(error_after(options, 12, 0.1, sgd_rule) < 2e-6);
  options.nesterov = true;
  const auto nesterov_rule = [](double& w, double& velocity, double&, double g, double rate, int) {
    const double pull = g + 0.2 * w;
    velocity = 0.9 * velocity + pull;
    w -= rate * (pull + 0.9 * velocity);
  };
  CHECK(error_after(options, 12, 0.1, nesterov_rule) < 2e-6);
  options = options_for(OptimizerKind::adam);
  options.weight_decay = 0.2;
  const auto adam_rule = [](double& w, double& m, double& v, double g, double rate, int step) {
    adam_step(w, m, v, g + 0.2 * w, rate, step);
  };
  CHECK(error_after(options, 25, 0.05, adam_rule) < 3e-6);
}

TEST_CASE("the weight decay of adamw is apart from the gradient") {
  auto options = options_for(OptimizerKind::adamw);
  options.weight_decay = 0.2;
  const auto rule = [](double& w, double& m, double& v, double g, double rate, int step) {
    w -= rate * 0.2 * w;
    adam_step(w, m, v, g, rate, step);
  };
  CHECK(error_after(options, 25, 0.05, rule) < 3e-6);
}

TEST_CASE("without weight decay adamw is adam") {
  CHECK(error_after(options_for(OptimizerKind::adamw), 25, 0.05, adam_step) < 2e-6);
}

TEST_CASE("adam is the algorithm of its paper, biases corrected") {
  for (int steps : {1, 2, 3, 25}) CHECK(error_after(options_for(OptimizerKind::adam), steps, 0.05, adam_step) < 2e-6);
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

TEST_CASE("an optimizer with another's memory and steps goes on with the same bytes") {
  for (OptimizerKind kind : {OptimizerKind::sgd, OptimizerKind::adam, OptimizerKind::adamw}) {
    auto options = options_for(kind);
    options.weight_decay = 0.01;
    options.nesterov = kind == OptimizerKind::sgd;
    const auto first = train::make_optimizer(options), second = train::make_optimizer(options);
    std::vector<float> weights = test::random_values(9, 1);
    const std::vector<std::size_t> sizes{weights.size()};
    run(*first, weights, 0, 11);
    CHECK(first->steps() == 11);

    const auto from = first->memory(sizes), to = second->memory(sizes);
    REQUIRE(from.size() == to.size());
    for (std::size_t i = 0; i < from.size(); ++i) std::copy(from[i].begin(), from[i].end(), to[i].begin());
    second->set_steps(first->steps());
    CHECK(second->steps() == 11);
    std::vector<float> resumed = weights;
    run(*first, weights, 11, 20);
    run(*second, resumed, 11, 20);
    CHECK(test::same_bytes(weights, resumed));
  }
}

TEST_CASE("memory before the first step is empty of anything") {
  const std::vector<std::size_t> sizes{4, 2};
  for (OptimizerKind kind : {OptimizerKind::sgd, OptimizerKind::adam, OptimizerKind::adamw}) {
    const auto optimizer = train::make_optimizer(options_for(kind));
    const auto memory = optimizer->memory(sizes);
    CHECK(memory.size() == (kind == OptimizerKind::sgd ? 2 : 4));
    for (std::size_t i = 0; i < memory.size(); ++i) {
      CHECK(memory[i].size() == sizes[i % 2]);
      for (float value : memory[i]) CHECK(value == 0);
    }
  }
}

TEST_CASE("a number of steps beyond any training is set in no time") {
  const auto optimizer = train::make_optimizer(options_for(OptimizerKind::adam));
  optimizer->set_steps(UINT64_MAX);
  CHECK(optimizer->steps() == UINT64_MAX);
}

}  // namespace mlsec
