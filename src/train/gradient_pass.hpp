// The gradient of one chunk of a batch.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "model/network_model.hpp"
#include "tensor/dataset.hpp"
#include "train/adversary.hpp"
#include "train/augmentation.hpp"
#include "train/epoch_report.hpp"
#include "train/objective.hpp"
#include "train/weights.hpp"

namespace mlsec::train {

/// Where in the course of a training a chunk stands.
struct ChunkPlace {
  std::span<const std::uint32_t> rows;      // of the chunk, in the data set
  std::span<const std::uint32_t> partners;  // those that mixup may mix in
  std::size_t position = 0;                 // of its first row in the batch
  std::size_t batch_rows = 0;
  std::uint32_t epoch = 0, batch = 0;
  double strength = 1;  // share of its epsilon that the attack has
};

class GradientPass {
 public:
  /// What it is given must outlive it; `adversary` may be null.
  GradientPass(model::NetworkModel& model, const Dataset& dataset, const TrainOptions& options,
               Augmentation augmentation, Adversary* adversary, const Weights& weights);

  /// Adds the chunk's share of the gradient of the batch's mean loss to `gradient`, a row of weights; where statistics
  /// stand there, their share of the batch's mean.
  Result<Tally> add(const ChunkPlace& place, Tensor& gradient);

  /// Forgets the perturbations that free training carries from batch to batch.
  void forget_perturbations() { perturbations_.clear(); }

 private:
  Result<void> make_adversarial(const ChunkPlace& place);
  void start_free(const ChunkPlace& place);
  void advance_free(const ChunkPlace& place, std::span<const float> input_cotangents);

  model::NetworkModel& model_;
  const Dataset& dataset_;
  const TrainOptions& options_;
  Augmentation augmentation_;
  Adversary* adversary_;
  const Weights& weights_;
  Passes passes_;
  std::size_t features_, outputs_;

  Tensor clean_, adversarial_;  // inputs
  std::vector<float> targets_, clean_cotangents_, adversarial_cotangents_;
  std::vector<int> labels_;
  nn::Workspace clean_workspace_, adversarial_workspace_;
  std::vector<float> perturbations_;  // of free training: a row for each place in a batch
};

/// Whether a row of outputs meets its target: the largest output is the largest target; with independent targets, the
/// share of outputs on the right side.
double correctness(LossKind loss, bool has_label, std::span<const float> outputs, std::span<const float> target,
                   std::size_t label);

}  // namespace mlsec::train
