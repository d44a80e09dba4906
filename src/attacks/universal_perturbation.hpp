// A perturbation that is added to every sample.
#pragma once

#include <algorithm>
#include <numeric>

#include "attacks/set_attempt.hpp"

namespace mlsec::attacks {

/// out = sample + perturbation, within the bounds of valid inputs.
inline void add_perturbation(std::span<const float> sample, std::span<const float> perturbation, float lower,
                             float upper, std::span<float> out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::clamp(sample[i] + perturbation[i], lower, upper);
}

/// What a perturbation may be: the ball around none. More than the width of the box changes nothing.
inline threat::Ball perturbations(std::span<const float> none, threat::Norm norm, double epsilon, float width) {
  return {none, norm, epsilon, threat::Box::uniform(none.size(), -width, width)};
}

/// How many samples it fools.
inline Task<std::size_t> count_fooled_by(SetAttempt& attempt, std::span<const float> perturbation) {
  const auto make = [&](std::size_t sample, std::span<float> point) {
    add_perturbation(attempt.sample(sample), perturbation, attempt.lower(), attempt.upper(), point);
  };
  co_return co_await count_fooled(attempt, make);
}

/// All samples in a random order.
inline std::vector<std::uint32_t> shuffled_samples(const SetAttempt& attempt, int pass) {
  std::vector<std::uint32_t> order(attempt.size());
  std::iota(order.begin(), order.end(), 0u);
  attempt.random("order", static_cast<std::uint32_t>(pass)).shuffle(order);
  return order;
}

}  // namespace mlsec::attacks
