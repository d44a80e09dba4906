#include "train/train_options.hpp"

namespace mlsec::train {

Result<void> TrainOptions::check(const TrainOptions& options) {
  const auto refuse = [](const char* name, const char* message) {
    return Error{ErrorCode::unsupported, name, message};
  };
  if (options.bounds && (options.bounds->size() != 2 || (*options.bounds)[0] >= (*options.bounds)[1]))
    return Error{ErrorCode::out_of_range, "bounds", "bounds must be two numbers, the smaller one first."};
  if (options.nesterov && (options.optimizer != OptimizerKind::sgd || options.momentum == 0))
    return refuse("nesterov", "nesterov needs the optimizer sgd with momentum.");
  if (options.scheme != Scheme::standard && !options.adversarial)
    return refuse("scheme", "scheme says how to learn from adversarial inputs: it needs the option adversarial.");
  const bool by_probabilities = options.scheme == Scheme::trades || options.scheme == Scheme::mart;
  if (by_probabilities && options.loss != LossKind::cross_entropy)
    return refuse("loss", "The schemes trades and mart have losses of their own: loss must be cross-entropy.");
  if (options.scheme == Scheme::mart && (options.label_smoothing > 0 || options.augmentation.mixup > 0))
    return refuse("scheme", "mart needs one true class for each sample: no labelSmoothing and no mixup.");
  if (options.label_smoothing > 0 && options.loss == LossKind::hinge)
    return refuse("labelSmoothing", "The loss hinge takes no labelSmoothing.");
  if ((options.robust_drop > 0 || options.best_by() == Monitor::robust_accuracy) && options.robust_samples == 0)
    return refuse("robustSamples", "Watching robust accuracy needs robustSamples, the number to measure it on.");
  return {};
}

}  // namespace mlsec::train
