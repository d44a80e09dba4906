// An adversary that does what a test says.
#pragma once

#include <algorithm>
#include <functional>

#include "train/adversary.hpp"
#include "train/train_options.hpp"
#include "train/trainer.hpp"

namespace mlsec::test {

/// Leaves inputs as they are, and notes the calls.
class ScriptedAdversary : public train::Adversary {
 public:
  using Rows = std::vector<std::uint32_t>;

  /// What adversaries that are gone by then wrote down.
  struct Notes {
    Rows perturbed, attacked;             // indices in the data set, in the order they came
    std::vector<double> strengths;        // of each call to perturb
    std::vector<std::uint32_t> steps;     // likewise
    std::vector<std::size_t> withstands;  // what to answer after the first, second ... epoch; then 0
    std::size_t measured = 0;
  };

  explicit ScriptedAdversary(Notes& notes) : notes_(notes) {}

  Result<void> perturb(model::Model&, std::span<float>, const train::AdversaryCall& call) override {
    notes_.perturbed.insert(notes_.perturbed.end(), call.samples.begin(), call.samples.end());
    notes_.strengths.push_back(call.strength);
    notes_.steps.push_back(call.step);
    return {};
  }
  void ascend(const model::Model&, std::span<const float>, std::span<const float>, double,
              std::span<float>) const override {}
  Result<std::size_t> withstood(std::shared_ptr<model::Model>, Tensor, const train::AdversaryCall& call) override {
    notes_.attacked.insert(notes_.attacked.end(), call.samples.begin(), call.samples.end());
    return notes_.measured < notes_.withstands.size() ? notes_.withstands[notes_.measured++] : 0;
  }

 private:
  Notes& notes_;
};

using Notes = ScriptedAdversary::Notes;

/// Learns from what the adversary leaves.
inline train::TrainSetting noting(Notes& notes, train::TrainOptions& options) {
  options.adversarial = MethodReference{"test", {}};
  train::TrainSetting setting;
  setting.adversary = std::make_unique<ScriptedAdversary>(notes);
  return setting;
}

/// Measures robust accuracy on so many samples, by the script.
inline train::TrainSetting measuring(Notes& notes, train::TrainOptions& options, int samples) {
  options.robust_samples = samples;
  train::TrainSetting setting;
  setting.robust_adversary = std::make_unique<ScriptedAdversary>(notes);
  return setting;
}

}  // namespace mlsec::test
