// An attack as part of training: every step is done for every sample, and its last point is taken.
#pragma once

#include <cstdint>
#include <span>

#include "attacks/program.hpp"
#include "base/result.hpp"
#include "model/model.hpp"

namespace mlsec::attacks {

struct PerturbationKeys {
  std::span<const int> labels;             // the class each row is to be kept from
  std::span<const std::uint32_t> samples;  // with the seed and the step, keys random numbers
  std::uint64_t seed = 0;
  std::uint32_t step = 0;
};

/// Overwrites each row of `inputs` (rows x the model's input). An attack with a fixed budget is told that it has not
/// succeeded yet, so that it goes on to its last step, where the loss is largest: what Madry et al., 2018, minimise.
/// One that minimises a norm gives its nearest adversarial point, or the original where it finds none. Rows share
/// evaluations of the model but not their results.
Result<void> perturb(model::Model& model, const Program& program, std::span<float> inputs,
                     const PerturbationKeys& keys);

}  // namespace mlsec::attacks
