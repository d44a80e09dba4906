#include "train/optimizer.hpp"

#include <cmath>

namespace mlsec::train {

namespace {

using State = std::vector<std::vector<float>>;

void reserve(State& state, std::span<const std::span<float>> weights) {
  if (!state.empty()) return;
  for (const auto& w : weights) state.emplace_back(w.size(), 0.0f);
}

// v = momentum v + g; w -= rate v (Polyak, 1964, in the form used by PyTorch).
class Sgd final : public Optimizer {
 public:
  explicit Sgd(double momentum) : momentum_(static_cast<float>(momentum)) {}

  void step(std::span<const std::span<float>> weights, std::span<const std::span<const float>> gradients,
            double rate) override {
    reserve(velocity_, weights);
    const auto r = static_cast<float>(rate);
    for (std::size_t p = 0; p < weights.size(); ++p)
      for (std::size_t i = 0; i < weights[p].size(); ++i) {
        velocity_[p][i] = momentum_ * velocity_[p][i] + gradients[p][i];
        weights[p][i] -= r * velocity_[p][i];
      }
  }

 private:
  float momentum_;
  State velocity_;
};

// Kingma and Ba, 2015, algorithm 1, with the paper's constants.
class Adam final : public Optimizer {
 public:
  void step(std::span<const std::span<float>> weights, std::span<const std::span<const float>> gradients,
            double rate) override {
    reserve(first_, weights);
    reserve(second_, weights);
    first_power_ *= 0.9;
    second_power_ *= 0.999;
    const auto r = static_cast<float>(rate / (1 - first_power_));
    const auto scale = static_cast<float>(1 / std::sqrt(1 - second_power_));
    for (std::size_t p = 0; p < weights.size(); ++p) {
      float *w = weights[p].data(), *m = first_[p].data(), *v = second_[p].data();
      const float* g = gradients[p].data();
      for (std::size_t i = 0; i < weights[p].size(); ++i) {
        m[i] = 0.9f * m[i] + 0.1f * g[i];
        v[i] = 0.999f * v[i] + 0.001f * (g[i] * g[i]);
        w[i] -= r * m[i] / (std::sqrt(v[i]) * scale + 1e-8f);
      }
    }
  }

 private:
  State first_, second_;
  double first_power_ = 1, second_power_ = 1;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(const TrainOptions& options) {
  if (options.optimizer == OptimizerKind::sgd) return std::make_unique<Sgd>(options.momentum);
  return std::make_unique<Adam>();
}

}  // namespace mlsec::train
