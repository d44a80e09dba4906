// What the attacks that minimise a distance plus a class term share.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "attacks/loss.hpp"

namespace mlsec::attacks {

/// f6 of Carlini and Wagner, 2017, negated so that it grows as every attack loss does: min(margin, confidence).
struct ConfidentMargin {
  float confidence;
  float operator()(std::span<const float> logits, const threat::Criterion& criterion,
                   std::span<float> cotangent) const {
    const float margin = Margin()(logits, criterion, cotangent);
    if (margin < confidence) return margin;
    std::fill(cotangent.begin(), cotangent.end(), 0.0f);
    return confidence;
  }
};

/// The search for the smallest weight of the class term that succeeds (section VI-A): a success allows a smaller one, a
/// failure needs a larger one.
class ClassWeight {
 public:
  explicit ClassWeight(double first) : value_(first) {}

  double value() const { return value_; }

  void adjust(bool succeeded) {
    if (succeeded) {
      high_ = value_;
      value_ = (low_ + high_) / 2;
    } else {
      low_ = value_;
      value_ = std::isinf(high_) ? value_ * 10 : (low_ + high_) / 2;
    }
  }

 private:
  double value_, low_ = 0, high_ = std::numeric_limits<double>::infinity();
};

}  // namespace mlsec::attacks
