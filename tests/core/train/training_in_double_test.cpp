#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "tests/core/support/finite_differences.hpp"
#include "tests/core/train/formulas.hpp"
#include "tests/core/train/problem.hpp"

namespace mlsec {
namespace {

using test::Values;
using train::LossKind;
using train::OptimizerKind;
using train::TrainOptions;

constexpr std::size_t features = 3, classes = 3, weight_count = features * classes;

Dataset clouds(std::size_t rows) {
  std::vector<int> labels;
  auto inputs = test::random_values(rows * features, 5);
  for (std::size_t i = 0; i < rows; ++i) {
    labels.push_back(static_cast<int>(i % classes));
    inputs[i * features + i % classes] += 1;
  }
  auto dataset = Dataset::from_floats(Shape{features}, inputs, labels, classes);
  REQUIRE(dataset.ok());
  return std::move(dataset).value();
}

/// The same inputs with targets that depend on them: values, or several labels at once.
Dataset clouds_with_targets(std::size_t rows, bool several_labels) {
  Dataset data = clouds(rows);
  std::vector<std::uint32_t> all(rows);
  std::iota(all.begin(), all.end(), 0u);
  std::vector<float> targets(rows * features);
  data.gather(all, targets.data());
  for (float& target : targets) target = several_labels ? (target > 0.4f ? 1.0f : 0.0f) : 3 * target - 1;
  auto dataset = std::move(data).with_targets(std::move(targets), classes);
  REQUIRE(dataset.ok());
  return std::move(dataset).value();
}

/// Trains y = Wx + b by plain loops in double, in the order of samples the options stand for.
struct InDouble {
  Values weights, loss, accuracy;  // W and then b; a loss and an accuracy for each epoch

  InDouble(const Dataset& data, const TrainOptions& options, Values initial) : weights(std::move(initial)) {
    const std::size_t rows = data.rows(), batch = static_cast<std::size_t>(options.batch_size);
    const std::size_t batches = (rows + batch - 1) / batch, total = batches * static_cast<std::size_t>(options.epochs);
    Values velocity(weights.size()), average = weights;
    std::size_t done = 0;
    for (std::uint64_t epoch = 0; epoch < static_cast<std::uint64_t>(options.epochs); ++epoch) {
      std::vector<std::uint32_t> order(rows);
      std::iota(order.begin(), order.end(), 0u);
      Random(static_cast<std::uint64_t>(options.seed), epoch, Purpose::shuffle).shuffle(order);
      double losses = 0, right = 0;
      for (std::size_t first = 0; first < rows; first += batch, ++done) {
        const std::size_t size = std::min(batch, rows - first);
        Values gradient(weights.size());
        for (std::size_t i = first; i < first + size; ++i) add_sample(data, options, order[i], gradient, losses, right);
        for (double& g : gradient) g /= static_cast<double>(size);
        if (options.clip_norm > 0) clip(gradient, options.clip_norm);
        const double progress = static_cast<double>(done) / static_cast<double>(total);
        const double rate =
            options.rate() *
            (options.schedule == train::Schedule::cosine ? (1 + std::cos(std::numbers::pi * progress)) / 2 : 1);
        const double steps = static_cast<double>(done + 1);
        const double decay = std::min(options.average_decay, (1 + steps) / (10 + steps));
        for (std::size_t k = 0; k < weights.size(); ++k) {
          velocity[k] = options.momentum * velocity[k] + gradient[k];
          weights[k] -= rate * (options.nesterov ? gradient[k] + options.momentum * velocity[k] : velocity[k]);
          average[k] = decay * average[k] + (1 - decay) * weights[k];
        }
      }
      loss.push_back(losses / static_cast<double>(rows));
      accuracy.push_back(right / static_cast<double>(rows));
    }
    if (options.average_decay > 0) weights = average;
  }

  static void clip(Values& gradient, double norm) {
    const double length = std::sqrt(std::inner_product(gradient.begin(), gradient.end(), gradient.begin(), 0.0));
    if (length > norm)
      for (double& g : gradient) g *= norm / length;
  }

  void add_sample(const Dataset& data, const TrainOptions& options, std::uint32_t row, Values& gradient, double& losses,
                  double& right) const {
    std::vector<float> x(features), given(classes);
    data.gather(std::vector<std::uint32_t>{row}, x.data());
    data.target(row, given);
    Values target = test::to_doubles(given), outputs(classes);
    for (double& t : target) t = t * (1 - options.label_smoothing) + options.label_smoothing / classes;
    for (std::size_t c = 0; c < classes; ++c) {
      outputs[c] = weights[weight_count + c];
      for (std::size_t f = 0; f < features; ++f) outputs[c] += weights[c * features + f] * double{x[f]};
    }
    const auto formula = [&](const Values& z) { return test::loss_in_double(options.loss, z, target); };
    losses += formula(outputs);
    if (!data.has_labels() && options.loss == LossKind::binary_cross_entropy)
      for (std::size_t c = 0; c < classes; ++c) right += ((outputs[c] > 0) == (given[c] > 0.5f)) / double{classes};
    else
      right += std::max_element(outputs.begin(), outputs.end()) - outputs.begin() ==
               std::max_element(given.begin(), given.end()) - given.begin();
    const Values cotangent = test::finite_differences(outputs, formula);
    for (std::size_t c = 0; c < classes; ++c) {
      for (std::size_t f = 0; f < features; ++f) gradient[c * features + f] += cotangent[c] * double{x[f]};
      gradient[weight_count + c] += cotangent[c];
    }
  }
};

void check_against_double(const Dataset& data, const TrainOptions& options) {
  CAPTURE(data.rows());
  const auto trainer = test::trainer_of(test::dense_network(features, {classes}), data, options);
  const InDouble expected(data, options, test::to_doubles(trainer->weights()));
  REQUIRE(trainer->step(1e9).ok());
  CHECK(test::largest_error(trainer->weights(), expected.weights) < 3e-6);
  REQUIRE(trainer->history().size() == expected.loss.size());
  for (std::size_t epoch = 0; epoch < expected.loss.size(); ++epoch) {
    CHECK(trainer->history()[epoch].loss == doctest::Approx(expected.loss[epoch]).epsilon(2e-6));
    CHECK(trainer->history()[epoch].accuracy == doctest::Approx(expected.accuracy[epoch]).epsilon(1e-12));
  }
}

}  // namespace

TEST_CASE("one step on a batch is one step along the mean gradient, whatever chunks it falls into") {
  for (std::size_t rows : {1u, 2u, 31u, 32u, 33u, 64u, 65u, 97u}) {
    auto options = test::train_options(1, 100, OptimizerKind::sgd, 0.5);
    options.momentum = 0;
    check_against_double(clouds(rows), options);
  }
}

TEST_CASE("training goes through the samples in a new order each epoch, the last batch shorter") {
  auto options = test::train_options(4, 10, OptimizerKind::sgd, 0.1);
  options.seed = 12345678901;
  check_against_double(clouds(33), options);
}

TEST_CASE("the cosine schedule lets the rate fall along half a cosine") {
  auto options = test::train_options(3, 16, OptimizerKind::sgd, 0.2);
  options.schedule = train::Schedule::cosine;
  check_against_double(clouds(50), options);
}

TEST_CASE("training follows every loss on classes") {
  for (LossKind loss :
       {LossKind::cross_entropy, LossKind::hinge, LossKind::mean_squared_error, LossKind::binary_cross_entropy}) {
    CAPTURE(static_cast<int>(loss));
    auto options = test::train_options(3, 16, OptimizerKind::sgd, 0.1);
    options.loss = loss;
    check_against_double(clouds(50), options);
  }
}

TEST_CASE("training follows targets of several labels and of values") {
  auto options = test::train_options(3, 16, OptimizerKind::sgd, 0.1);
  options.loss = LossKind::binary_cross_entropy;
  check_against_double(clouds_with_targets(50, true), options);
  options.loss = LossKind::mean_squared_error;
  check_against_double(clouds_with_targets(50, false), options);
}

TEST_CASE("label smoothing takes a share of each target and spreads it") {
  for (LossKind loss : {LossKind::cross_entropy, LossKind::binary_cross_entropy}) {
    auto options = test::train_options(3, 16, OptimizerKind::sgd, 0.1);
    options.loss = loss;
    options.label_smoothing = 0.15;
    check_against_double(clouds(50), options);
  }
}

TEST_CASE("the gradient of all weights together is shortened to a norm, where it is longer") {
  for (double norm : {0.05, 0.3, 100.0}) {
    auto options = test::train_options(3, 16, OptimizerKind::sgd, 0.2);
    options.clip_norm = norm;
    check_against_double(clouds(50), options);
  }
}

TEST_CASE("with nesterov sgd looks ahead") {
  auto options = test::train_options(3, 16, OptimizerKind::sgd, 0.1);
  options.momentum = 0.8;
  options.nesterov = true;
  check_against_double(clouds(50), options);
}

TEST_CASE("an average of the weights takes their place in the end, and the initial ones are soon forgotten") {
  for (double decay : {0.2, 0.95}) {
    auto options = test::train_options(4, 10, OptimizerKind::sgd, 0.1);
    options.average_decay = decay;
    check_against_double(clouds(50), options);
  }
}

}  // namespace mlsec
