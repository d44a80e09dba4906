// Operations with few weights, whose gradients are made row by row.
#pragma once

#include <vector>

#include "nn/operation.hpp"

namespace mlsec::nn {

/// The three forms of weight gradients from one: those of a row.
class WeightsByRow : public Operation {
 public:
  std::span<Parameter> parameters() override { return parameters_; }
  Result<void> backward_weights(const BackwardCall& call, std::span<float* const> gradients) override;
  Result<void> backward_weights_per_sample(const BackwardCall& call, std::span<float* const> gradients) override;
  Result<void> add_squared_norms(const BackwardCall& call, float* norms) override;

 protected:
  /// Adds the gradient of one row to gradients[i], shaped as parameters()[i].
  virtual void add_gradients_of(const BackwardCall& call, std::size_t row, std::span<float* const> gradients) = 0;

  std::vector<Parameter> parameters_;
};

}  // namespace mlsec::nn
