// How attacks come into training, which knows none of them: from outside.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.hpp"
#include "model/model.hpp"

namespace mlsec::train {

/// What is known of the rows an adversary works on.
struct AdversaryCall {
  std::span<const int> labels;             // of each row
  std::span<const std::uint32_t> samples;  // of each row, its index in the data set: keys random numbers
  std::uint64_t seed = 0;
  std::uint32_t step = 0;  // changes with every batch: keys random numbers
  double strength = 1;     // share of its epsilon that the attack may use
};

class Adversary {
 public:
  virtual ~Adversary() = default;

  /// Puts in the place of each row of `inputs` (rows x the model's input) the worst input the attack finds for it, all
  /// of its steps done; the result for a row does not depend on the others.
  virtual Result<void> perturb(model::Model& model, std::span<float> inputs, const AdversaryCall& call) = 0;

  /// One step of size epsilon along `gradient` from x, back into the ball around `original` and the model's bounds:
  /// what free adversarial training does with a gradient that comes for nothing. One row.
  virtual void ascend(const model::Model& model, std::span<const float> original, std::span<const float> gradient,
                      double strength, std::span<float> x) const = 0;

  /// How many rows of `inputs` the model gets right, and still does after the attack, which may stop at success.
  virtual Result<std::size_t> withstood(std::shared_ptr<model::Model> model, Tensor inputs,
                                        const AdversaryCall& call) = 0;
};

}  // namespace mlsec::train
