#include "attacks/loss.hpp"

#include <algorithm>

#include "base/math.hpp"
#include "nn/loss.hpp"

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
