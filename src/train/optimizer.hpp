// Rules that turn gradients into new weights.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "train/train_options.hpp"

namespace mlsec::train {

class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// One step on all parameters; the arrays must be the same ones, in the same order, at every call.
  virtual void step(std::span<const std::span<float>> weights, std::span<const std::span<const float>> gradients,
                    double rate) = 0;
};

std::unique_ptr<Optimizer> make_optimizer(const TrainOptions& options);

}  // namespace mlsec::train
