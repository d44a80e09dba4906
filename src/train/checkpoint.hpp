// A training between two batches, as bytes.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "train/epoch_report.hpp"
#include "train/optimizer.hpp"

namespace mlsec::train {

/// Everything that the next batch depends on beside options and data: random numbers are keyed by position, so they
/// need no state.
struct Progress {
  std::uint64_t batch = 0;  // done
  std::uint64_t batches_an_epoch = 0;
  Tally tally;  // of the epoch under way
  std::vector<EpochReport> history;
  std::vector<float> weights;
  std::vector<float> average;  // empty where none is kept
  std::vector<float> best;     // the weights of the best epoch so far, where one is looked for
  double best_figure = 0;
  std::uint64_t epochs_since_best = 0;
};

std::vector<std::byte> write_checkpoint(const Progress& progress, OptimizerKind kind, Optimizer& optimizer,
                                        std::span<const std::size_t> sizes);

/// Fills `progress`, whose weights have their length already, and the optimizer's memory. Refuses what is no checkpoint
/// of such a training, naming `checkpoint`.
Result<void> read_checkpoint(std::span<const std::byte> bytes, Progress& progress, OptimizerKind kind,
                             Optimizer& optimizer, std::span<const std::size_t> sizes);

}  // namespace mlsec::train
