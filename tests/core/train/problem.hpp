// Small data sets and networks to train.
#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include "tensor/dataset.hpp"
#include "tests/core/support/models.hpp"
#include "train/trainer.hpp"

namespace mlsec::test {

/// Points of the square; the class tells the side of a line, from which all keep a distance of 0.1.
inline Dataset separable(std::size_t rows, std::uint64_t seed = 1) {
  Random random(seed, 0, Purpose::test);
  std::vector<float> inputs;
  std::vector<int> labels;
  while (labels.size() < rows) {
    const float x = random.uniform(), y = random.uniform(), side = (2 * x - y - 0.4f) / std::sqrt(5.0f);
    if (std::fabs(side) < 0.1f) continue;
    inputs.insert(inputs.end(), {x, y});
    labels.push_back(side > 0);
  }
  auto dataset = Dataset::from_floats(Shape{2}, std::move(inputs), std::move(labels), 2);
  MLSEC_CHECK(dataset.ok());
  return std::move(dataset).value();
}

inline train::TrainOptions train_options(int epochs, int batch_size, train::OptimizerKind optimizer, double rate) {
  train::TrainOptions options;
  options.epochs = epochs;
  options.batch_size = batch_size;
  options.optimizer = optimizer;
  options.learning_rate = rate;
  return options;
}

inline std::unique_ptr<train::Trainer> trainer_of(nn::Network network, Dataset dataset,
                                                  const train::TrainOptions& options,
                                                  train::TrainSetting setting = {}) {
  auto trainer = train::Trainer::start(std::move(network), std::move(dataset), options, std::move(setting));
  MLSEC_CHECK(trainer.ok());
  return std::move(trainer).value();
}

/// Trains to the end in one go.
inline std::unique_ptr<train::Trainer> trained(nn::Network network, Dataset dataset, const train::TrainOptions& options,
                                               train::TrainSetting setting = {}) {
  auto trainer = trainer_of(std::move(network), std::move(dataset), options, std::move(setting));
  const auto state = trainer->step(1e9);
  MLSEC_CHECK(state.ok() && state.value().kind == JobState::Kind::done);
  return trainer;
}

}  // namespace mlsec::test
