// Small models whose answers can be worked out by hand.
#pragma once

#include <memory>

#include "base/random.hpp"
#include "model/network_model.hpp"
#include "nn/operations.hpp"

namespace mlsec::test {

/// Two classes, logits (0, w.x + b) over features in 0 ... 1: the margin of class 1 is w.x + b.
inline std::shared_ptr<model::NetworkModel> linear_model(const std::vector<float>& w, float b) {
  const auto features = static_cast<std::int64_t>(w.size());
  Tensor weights = Tensor::filled(Shape{2, features}, 0);
  for (std::size_t i = 0; i < w.size(); ++i) weights[w.size() + i] = w[i];
  Tensor bias = Tensor::filled(Shape{2}, 0);
  bias[1] = b;
  nn::Network network(Shape{features});
  MLSEC_CHECK(network.add(std::make_unique<nn::Dense>(std::move(weights), std::move(bias))).ok());
  return std::make_shared<model::NetworkModel>("linear", std::move(network), model::plain_input(Shape{features}),
                                               model::OutputSpecification{2, {"0", "1"}});
}

/// A random network with one hidden layer, its kinks through the middle of the box, so that all classes occur.
inline std::shared_ptr<model::NetworkModel> random_network(std::int64_t features, int hidden, int classes,
                                                           std::uint64_t seed) {
  nn::Network network(Shape{features});
  MLSEC_CHECK(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{.units = hidden, .bias = true})).ok());
  MLSEC_CHECK(network.add(std::make_unique<nn::Relu>()).ok());
  MLSEC_CHECK(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{.units = classes, .bias = true})).ok());
  network.initialise(seed);
  const Tensor& weights = network.parameters()[0]->value;
  for (std::size_t unit = 0; unit < static_cast<std::size_t>(hidden); ++unit) {
    float centre = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(features); ++i)
      centre += 0.5f * weights[unit * static_cast<std::size_t>(features) + i];
    network.parameters()[1]->value[unit] = -centre;
  }
  network.parameters_changed();
  const auto count = static_cast<std::size_t>(classes);
  return std::make_shared<model::NetworkModel>("random", std::move(network), model::plain_input(Shape{features}),
                                               model::OutputSpecification{count, model::numbered_labels(count)});
}

/// Uniform in [low, high].
inline Tensor random_inputs(std::int64_t rows, std::int64_t features, std::uint64_t seed, float low = 0,
                            float high = 1) {
  Tensor inputs(Shape{rows, features});
  Random random(seed, 0, Purpose::test);
  for (float& value : inputs.values()) value = random.uniform(low, high);
  return inputs;
}

}  // namespace mlsec::test
