#include "attacks/loss.hpp"

#include <algorithm>

#include "base/math.hpp"
#include "nn/loss.hpp"
#include "threat/order.hpp"

namespace mlsec::attacks {

float CrossEntropy::operator()(std::span<const float> logits, const threat::Criterion& criterion,
                               std::span<float> cotangent) const {
  if (!criterion.target) return nn::cross_entropy(logits, criterion.label, cotangent);
  const float loss = nn::cross_entropy(logits, *criterion.target, cotangent);
  for (float& c : cotangent) c = -c;
  return -loss;
}

float Margin::operator()(std::span<const float> logits, const threat::Criterion& criterion,
                         std::span<float> cotangent) const {
  const std::size_t wanted = criterion.target ? *criterion.target : nn::largest_other(logits, criterion.label);
  const std::size_t unwanted = criterion.target ? nn::largest_other(logits, *criterion.target) : criterion.label;
  std::fill(cotangent.begin(), cotangent.end(), 0.0f);
  cotangent[wanted] = 1;
  cotangent[unwanted] = -1;
  return logits[wanted] - logits[unwanted];
}

float LogitDifference::operator()(std::span<const float> logits, const threat::Criterion&,
                                  std::span<float> cotangent) const {
  std::fill(cotangent.begin(), cotangent.end(), 0.0f);
  cotangent[plus] = 1;
  cotangent[minus] = -1;
  return logits[plus] - logits[minus];
}

float LogitRatio::operator()(std::span<const float> logits, const threat::Criterion& criterion,
                             std::span<float> cotangent) const {
  const auto aim = towards ? towards : criterion.target;
  const std::size_t wanted = aim ? *aim : nn::largest_other(logits, criterion.label);
  const float difference = LogitDifference{wanted, criterion.label}(logits, criterion, cotangent);
  const std::size_t classes = logits.size();
  if (classes < 3) return difference;
  const std::vector<double> scores(logits.begin(), logits.end());
  const auto order = threat::descending(scores);
  const std::size_t third = order[2], fourth = order[aim && classes > 3 ? 3 : 2];
  const float range = std::max(logits[order[0]] - (logits[third] + logits[fourth]) / 2, 1e-12f);
  const float ratio = difference / range;
  for (float& c : cotangent) c /= range;
  cotangent[order[0]] -= ratio / range;
  cotangent[third] += ratio / range / 2;
  cotangent[fourth] += ratio / range / 2;
  return ratio;
}

float Divergence::operator()(std::span<const float> logits, const threat::Criterion&,
                             std::span<float> cotangent) const {
  const auto& p = probabilities;
  nn::softmax(logits, cotangent);
  double divergence = 0;
  for (std::size_t k = 0; k < p.size(); ++k) {
    // A probability that underflows contributes nothing; the floor keeps the other logarithm finite.
    if (p[k] > 0) divergence += double{p[k]} * (log(double{p[k]}) - log(std::max(double{cotangent[k]}, 1e-30)));
    cotangent[k] -= p[k];
  }
  return static_cast<float>(divergence);
}

}  // namespace mlsec::attacks
