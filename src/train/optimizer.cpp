#include "train/optimizer.hpp"

#include <cmath>

namespace mlsec::train {

namespace {

using State = std::vector<std::vector<float>>;

void reserve(State& state, std::span<const std::size_t> sizes) {
  if (!state.empty()) return;
  for (std::size_t size : sizes) state.emplace_back(size, 0.0f);
}

std::vector<std::size_t> sizes_of(std::span<const std::span<float>> weights) {
  std::vector<std::size_t> sizes;
  for (const auto& array : weights) sizes.push_back(array.size());
  return sizes;
}

class Sgd final : public Optimizer {
 public:
  explicit Sgd(const TrainOptions& options)
      : momentum_(static_cast<float>(options.momentum)),
        decay_(static_cast<float>(options.weight_decay)),
        nesterov_(options.nesterov) {}

  void step(std::span<const std::span<float>> weights, std::span<const std::span<const float>> gradients,
            double rate) override {
    reserve(velocity_, sizes_of(weights));
    const auto r = static_cast<float>(rate);
    for (std::size_t p = 0; p < weights.size(); ++p) {
      float *w = weights[p].data(), *v = velocity_[p].data();
      const float* g = gradients[p].data();
      for (std::size_t i = 0; i < weights[p].size(); ++i) {
        const float pull = decay_ > 0 ? g[i] + decay_ * w[i] : g[i];
        v[i] = momentum_ * v[i] + pull;
        w[i] -= r * (nesterov_ ? pull + momentum_ * v[i] : v[i]);
      }
    }
    ++steps_;
  }

  std::vector<std::span<float>> memory(std::span<const std::size_t> sizes) override {
    reserve(velocity_, sizes);
    return {velocity_.begin(), velocity_.end()};
  }
  std::uint64_t steps() const override { return steps_; }
  void set_steps(std::uint64_t steps) override { steps_ = steps; }

 private:
  float momentum_, decay_;
  bool nesterov_;
  State velocity_;
  std::uint64_t steps_ = 0;
};

class Adam final : public Optimizer {
 public:
  explicit Adam(const TrainOptions& options)
      : decay_(static_cast<float>(options.weight_decay)), apart_(options.optimizer == OptimizerKind::adamw) {}

  void step(std::span<const std::span<float>> weights, std::span<const std::span<const float>> gradients,
            double rate) override {
    const auto sizes = sizes_of(weights);
    reserve(first_, sizes);
    reserve(second_, sizes);
    ++steps_;
    first_power_ *= 0.9;
    second_power_ *= 0.999;
    const auto r = static_cast<float>(rate / (1 - first_power_));
    const auto scale = static_cast<float>(1 / std::sqrt(1 - second_power_));
    const float shrink = 1.0f - static_cast<float>(rate) * decay_;
    for (std::size_t p = 0; p < weights.size(); ++p) {
      float *w = weights[p].data(), *m = first_[p].data(), *v = second_[p].data();
      const float* g = gradients[p].data();
      for (std::size_t i = 0; i < weights[p].size(); ++i) {
        float pull = g[i];
        if (decay_ > 0) {
          if (apart_)
            w[i] *= shrink;
          else
            pull += decay_ * w[i];
        }
        m[i] = 0.9f * m[i] + 0.1f * pull;
        v[i] = 0.999f * v[i] + 0.001f * (pull * pull);
        w[i] -= r * m[i] / (std::sqrt(v[i]) * scale + 1e-8f);
      }
    }
  }

  std::vector<std::span<float>> memory(std::span<const std::size_t> sizes) override {
    reserve(first_, sizes);
    reserve(second_, sizes);
    std::vector<std::span<float>> arrays{first_.begin(), first_.end()};
    arrays.insert(arrays.end(), second_.begin(), second_.end());
    return arrays;
  }
  std::uint64_t steps() const override { return steps_; }
  void set_steps(std::uint64_t steps) override {
    steps_ = steps;
    first_power_ = second_power_ = 1;
    // As the steps did it, so that what is resumed has the same bytes. In the end rounding keeps both where they are:
    // not at 0, but at a few of the smallest numbers there are.
    for (std::uint64_t i = 0; i < steps; ++i) {
      const double before = second_power_;
      first_power_ *= 0.9;
      second_power_ *= 0.999;
      if (second_power_ == before) break;
    }
  }

 private:
  float decay_;
  bool apart_;
  State first_, second_;
  double first_power_ = 1, second_power_ = 1;
  std::uint64_t steps_ = 0;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(const TrainOptions& options) {
  if (options.optimizer == OptimizerKind::sgd) return std::make_unique<Sgd>(options);
  return std::make_unique<Adam>(options);
}

}  // namespace mlsec::train
