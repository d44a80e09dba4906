#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "tests/core/train/problem.hpp"

namespace mlsec {
namespace {

using train::OptimizerKind;
using Values = std::vector<double>;

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

/// Trains y = softmax(Wx + b) by plain loops in double, in the order of samples the options stand for.
struct InDouble {
  Values weights, loss, accuracy;  // W and then b; a loss and an accuracy for each epoch

  InDouble(const Dataset& data, const train::TrainOptions& options, Values initial) : weights(std::move(initial)) {
    const std::size_t rows = data.rows(), batch = static_cast<std::size_t>(options.batch_size);
    const std::size_t batches = (rows + batch - 1) / batch, total = batches * static_cast<std::size_t>(options.epochs);
    Values velocity(weights.size());
    std::size_t done = 0;
    for (std::uint64_t epoch = 0; epoch < static_cast<std::uint64_t>(options.epochs); ++epoch) {
      std::vector<std::uint32_t> order(rows);
      std::iota(order.begin(), order.end(), 0u);
      Random(static_cast<std::uint64_t>(options.seed), epoch, Purpose::shuffle).shuffle(order);
      double losses = 0, right = 0;
      for (std::size_t first = 0; first < rows; first += batch, ++done) {
        const std::size_t size = std::min(batch, rows - first);
        Values gradient(weights.size());
        for (std::size_t i = first; i < first + size; ++i) add_sample(data, order[i], gradient, losses, right);
        const double progress = static_cast<double>(done) / static_cast<double>(total);
        const double rate =
            options.rate() *
            (options.schedule == train::Schedule::cosine ? (1 + std::cos(std::numbers::pi * progress)) / 2 : 1);
        for (std::size_t k = 0; k < weights.size(); ++k) {
          velocity[k] = options.momentum * velocity[k] + gradient[k] / static_cast<double>(size);
          weights[k] -= rate * velocity[k];
        }
      }
      loss.push_back(losses / static_cast<double>(rows));
      accuracy.push_back(right / static_cast<double>(rows));
    }
  }

  void add_sample(const Dataset& data, std::uint32_t row, Values& gradient, double& losses, double& right) const {
    std::vector<float> x(features);
    data.gather(std::vector<std::uint32_t>{row}, x.data());
    Values exponentials(classes);
    double sum = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      double logit = weights[weight_count + c];
      for (std::size_t f = 0; f < features; ++f) logit += weights[c * features + f] * double{x[f]};
      sum += exponentials[c] = std::exp(logit);
    }
    const auto label = static_cast<std::size_t>(data.label(row));
    losses -= std::log(exponentials[label] / sum);
    right += std::max_element(exponentials.begin(), exponentials.end()) - exponentials.begin() == data.label(row);
    for (std::size_t c = 0; c < classes; ++c) {
      const double cotangent = exponentials[c] / sum - (c == label);
      for (std::size_t f = 0; f < features; ++f) gradient[c * features + f] += cotangent * double{x[f]};
      gradient[weight_count + c] += cotangent;
    }
  }
};

void check_against_double(std::size_t rows, const train::TrainOptions& options) {
  CAPTURE(rows);
  const Dataset data = clouds(rows);
  const auto trainer = test::trainer_of(test::dense_network(features, {classes}), data, options);
  const InDouble expected(data, options, test::to_doubles(trainer->weights()));
  REQUIRE(trainer->step(1e9).ok());
  CHECK(test::largest_error(trainer->weights(), expected.weights) < 3e-6);
  REQUIRE(trainer->history().size() == expected.loss.size());
  for (std::size_t epoch = 0; epoch < expected.loss.size(); ++epoch) {
    CHECK(trainer->history()[epoch].loss == doctest::Approx(expected.loss[epoch]).epsilon(1e-6));
    CHECK(trainer->history()[epoch].accuracy == expected.accuracy[epoch]);
  }
}

}  // namespace

TEST_CASE("one step on a batch is one step along the mean gradient, whatever chunks it falls into") {
  for (std::size_t rows : {1u, 2u, 31u, 32u, 33u, 64u, 65u, 97u}) {
    auto options = test::train_options(1, 100, OptimizerKind::sgd, 0.5);
    options.momentum = 0;
    check_against_double(rows, options);
  }
}

TEST_CASE("training goes through the samples in a new order each epoch, the last batch shorter") {
  auto options = test::train_options(4, 10, OptimizerKind::sgd, 0.1);
  options.seed = 12345678901;
  check_against_double(33, options);
}

TEST_CASE("the cosine schedule lets the rate fall along half a cosine") {
  auto options = test::train_options(3, 16, OptimizerKind::sgd, 0.2);
  options.schedule = train::Schedule::cosine;
  check_against_double(50, options);
}

}  // namespace mlsec
