#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;

namespace {

// The inputs in another order.
Tensor guides_of(const Tensor& inputs, std::size_t features) {
  Tensor guides = inputs.copy();
  std::rotate(guides.values().begin(), guides.values().begin() + static_cast<std::ptrdiff_t>(features),
              guides.values().end());
  return guides;
}

double squared_distance(model::Model& model, std::size_t layer, std::span<const float> a, std::span<const float> b) {
  const auto activations = [&](std::span<const float> x) {
    auto pass = std::move(model.forward(model::Batch::single(1, x), {})).value();
    const auto values = pass->activation(layer).value();
    return std::vector<float>(values.begin(), values.end());
  };
  const auto of_a = activations(a), of_b = activations(b);
  double sum = 0;
  for (std::size_t i = 0; i < of_a.size(); ++i) sum += std::pow(double{of_a[i]} - double{of_b[i]}, 2);
  return sum;
}

}  // namespace

TEST_CASE("a linear layer comes as near to the guide's activations as the ball allows") {
  // The first layer of the relu network, 7 units of 6 features between 0 and 8: a least-squares problem within bounds,
  // solved by coordinate descent in double.
  const Problem& problem = relu_problem();
  const Tensor guides = guides_of(problem.inputs, 6);
  NumberArray given;
  given.numbers.assign(guides.values().begin(), guides.values().end());
  const double epsilon = 1.5;
  const auto result = attack(problem.model, problem.inputs,
                             {{"method", "feature-adversary"},
                              {"epsilon", epsilon},
                              {"layer", 0},
                              {"minProbability", 1.0},  // never: the last point is the result
                              {"steps", 400},
                              {"guides", Value(given)}});
  const Tensor& w = problem.model->network().parameters()[0]->value;  // units x features
  double worst = 0;
  for (std::size_t row = 0; row < problem.rows(); ++row) {
    if (result.samples[row].gradients == 0) continue;
    const auto x = problem.row(row), guide = guides.values().subspan(6 * row, 6);
    std::vector<double> best(x.begin(), x.end());
    for (int sweep = 0; sweep < 3000; ++sweep)
      for (std::size_t i = 0; i < 6; ++i) {
        double slope = 0, curvature = 0;
        for (std::size_t unit = 0; unit < 7; ++unit) {
          double residual = 0;
          for (std::size_t j = 0; j < 6; ++j) residual += double{w[6 * unit + j]} * (best[j] - double{guide[j]});
          slope += residual * double{w[6 * unit + i]};
          curvature += double{w[6 * unit + i]} * double{w[6 * unit + i]};
        }
        best[i] = std::clamp(best[i] - slope / curvature, std::max(0.0, double{x[i]} - epsilon),
                             std::min(8.0, double{x[i]} + epsilon));
      }
    double optimum = 0;
    for (std::size_t unit = 0; unit < 7; ++unit) {
      double residual = 0;
      for (std::size_t j = 0; j < 6; ++j) residual += double{w[6 * unit + j]} * (best[j] - double{guide[j]});
      optimum += residual * residual;
    }
    const double before = squared_distance(*problem.model, 0, x, guide);
    const double after = squared_distance(*problem.model, 0, result.adversarials.values().subspan(6 * row, 6), guide);
    // The share of what can be gained that was not.
    worst = std::max(worst, (after - optimum) / (before - optimum));
    CHECK(after >= optimum - 1e-4 * before);
  }
  if (std::getenv("MLSEC_RATIOS")) MESSAGE("worst share left " << worst);
  CHECK(worst < 0.01);
}

TEST_CASE("the layer's gradient is that of a network which ends there") {
  const Problem& problem = relu_problem();
  auto pass =
      std::move(problem.model->forward(model::Batch::single(problem.rows(), problem.inputs.values()), {})).value();
  for (std::size_t layer : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
    const auto values = pass->activation(layer).value();
    std::vector<float> cotangents(values.size());
    Random random(4, layer, Purpose::test);
    for (float& value : cotangents) value = random.normal();
    const auto gradient =
        std::move(pass->backward(cotangents, {true, model::WeightGradients::none, std::nullopt, layer})).value().inputs;
    // Differences of cotangents . activation along each feature.
    const auto sum = [&](std::span<const float> x) {
      auto there = std::move(problem.model->forward(model::Batch::single(problem.rows(), x), {})).value();
      const auto here = there->activation(layer).value();
      std::vector<double> sums(problem.rows(), 0.0);
      const std::size_t width = here.size() / problem.rows();
      for (std::size_t i = 0; i < here.size(); ++i) sums[i / width] += double{cotangents[i]} * double{here[i]};
      return sums;
    };
    int wrong = 0;
    for (std::size_t feature = 0; feature < 6; ++feature) {
      Tensor above = problem.inputs.copy(), below = problem.inputs.copy();
      for (std::size_t row = 0; row < problem.rows(); ++row) {
        above[6 * row + feature] += 1e-2f;
        below[6 * row + feature] -= 1e-2f;
      }
      const auto high = sum(above.values()), low = sum(below.values());
      for (std::size_t row = 0; row < problem.rows(); ++row)
        wrong += std::fabs((high[row] - low[row]) / 2e-2 - double{gradient[6 * row + feature]}) > 2e-3;
    }
    CHECK(wrong <= 4);  // of 144: where a relu's kink lies between
  }
}

TEST_CASE("a layer that is not there is refused") {
  const Problem& problem = linear_problem();
  auto job = catalog::start_attack(problem.model, problem.inputs.copy(),
                                   ValueObject{{"method", "feature-adversary"}, {"layer", 9}}, 0);
  REQUIRE(job.ok());
  for (;;) {
    const auto state = job.value()->step(30);
    if (!state.ok()) {
      CHECK(state.error().field == "layer");
      break;
    }
    REQUIRE(state.value().kind == JobState::Kind::running);
  }
}
