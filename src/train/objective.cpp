#include "train/objective.hpp"

#include <algorithm>
#include <vector>

#include "nn/loss.hpp"
#include "train/loss.hpp"

namespace mlsec::train {

namespace {

double mixed(const TrainOptions& options, const Row& row) {
  const auto weigh = [](std::span<float> cotangent, double weight) {
    for (float& c : cotangent) c *= static_cast<float>(weight);
  };
  const double share = options.clean_share;
  const double clean = loss_of(options.loss, row.clean, row.target, row.clean_cotangent);
  const double adversarial = loss_of(options.loss, row.adversarial, row.target, row.adversarial_cotangent);
  weigh(row.clean_cotangent, share);
  weigh(row.adversarial_cotangent, 1 - share);
  return share * clean + (1 - share) * adversarial;
}

double trades(const TrainOptions& options, const Row& row) {
  const double natural = loss_of(options.loss, row.clean, row.target, row.clean_cotangent);
  std::fill(row.adversarial_cotangent.begin(), row.adversarial_cotangent.end(), 0.0f);
  return natural + add_divergence(row.clean, row.adversarial, options.weight_of_robustness(), row.clean_cotangent,
                                  row.adversarial_cotangent);
}

double mart(const TrainOptions& options, const Row& row) {
  std::vector<float> p(row.clean.size());
  nn::softmax(row.clean, p);
  const double doubt = 1 - double{p[row.label]}, weight = options.weight_of_robustness();
  const double boosted = boosted_cross_entropy(row.adversarial, row.label, row.adversarial_cotangent);
  std::fill(row.clean_cotangent.begin(), row.clean_cotangent.end(), 0.0f);
  const double divergence =
      add_divergence(row.clean, row.adversarial, weight * doubt, row.clean_cotangent, row.adversarial_cotangent);
  // d(1 - p_y) / d clean_k = -p_y ([k = y] - p_k), times weight * KL.
  const double plain = doubt > 0 ? divergence / doubt : 0;
  for (std::size_t k = 0; k < p.size(); ++k)
    row.clean_cotangent[k] += static_cast<float>(-plain * double{p[row.label]} * ((k == row.label) - double{p[k]}));
  return boosted + divergence;
}

}  // namespace

Passes passes_of(const TrainOptions& options) {
  if (!options.adversarial) return {true, false};
  const bool both = options.scheme != Scheme::standard && options.scheme != Scheme::free;
  return {both, true};
}

double objective(const TrainOptions& options, const Row& row) {
  if (!options.adversarial) return loss_of(options.loss, row.clean, row.target, row.clean_cotangent);
  switch (options.scheme) {
    case Scheme::standard:
    case Scheme::free:
      return loss_of(options.loss, row.adversarial, row.target, row.adversarial_cotangent);
    case Scheme::mixed:
      return mixed(options, row);
    case Scheme::trades:
      return trades(options, row);
    case Scheme::mart:
      return mart(options, row);
  }
  return 0;
}

}  // namespace mlsec::train
