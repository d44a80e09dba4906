// What attacks increase: losses of one row of logits under a criterion.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "threat/criterion.hpp"

namespace mlsec::attacks {

/// Untargeted: -log p(label). Targeted: log p(target). Bounded by confidence, so its gradient fades on sure samples.
struct CrossEntropy {
  float operator()(std::span<const float> logits, const threat::Criterion& criterion, std::span<float> cotangent) const;
};

/// Untargeted: the largest other logit minus the label's. Targeted: the target's minus the largest other. Positive
/// exactly where the criterion holds (Carlini and Wagner, 2017, f6 without the clamp).
struct Margin {
  float operator()(std::span<const float> logits, const threat::Criterion& criterion, std::span<float> cotangent) const;
};

/// One logit minus another, whatever the criterion.
struct LogitDifference {
  std::size_t plus, minus;

  float operator()(std::span<const float> logits, const threat::Criterion& criterion, std::span<float> cotangent) const;
};

/// The difference of logits ratio, blind to the scale of the logits: (largest other - label) / (first - third largest);
/// towards a class, the criterion's or a given one, (it - label) / (first - mean of third and fourth largest). With
/// fewer classes the last one stands for those that are missing, with two there is no ratio (Croce and Hein, 2020,
/// arXiv:2003.01690, equations 6 and 7).
struct LogitRatio {
  std::optional<std::size_t> towards = {};

  float operator()(std::span<const float> logits, const threat::Criterion& criterion, std::span<float> cotangent) const;
};

/// KL(p || softmax(logits)) for probabilities p that the model gave elsewhere: how far its answer has moved (Zhang et
/// al., 2019, equation 5, the inner maximum).
struct Divergence {
  std::vector<float> probabilities;

  float operator()(std::span<const float> logits, const threat::Criterion& criterion, std::span<float> cotangent) const;
};

/// Any of these, or an attack's own, without owning it. One with a member `layer`, an index or one from the end
/// (-1 is the last), is a loss of that layer's output instead of the logits.
class LossReference {
 public:
  template <class Loss>
  LossReference(const Loss& loss)
      : layer(layer_of(loss)),
        self_(&loss),
        call_([](const void* self, std::span<const float> logits, const threat::Criterion& criterion,
                 std::span<float> cotangent) {
          return (*static_cast<const Loss*>(self))(logits, criterion, cotangent);
        }) {}

  float operator()(std::span<const float> logits, const threat::Criterion& criterion,
                   std::span<float> cotangent) const {
    return call_(self_, logits, criterion, cotangent);
  }

  std::optional<int> layer;

 private:
  template <class Loss>
  static std::optional<int> layer_of(const Loss& loss) {
    if constexpr (requires { loss.layer; })
      return loss.layer;
    else
      return std::nullopt;
  }

  const void* self_;
  float (*call_)(const void*, std::span<const float>, const threat::Criterion&, std::span<float>);
};

}  // namespace mlsec::attacks
