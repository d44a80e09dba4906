// Trains a network on a data set.
#pragma once

#include <memory>
#include <vector>

#include "base/job.hpp"
#include "base/stopwatch.hpp"
#include "model/network_model.hpp"
#include "tensor/dataset.hpp"
#include "train/optimizer.hpp"
#include "train/train_options.hpp"

namespace mlsec::train {

/// Changes a batch before the weights learn from it; how adversarial training comes in from outside.
class BatchTransform {
 public:
  virtual ~BatchTransform() = default;
  virtual Result<void> apply(model::NetworkModel& model, Tensor& inputs, std::span<const int> labels) = 0;
};

struct EpochReport {
  int epoch = 0;    // counts from 1
  double loss = 0;  // mean cross-entropy over the epoch's batches, each before its step
  double accuracy = 0;
  double seconds = 0;
};

class Trainer final : public Job {
 public:
  /// Draws initial weights and trains; the same seed gives the same bytes in the `simd` build. Refuses a data set that
  /// does not fit the network.
  static Result<std::unique_ptr<Trainer>> start(nn::Network network, Dataset dataset, const TrainOptions& options,
                                                std::unique_ptr<BatchTransform> transform = nullptr);

  /// Steps are batches.
  Result<JobState> step(double milliseconds) override;

  const std::vector<EpochReport>& history() const { return history_; }

  /// The model in its present state; finished once the job is done.
  std::shared_ptr<model::NetworkModel> model() const { return model_; }

 private:
  Trainer(std::shared_ptr<model::NetworkModel> model, Dataset dataset, const TrainOptions& options,
          std::unique_ptr<BatchTransform> transform);

  Result<void> train_batch(std::span<const std::uint32_t> rows);
  double rate() const;

  std::shared_ptr<model::NetworkModel> model_;
  Dataset dataset_;
  TrainOptions options_;
  std::unique_ptr<BatchTransform> transform_;
  std::unique_ptr<Optimizer> optimizer_;
  std::vector<std::uint32_t> order_;
  std::size_t batches_an_epoch_, batch_ = 0, total_;
  double loss_sum_ = 0;
  std::size_t correct_ = 0;
  Stopwatch epoch_stopwatch_;
  std::vector<EpochReport> history_;
};

}  // namespace mlsec::train
