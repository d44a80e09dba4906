// The learning rate over the course of a training.
#pragma once

#include <cstddef>

#include "train/train_options.hpp"

namespace mlsec::train {

/// The rate for batch `batch` (from 0) of `total`, `batches_an_epoch` of them an epoch.
/// - warmUp: rises linearly to the rate over so many epochs; the schedule has the rest.
/// - cosine: Loshchilov and Hutter, 2017, equation 5 without restarts.
/// - one-cycle: Smith and Topin, 2018: from 1/25 of the rate up to it in 30 % of the time, then down to 1/250,000 of
/// it,
///   both along half a cosine.
double learning_rate(const TrainOptions& options, std::size_t batch, std::size_t total, std::size_t batches_an_epoch);

}  // namespace mlsec::train
