#include "nn/operations/by_row.hpp"

#include <cstring>

#include "engine/squared_norm.hpp"

namespace mlsec::nn {

Result<void> WeightsByRow::backward_weights(const BackwardCall& call, std::span<float* const> gradients) {
  for (std::size_t row = 0; row < call.rows; ++row) add_gradients_of(call, row, gradients);
  return {};
}

Result<void> WeightsByRow::backward_weights_per_sample(const BackwardCall& call, std::span<float* const> gradients) {
  std::vector<float*> of_row(gradients.begin(), gradients.end());
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    std::memset(gradients[i], 0, call.rows * parameters_[i].value.size() * sizeof(float));
  for (std::size_t row = 0; row < call.rows; ++row) {
    add_gradients_of(call, row, of_row);
    for (std::size_t i = 0; i < parameters_.size(); ++i) of_row[i] += parameters_[i].value.size();
  }
  return {};
}

Result<void> WeightsByRow::add_squared_norms(const BackwardCall& call, float* norms) {
  std::vector<Tensor> tensors;
  std::vector<float*> places;
  for (const Parameter& parameter : parameters_) {
    tensors.emplace_back(parameter.value.shape());
    places.push_back(tensors.back().data());
  }
  for (std::size_t row = 0; row < call.rows; ++row) {
    for (Tensor& tensor : tensors) std::memset(tensor.data(), 0, tensor.size() * sizeof(float));
    add_gradients_of(call, row, places);
    for (const Tensor& tensor : tensors) norms[row] += engine::squared_norm(tensor.size(), tensor.data());
  }
  return {};
}

}  // namespace mlsec::nn
