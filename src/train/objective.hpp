// What one sample contributes to the loss of a batch, from its clean and its adversarial outputs.
#pragma once

#include <span>

#include "train/train_options.hpp"

namespace mlsec::train {

/// Which passes a scheme makes for each batch.
struct Passes {
  bool clean = true, adversarial = false;
};
Passes passes_of(const TrainOptions& options);

/// One row of a batch. Spans of a pass that is not made are empty.
struct Row {
  std::span<const float> clean, adversarial;  // outputs
  std::span<const float> target;
  std::size_t label;  // where the target is one class
  std::span<float> clean_cotangent, adversarial_cotangent;
};

/// The row's loss; fills its cotangents.
/// - no attack: the loss on the clean input.
/// - standard, free: the loss on the adversarial one (Madry et al., 2018, equation 2.1; Shafahi et al., 2019).
/// - mixed: cleanShare of the one, the rest of the other (Goodfellow et al., 2015, section 6).
/// - trades: cross-entropy on clean + beta KL(p(clean) || p(adversarial)) (Zhang et al., 2019, equation 5).
/// - mart: boosted cross-entropy on adversarial + lambda KL(p(clean) || p(adversarial)) (1 - p_y(clean)) (Wang et al.,
///   2020, equation 11). As in the authors' program the gradient goes through the last factor too.
double objective(const TrainOptions& options, const Row& row);

}  // namespace mlsec::train
