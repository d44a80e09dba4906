// Trains a network on a data set, alone or as one of several workers that share the work.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/job.hpp"
#include "base/stopwatch.hpp"
#include "model/network_model.hpp"
#include "tensor/dataset.hpp"
#include "train/adversary.hpp"
#include "train/checkpoint.hpp"
#include "train/exchange.hpp"
#include "train/gradient_pass.hpp"
#include "train/optimizer.hpp"
#include "train/train_options.hpp"
#include "train/weights.hpp"

namespace mlsec::train {

/// What a training needs beside its network, data set and options.
struct TrainSetting {
  std::unique_ptr<Adversary> adversary;         // where the option adversarial is set
  std::unique_ptr<Adversary> robust_adversary;  // where robustSamples is
  std::optional<Dataset> validation;            // instead of validationShare
  std::vector<std::string> class_names;         // of the data set's classes; numbers where empty
  Shard shard;
  std::span<const std::byte> checkpoint;  // to go on from; may be empty
};

/// A round is a batch, or the measuring after an epoch. Each worker does its share of the chunks of a round; where
/// there are several, the trainer then waits until it has got the messages of all others, and all of them make the same
/// step. With the same seed the result has the same bytes for any number of workers, in the `simd` build.
class Trainer final : public Job {
 public:
  /// Draws initial weights, or takes up a checkpoint. Refuses a data set that does not fit the network, and options
  /// that do not fit the data set.
  static Result<std::unique_ptr<Trainer>> start(nn::Network network, Dataset dataset, const TrainOptions& options,
                                                TrainSetting setting = {});

  /// Steps are batches; `waiting` is for messages of other workers. An error of code not_finite says that training has
  /// diverged; last_checkpoint() then is from before.
  Result<JobState> step(double milliseconds) override;

  /// The message for all other workers, once it is due; empty where it has been taken already.
  std::vector<std::byte> take_message() { return std::move(message_); }
  Result<void> receive(std::span<const std::byte> message);

  /// Ends the training after the present batch, as if that were the last one. Workers tell each other.
  void stop() { stop_asked_ = true; }

  const std::vector<EpochReport>& history() const { return progress_.history; }
  std::vector<BatchReport> take_batches() { return std::exchange(batches_, {}); }

  /// The model in its present state; finished once the job is done.
  std::shared_ptr<model::NetworkModel> model() const { return model_; }

  /// Between batches, the state to resume from; during one, the state before it. Perturbations of free training are no
  /// part of it: taken up within an epoch, they start from nothing.
  std::vector<std::byte> checkpoint();
  /// From the start or the end of an epoch, by the option checkpointEpochs. It counts up with each new one.
  const std::vector<std::byte>& last_checkpoint() const { return last_checkpoint_; }
  std::size_t checkpoint_count() const { return checkpoint_count_; }

  /// For training step by step from outside, by one worker alone; refused in the middle of a round.
  /// The gradient of the next batch's mean loss; nothing changes by it.
  Result<Tensor> next_gradient();
  /// Does the next batch's step with this gradient.
  Result<void> apply_gradient(std::span<const float> gradient);
  std::vector<float> weights() const { return weights_.copy(); }
  Result<void> set_weights(std::span<const float> row);
  const Weights& layout() const { return weights_; }

 private:
  enum class Phase { batch, measuring, done };

  Trainer(std::shared_ptr<model::NetworkModel> model, Dataset dataset, const TrainOptions& options,
          TrainSetting setting, Augmentation augmentation, std::vector<std::uint32_t> training_rows,
          std::vector<std::uint32_t> held_out);

  void begin_round();
  void begin_epoch();
  Result<void> do_chunk(std::size_t chunk);
  Result<Tally> measure(std::size_t chunk);
  void write_message_of_round();
  Result<void> end_round();
  Result<void> end_batch(const Tally& tally);
  Result<void> update(std::span<const float> gradient);
  void end_epoch(const Tally& measured);
  void finish();
  void keep_checkpoint();
  bool looks_for_best() const { return options_.patience > 0 || options_.robust_drop > 0; }
  Result<void> check_between_rounds() const;
  Error diverged(const char* what) const;
  std::size_t epoch() const { return static_cast<std::size_t>(progress_.batch / progress_.batches_an_epoch); }
  std::span<const std::uint32_t> rows_of_chunk(std::size_t chunk) const;
  double strength() const;

  std::shared_ptr<model::NetworkModel> model_;
  Dataset dataset_;
  TrainOptions options_;
  TrainSetting setting_;
  Weights weights_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<GradientPass> pass_;
  std::vector<std::uint32_t> training_rows_, order_;
  std::vector<std::uint32_t> measured_rows_;  // those measured after each epoch; the first robustSamples are attacked
  bool validates_;

  Progress progress_;
  std::size_t total_;  // batches
  Phase phase_ = Phase::batch;
  bool stop_asked_ = false, stopping_ = false;
  std::size_t epoch_in_order_ = SIZE_MAX;
  Stopwatch epoch_stopwatch_;
  std::vector<BatchReport> batches_;
  std::vector<std::byte> last_checkpoint_;
  std::size_t checkpoint_count_ = 0;

  // The round under way.
  std::uint64_t round_ = 0;
  bool round_begun_ = false, sent_ = false;
  std::span<const std::uint32_t> round_rows_;
  std::size_t chunks_ = 0;
  GradientTree::Range own_;
  std::size_t next_chunk_ = 0;
  GradientTree tree_{1};
  std::vector<ChunkTally> tallies_;
  std::vector<std::byte> message_;
  Inbox inbox_;
};

}  // namespace mlsec::train
