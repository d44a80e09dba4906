#include "train/gradient_pass.hpp"

#include <algorithm>

#include "nn/loss.hpp"

namespace mlsec::train {

double correctness(LossKind loss, bool has_label, std::span<const float> outputs, std::span<const float> target,
                   std::size_t label) {
  if (has_label) return nn::largest(outputs) == label;
  if (loss != LossKind::binary_cross_entropy) return nn::largest(outputs) == nn::largest(target);
  double right = 0;
  for (std::size_t k = 0; k < outputs.size(); ++k) right += (outputs[k] > 0) == (target[k] > 0.5f);
  return right / static_cast<double>(outputs.size());
}

GradientPass::GradientPass(model::NetworkModel& model, const Dataset& dataset, const TrainOptions& options,
                           Augmentation augmentation, Adversary* adversary, const Weights& weights)
    : model_(model),
      dataset_(dataset),
      options_(options),
      augmentation_(std::move(augmentation)),
      adversary_(adversary),
      weights_(weights),
      passes_(passes_of(options)),
      features_(dataset.sample().count()),
      outputs_(model.output().classes) {}

Result<Tally> GradientPass::add(const ChunkPlace& place, Tensor& gradient) {
  const std::size_t rows = place.rows.size();
  const bool free = passes_.adversarial && options_.scheme == Scheme::free;
  reserve(clean_, rows * features_);
  targets_.resize(rows * outputs_);
  labels_.resize(rows);
  dataset_.gather(place.rows, clean_.data());
  for (std::size_t i = 0; i < rows; ++i) {
    const AugmentationKey key{static_cast<std::uint64_t>(options_.seed), place.rows[i], place.epoch};
    const auto image = clean_.values().subspan(i * features_, features_);
    const auto target = std::span(targets_).subspan(i * outputs_, outputs_);
    labels_[i] = dataset_.label(place.rows[i]);
    dataset_.target(place.rows[i], target);
    augmentation_.apply(key, image);
    augmentation_.mix(key, dataset_, place.partners, image, target);
    if (options_.label_smoothing > 0)
      for (float& t : target)
        t = t * static_cast<float>(1 - options_.label_smoothing) +
            static_cast<float>(options_.label_smoothing / static_cast<double>(outputs_));
  }
  if (free)
    start_free(place);
  else if (passes_.adversarial)
    MLSEC_TRY_VOID(make_adversarial(place));

  nn::Network& network = model_.network();
  const nn::TrainingPass training{static_cast<std::uint64_t>(options_.seed), place.batch, place.rows};
  const auto forward = [&](const Tensor& inputs, nn::Workspace& workspace, std::vector<float>& cotangents) {
    network.forward(rows, inputs.data(), workspace, &training);
    cotangents.resize(rows * outputs_);
    return std::span<const float>(workspace.values.back().data(), rows * outputs_);
  };
  std::span<const float> clean, adversarial;
  if (passes_.clean) clean = forward(clean_, clean_workspace_, clean_cotangents_);
  if (passes_.adversarial) adversarial = forward(adversarial_, adversarial_workspace_, adversarial_cotangents_);

  Tally tally;
  const auto row_of = [&](auto array, std::size_t i) {
    return array.empty() ? array : array.subspan(i * outputs_, outputs_);
  };
  for (std::size_t i = 0; i < rows; ++i) {
    const auto label = static_cast<std::size_t>(labels_[i]);
    const Row row{row_of(clean, i),
                  row_of(adversarial, i),
                  row_of(std::span<const float>(targets_), i),
                  label,
                  row_of(std::span(clean_cotangents_), i),
                  row_of(std::span(adversarial_cotangents_), i)};
    tally.loss += objective(options_, row);
    tally.correct += correctness(options_.loss, dataset_.has_labels(), passes_.clean ? row.clean : row.adversarial,
                                 row.target, label);
    tally.samples += 1;
    for (float& c : row.clean_cotangent) c /= static_cast<float>(place.batch_rows);
    for (float& c : row.adversarial_cotangent) c /= static_cast<float>(place.batch_rows);
  }

  std::vector<float*> places;
  std::vector<std::vector<float>> measured;  // statistics, which are not divided by the rows of the batch yet
  for (std::size_t i = 0; i < weights_.parameters().size(); ++i) {
    if (weights_.parameters()[i]->role == nn::ParameterRole::statistic) {
      measured.emplace_back(weights_.sizes()[i], 0.0f);
      places.push_back(measured.back().data());
    } else {
      places.push_back(weights_.part(gradient.values(), i).data());
    }
  }
  const nn::BackwardRequest request{free, nn::WeightGradients::summed, std::nullopt};
  if (passes_.clean) MLSEC_TRY_VOID(network.backward(clean_cotangents_.data(), request, clean_workspace_, places));
  if (passes_.adversarial)
    MLSEC_TRY_VOID(network.backward(adversarial_cotangents_.data(), request, adversarial_workspace_, places));
  const float share = 1.0f / static_cast<float>(place.batch_rows * (passes_.clean && passes_.adversarial ? 2 : 1));
  std::size_t next = 0;
  for (std::size_t i = 0; i < weights_.parameters().size(); ++i) {
    if (weights_.parameters()[i]->role != nn::ParameterRole::statistic) continue;
    const auto part = weights_.part(gradient.values(), i);
    for (std::size_t j = 0; j < part.size(); ++j) part[j] += share * measured[next][j];
    ++next;
  }
  if (free) advance_free(place, {adversarial_workspace_.cotangents[0].data(), rows * features_});
  return tally;
}

Result<void> GradientPass::make_adversarial(const ChunkPlace& place) {
  const std::size_t size = place.rows.size() * features_;
  reserve(adversarial_, size);
  std::copy_n(clean_.data(), size, adversarial_.data());
  if (place.strength <= 0) return {};
  return adversary_->perturb(
      model_, adversarial_.values().first(size),
      {labels_, place.rows, static_cast<std::uint64_t>(options_.seed), place.batch, place.strength});
}

void GradientPass::start_free(const ChunkPlace& place) {
  const std::size_t size = place.rows.size() * features_, first = place.position * features_;
  reserve(adversarial_, size);
  if (perturbations_.size() < first + size) perturbations_.resize(first + size, 0.0f);
  const float lower = model_.input().lower, upper = model_.input().upper;
  for (std::size_t i = 0; i < size; ++i)
    adversarial_[i] = std::clamp(clean_[i] + perturbations_[first + i], lower, upper);
}

void GradientPass::advance_free(const ChunkPlace& place, std::span<const float> input_cotangents) {
  const std::size_t first = place.position * features_;
  for (std::size_t i = 0; i < place.rows.size(); ++i) {
    const auto original = std::span<const float>(clean_.values()).subspan(i * features_, features_);
    const auto x = adversarial_.values().subspan(i * features_, features_);
    adversary_->ascend(model_, original, input_cotangents.subspan(i * features_, features_), place.strength, x);
    for (std::size_t j = 0; j < features_; ++j) perturbations_[first + i * features_ + j] = x[j] - original[j];
  }
}

}  // namespace mlsec::train
