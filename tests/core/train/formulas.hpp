// Losses as their papers write them, in double.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "train/train_options.hpp"

namespace mlsec::test {

using Values = std::vector<double>;

/// log softmax(z).
inline Values log_probabilities(const Values& z) {
  const double top = *std::max_element(z.begin(), z.end());
  double sum = 0;
  for (double logit : z) sum += std::exp(logit - top);
  Values result;
  for (double logit : z) result.push_back(logit - top - std::log(sum));
  return result;
}

inline double largest_but(const Values& values, std::size_t excluded) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < values.size(); ++k)
    if (k != excluded) largest = std::max(largest, values[k]);
  return largest;
}

inline double loss_in_double(train::LossKind kind, const Values& z, const Values& target) {
  double loss = 0;
  const auto count = static_cast<double>(z.size());
  for (std::size_t k = 0; k < z.size(); ++k) {
    const double t = target[k];
    switch (kind) {
      case train::LossKind::cross_entropy:
        loss -= t * log_probabilities(z)[k];
        break;
      case train::LossKind::hinge:
        loss += t * std::max(0.0, 1 + largest_but(z, k) - z[k]);
        break;
      case train::LossKind::mean_squared_error:
        loss += (z[k] - t) * (z[k] - t) / count;
        break;
      case train::LossKind::binary_cross_entropy:
        // -log s(z) = log(1 + e^-z), and -log(1 - s(z)) that of -z.
        loss += (t * log_probabilities({0, -z[k]})[0] + (1 - t) * log_probabilities({0, z[k]})[0]) / -count;
        break;
    }
  }
  return loss;
}

/// Wang et al., 2020, equation 8, with the authors' 1.0001 for the 1 under the second logarithm.
inline double boosted_in_double(const Values& z, std::size_t label) {
  const Values logs = log_probabilities(z);
  return -logs[label] - std::log(1.0001 - std::exp(largest_but(logs, label)));
}

/// KL(softmax(z) || softmax(w)).
inline double divergence_in_double(const Values& z, const Values& w) {
  const Values p = log_probabilities(z), q = log_probabilities(w);
  double sum = 0;
  for (std::size_t k = 0; k < z.size(); ++k) sum += std::exp(p[k]) * (p[k] - q[k]);
  return sum;
}

}  // namespace mlsec::test
