// A network of our own as a Model: evaluated and differentiated by the engine.
#pragma once

#include "model/model.hpp"
#include "nn/network.hpp"

namespace mlsec::model {

class NetworkModel final : public Model {
 public:
  NetworkModel(std::string name, nn::Network network, InputSpecification input, OutputSpecification output);

  const InputSpecification& input() const override { return input_; }
  const OutputSpecification& output() const override { return output_; }
  Capabilities capabilities() const override { return {}; }
  const std::string& name() const override { return name_; }
  std::vector<LayerInfo> layers() const override;
  std::vector<std::string> warnings() const override { return warnings_; }
  Result<std::unique_ptr<Pass>> forward(const Batch& batch, RandomKey key) override;

  nn::Network& network() { return network_; }
  const nn::Network& network() const { return network_; }
  void warn(std::string sentence) { warnings_.push_back(std::move(sentence)); }

 private:
  friend class NetworkPass;

  /// Whether the user's order of features differs from the engine's.
  bool reorders() const;

  std::string name_;
  nn::Network network_;
  InputSpecification input_;
  OutputSpecification output_;
  std::vector<std::string> warnings_;
  std::vector<std::unique_ptr<nn::Workspace>> idle_;  // workspaces waiting for the next pass
};

/// The input specification of a network whose user sees its own order: images height x width x channels, values 0
/// ... 1.
InputSpecification plain_input(const Shape& shape);

}  // namespace mlsec::model
