// What is known of a batch and of an epoch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace mlsec::train {

/// Sums over samples, from which means are made; added in the order of the chunks.
struct Tally {
  double loss = 0;
  double correct = 0;  // of outputs where targets are numbers, else of samples
  double robust = 0;   // right also after the attack that measures
  double samples = 0, attacked = 0;

  Tally& operator+=(const Tally& other) {
    loss += other.loss;
    correct += other.correct;
    robust += other.robust;
    samples += other.samples;
    attacked += other.attacked;
    return *this;
  }
};

struct BatchReport {
  std::size_t batch = 0;  // counts from 1, over all epochs
  int epoch = 0;          // counts from 1
  double loss = 0, accuracy = 0, learning_rate = 0;
};

/// Accuracies are of the inputs as the network learnt from them: adversarial ones where the scheme uses nothing else.
struct EpochReport {
  int epoch = 0;    // counts from 1
  double loss = 0;  // mean over the epoch's batches, each before its step
  double accuracy = 0;
  std::optional<double> validation_loss, validation_accuracy;
  std::optional<double> robust_accuracy;
  double learning_rate = 0;  // of the last batch
  double seconds = 0;
};

}  // namespace mlsec::train
