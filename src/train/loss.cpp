#include "train/loss.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/math.hpp"
#include "nn/loss.hpp"

namespace mlsec::train {

namespace {

double cross_entropy(std::span<const float> logits, std::span<const float> target, std::span<float> cotangent) {
  const float top = logits[nn::largest(logits)];
  float sum = 0;
  for (float logit : logits) sum += exp(logit - top);
  const auto log_sum = static_cast<float>(log(double{sum}));
  double loss = 0;
  float mass = 0;
  for (std::size_t k = 0; k < logits.size(); ++k) {
    if (target[k] != 0) loss += double{target[k]} * double{log_sum - (logits[k] - top)};
    mass += target[k];
  }
  if (!cotangent.empty()) {
    nn::softmax(logits, cotangent);
    for (std::size_t k = 0; k < logits.size(); ++k) cotangent[k] = mass * cotangent[k] - target[k];
  }
  return loss;
}

double hinge(std::span<const float> outputs, std::span<const float> target, std::span<float> cotangent) {
  std::fill(cotangent.begin(), cotangent.end(), 0.0f);
  double loss = 0;
  for (std::size_t y = 0; y < outputs.size(); ++y) {
    if (target[y] == 0) continue;
    const std::size_t other = nn::largest_other(outputs, y);
    const float violation = 1 + outputs[other] - outputs[y];
    if (!(violation > 0) && !std::isnan(violation)) continue;
    loss += double{target[y]} * double{violation};
    if (cotangent.empty()) continue;
    cotangent[other] += target[y];
    cotangent[y] -= target[y];
  }
  return loss;
}

double mean_squared_error(std::span<const float> outputs, std::span<const float> target, std::span<float> cotangent) {
  const auto count = static_cast<float>(outputs.size());
  double loss = 0;
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    const float difference = outputs[k] - target[k];
    loss += double{difference} * double{difference};
    if (!cotangent.empty()) cotangent[k] = 2 * difference / count;
  }
  return loss / double{count};
}

double binary_cross_entropy(std::span<const float> outputs, std::span<const float> target, std::span<float> cotangent) {
  const auto count = static_cast<float>(outputs.size());
  double loss = 0;
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    // log(1 + e^z) - t z, with the exponential of a negative number, so that nothing overflows.
    const float z = outputs[k], small = exp(-std::fabs(z));
    loss += log(1 + double{small}) + double{z > 0 ? z : 0.0f} - double{target[k]} * double{z};
    const float logistic = z > 0 ? 1 / (1 + small) : small / (1 + small);
    if (!cotangent.empty()) cotangent[k] = (logistic - target[k]) / count;
  }
  return loss / double{count};
}

// log of the sum of e^z.
double log_partition(std::span<const float> logits) {
  const float top = logits[nn::largest(logits)];
  double sum = 0;
  for (float logit : logits) sum += double{exp(logit - top)};
  return double{top} + log(sum);
}

}  // namespace

double loss_of(LossKind kind, std::span<const float> outputs, std::span<const float> target,
               std::span<float> cotangent) {
  switch (kind) {
    case LossKind::cross_entropy:
      return cross_entropy(outputs, target, cotangent);
    case LossKind::hinge:
      return hinge(outputs, target, cotangent);
    case LossKind::mean_squared_error:
      return mean_squared_error(outputs, target, cotangent);
    case LossKind::binary_cross_entropy:
      return binary_cross_entropy(outputs, target, cotangent);
  }
  return 0;
}

double boosted_cross_entropy(std::span<const float> logits, std::size_t label, std::span<float> cotangent) {
  const std::size_t rival = nn::largest_other(logits, label);
  std::vector<float> probabilities(logits.size());
  nn::softmax(logits, probabilities);
  // As the paper's own program: a floor under what is taken the logarithm of.
  constexpr double floor = 1e-4;
  const double rest = 1.0001 - double{probabilities[rival]};
  // d(-log p_y) = p - one_hot(y); d(-log(1 - p_r)) = p_r / (1 - p_r) (one_hot(r) - p).
  const double ratio = double{probabilities[rival]} / std::max(rest, floor);
  for (std::size_t k = 0; k < logits.size(); ++k) {
    const double p = double{probabilities[k]};
    cotangent[k] = static_cast<float>(p - (k == label) + ratio * ((k == rival) - p));
  }
  return log_partition(logits) - double{logits[label]} - log(std::max(rest, floor));
}

double add_divergence(std::span<const float> clean, std::span<const float> adversarial, double factor,
                      std::span<float> clean_cotangent, std::span<float> adversarial_cotangent) {
  const std::size_t classes = clean.size();
  std::vector<float> p(classes), q(classes);
  nn::softmax(clean, p);
  nn::softmax(adversarial, q);
  // log p_k - log q_k from the logits, which keeps it finite where a probability underflows.
  const double shift = log_partition(adversarial) - log_partition(clean);
  double divergence = 0;
  for (std::size_t k = 0; k < classes; ++k)
    divergence += double{p[k]} * (double{clean[k]} - double{adversarial[k]} + shift);
  // d KL / d adversarial = q - p; d KL / d clean_k = p_k (log p_k - log q_k - KL).
  for (std::size_t k = 0; k < classes; ++k) {
    const double ratio = double{clean[k]} - double{adversarial[k]} + shift;
    adversarial_cotangent[k] += static_cast<float>(factor * (double{q[k]} - double{p[k]}));
    clean_cotangent[k] += static_cast<float>(factor * double{p[k]} * (ratio - divergence));
  }
  return factor * divergence;
}

}  // namespace mlsec::train
