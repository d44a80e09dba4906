// Small networks and their parameters.
#pragma once

#include <memory>
#include <vector>

#include "nn/network.hpp"
#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec::test {

/// Every parameter, the biases too, between -0.5 and 0.5.
inline void randomise(nn::Network& network, std::uint64_t seed) {
  Random random(seed, 0, Purpose::test);
  for (nn::Parameter* parameter : network.parameters())
    for (float& value : parameter->value.values()) value = random.uniform(-0.5f, 0.5f);
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
inline const nn::BackwardRequest to_inputs_and_weights{true, nn::WeightGradients::summed, std::nullopt};
inline nn::BackwardRequest to_activation(std::size_t node) { return {false, nn::WeightGradients::none, node}; }

/// Zeros shaped as the parameters, and what backward takes: where each of them lies.
struct WeightGradients {
  std::vector<Tensor> tensors;
  std::vector<float*> pointers;

  explicit WeightGradients(nn::Network& network) {
    for (const nn::Parameter* parameter : network.parameters()) {
      tensors.push_back(Tensor::filled(parameter->value.shape(), 0));
      pointers.push_back(tensors.back().data());
    }
  }
};

}  // namespace mlsec::test
