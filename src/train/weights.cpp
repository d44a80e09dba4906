#include "train/weights.hpp"

#include <algorithm>

namespace mlsec::train {

Weights::Weights(nn::Network& network) : network_(network), parameters_(network.parameters()) {
  for (const nn::Parameter* parameter : parameters_) {
    offsets_.push_back(size_);
    sizes_.push_back(parameter->value.size());
    size_ += parameter->value.size();
    if (parameter->role == nn::ParameterRole::weight) learning_sizes_.push_back(parameter->value.size());
  }
  for (const nn::Node& node : network.nodes())
    for (const nn::Parameter& parameter : node.operation->parameters())
      names_.push_back(node.name + "." + parameter.name);
}

std::vector<float> Weights::copy() const {
  std::vector<float> row;
  row.reserve(size_);
  for (const nn::Parameter* parameter : parameters_)
    row.insert(row.end(), parameter->value.values().begin(), parameter->value.values().end());
  return row;
}

bool Weights::finite() const {
  for (const nn::Parameter* parameter : parameters_) {
    // The sum of differences from themselves is 0 where all are finite, else not a number.
    float doubt = 0;
    for (float value : parameter->value.values()) doubt += value - value;
    if (doubt != 0) return false;
  }
  return true;
}

void Weights::move_statistics(std::span<const float> measured) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i]->role != nn::ParameterRole::statistic) continue;
    const auto part = this->part(measured, i);
    const auto values = parameters_[i]->value.values();
    for (std::size_t j = 0; j < part.size(); ++j) values[j] += parameters_[i]->momentum * (part[j] - values[j]);
  }
}

void Weights::assign(std::span<const float> row) {
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    std::copy_n(part(row, i).data(), sizes_[i], parameters_[i]->value.data());
  network_.parameters_changed();
}

void Weights::swap(std::span<float> row) {
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    std::swap_ranges(parameters_[i]->value.data(), parameters_[i]->value.data() + sizes_[i], part(row, i).data());
  network_.parameters_changed();
}

}  // namespace mlsec::train
