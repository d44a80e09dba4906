// Small models.
#pragma once

#include <memory>
#include <vector>

#include "model/network_model.hpp"
#include "nn/operations.hpp"
#include "tests/core/support/networks.hpp"

namespace mlsec::test {

inline std::unique_ptr<model::NetworkModel> model_of(nn::Network network, model::InputSpecification input) {
  const std::size_t classes = network.output_shape().count();
  return std::make_unique<model::NetworkModel>("test", std::move(network), std::move(input),
                                               model::OutputSpecification{classes, model::numbered_labels(classes)});
}

/// Dense layers with relu between them; random weights.
inline nn::Network dense_network(std::int64_t inputs, std::vector<int> units, std::uint64_t seed = 1) {
  nn::Network network(Shape{inputs});
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (i > 0) MLSEC_CHECK(network.add(std::make_unique<nn::Relu>()).ok());
    MLSEC_CHECK(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{units[i], true})).ok());
  }
  randomise(network, seed);
  return network;
}

/// conv2d, relu, maxPool2d, flatten, dense on images height x width x channels; random weights.
inline nn::Network image_network(const Shape& image, int classes, std::uint64_t seed = 1) {
  nn::Network network(image);
  const auto add = [&](std::unique_ptr<nn::Operation> operation) {
    MLSEC_CHECK(network.add(std::move(operation)).ok());
  };
  add(std::make_unique<nn::Conv2d>(nn::Conv2d::Options{4, 3, 1, nn::PaddingMode::same, std::nullopt, true}));
  add(std::make_unique<nn::Relu>());
  add(std::make_unique<nn::MaxPool2d>(nn::PoolOptions{}));
  add(std::make_unique<nn::Flatten>());
  add(std::make_unique<nn::Dense>(nn::Dense::Options{classes, true}));
  randomise(network, seed);
  return network;
}

/// Logits of a batch in the model's own order.
inline std::vector<float> logits_of(model::Model& model, std::size_t rows, std::span<const float> inputs) {
  auto pass = model.forward(model::Batch::single(rows, inputs), {});
  MLSEC_CHECK(pass.ok());
  const auto outputs = pass.value()->outputs();
  return {outputs.begin(), outputs.end()};
}

}  // namespace mlsec::test
