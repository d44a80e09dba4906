// Training with the attacks of the catalogue.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "train/trainer.hpp"

namespace mlsec::catalog {

/// What a training is started from beside the options.
struct TrainingParts {
  nn::Network network;
  Dataset dataset;
  std::optional<Dataset> validation;
  train::Shard shard;
  std::span<const std::byte> checkpoint;
  std::vector<std::string> class_names = {};
};

/// As train::Trainer::start, with the attacks that the options `adversarial` and `robustAttack` name.
Result<std::unique_ptr<train::Trainer>> start_training(TrainingParts parts, const train::TrainOptions& options);

}  // namespace mlsec::catalog
