#include "nn/loss.hpp"

#include "base/math.hpp"

namespace mlsec::nn {

std::size_t largest(std::span<const float> logits) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < logits.size(); ++i)
    if (logits[i] > logits[best]) best = i;
  return best;
}

std::size_t largest_other(std::span<const float> logits, std::size_t excluded) {
  std::size_t best = excluded == 0 ? 1 : 0;
  for (std::size_t i = best + 1; i < logits.size(); ++i)
    if (i != excluded && logits[i] > logits[best]) best = i;
  return best;
}

void softmax(std::span<const float> logits, std::span<float> probabilities) {
  const float top = logits[largest(logits)];
  float sum = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) sum += probabilities[i] = exp(logits[i] - top);
  for (float& probability : probabilities) probability /= sum;
}

float cross_entropy(std::span<const float> logits, std::size_t label, std::span<float> cotangent) {
  const float top = logits[largest(logits)];
  float sum = 0;
  for (float logit : logits) sum += exp(logit - top);
  if (!cotangent.empty()) {
    softmax(logits, cotangent);
    cotangent[label] -= 1;
  }
  return static_cast<float>(log(double{sum})) - (logits[label] - top);
}

}  // namespace mlsec::nn
