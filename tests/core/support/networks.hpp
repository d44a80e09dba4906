// Small networks and their parameters.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "nn/network.hpp"
#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec::test {

/// Every weight, the biases too, between -0.5 and 0.5; statistics, variances among them, between 0.5 and 1.5.
inline void randomise(nn::Network& network, std::uint64_t seed) {
  Random random(seed, 0, Purpose::test);
  for (nn::Parameter* parameter : network.parameters())
    for (float& value : parameter->value.values())
      value = random.uniform(-0.5f, 0.5f) + (parameter->role == nn::ParameterRole::statistic ? 1.0f : 0.0f);
  network.parameters_changed();
}

/// The parameters in double, node by node.
inline std::vector<std::vector<std::vector<double>>> parameters_in_double(const nn::Network& network) {
  std::vector<std::vector<std::vector<double>>> all;
  for (const nn::Node& node : network.nodes()) {
    all.emplace_back();
    for (const nn::Parameter& parameter : node.operation->parameters())
      all.back().push_back(to_doubles(parameter.value.values()));
  }
  return all;
}

inline const nn::BackwardRequest to_inputs{true, nn::WeightGradients::none, std::nullopt};
inline const nn::BackwardRequest to_weights{false, nn::WeightGradients::summed, std::nullopt};
inline const nn::BackwardRequest to_weights_per_sample{false, nn::WeightGradients::per_sample, std::nullopt};
inline const nn::BackwardRequest to_squared_norms{false, nn::WeightGradients::squared_norms, std::nullopt};
inline const nn::BackwardRequest to_inputs_and_weights{true, nn::WeightGradients::summed, std::nullopt};
inline nn::BackwardRequest to_activation(std::size_t node) { return {false, nn::WeightGradients::none, node}; }

/// Zeros shaped as the parameters, where wanted for each of `rows` samples, and what backward takes: where each of them
/// lies.
struct WeightGradients {
  std::vector<Tensor> tensors;
  std::vector<float*> pointers;

  explicit WeightGradients(nn::Network& network, std::optional<std::size_t> rows = std::nullopt) {
    for (const nn::Parameter* parameter : network.parameters()) {
      const Shape& shape = parameter->value.shape();
      tensors.push_back(Tensor::filled(rows ? shape.with_rows(static_cast<std::int64_t>(*rows)) : shape, 0));
      pointers.push_back(tensors.back().data());
    }
  }
};

}  // namespace mlsec::test
