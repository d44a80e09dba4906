#include "threat/criterion.hpp"

#include <algorithm>
#include <cmath>

#include "base/math.hpp"

namespace mlsec::threat {

bool Criterion::holds(std::span<const float> logits) const {
  if (std::any_of(logits.begin(), logits.end(), [](float logit) { return std::isnan(logit); })) return false;
  // How many classes stand before a class: larger logits, and among equals the lower index, as the model decides.
  const std::size_t asked = target.value_or(label);
  std::size_t before = 0, likeliest = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    before += logits[i] > logits[asked] || (logits[i] == logits[asked] && i < asked);
    if (logits[i] > logits[likeliest]) likeliest = i;
  }
  if (target ? before >= top : before < top) return false;
  if (probability <= 0) return true;
  const double led_to = logits[target ? asked : likeliest];
  double sum = 0;
  for (float logit : logits) sum += exp(std::max(double{logit} - led_to, -700.0));
  return 1 / sum >= probability;
}

}  // namespace mlsec::threat
