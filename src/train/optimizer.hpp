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

  /// What it remembers from step to step, for `sizes` weights in each array: the arrays, in an order of its own, and
  /// how many steps it has done. What a checkpoint stores and puts back.
  virtual std::vector<std::span<float>> memory(std::span<const std::size_t> sizes) = 0;
  virtual std::uint64_t steps() const = 0;
  virtual void set_steps(std::uint64_t steps) = 0;
};

/// sgd: Polyak, 1964, in the form v = momentum v + g, w -= rate v; with nesterov w -= rate (g + momentum v) (Sutskever
/// et al., 2013). adam: Kingma and Ba, 2015, algorithm 1, with the paper's constants. adamw: Loshchilov and Hutter,
/// 2019, algorithm 2.
std::unique_ptr<Optimizer> make_optimizer(const TrainOptions& options);

}  // namespace mlsec::train
