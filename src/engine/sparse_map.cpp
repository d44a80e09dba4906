#include "engine/sparse_map.hpp"

#include <cstring>

#include "engine/vector.hpp"

namespace mlsec::engine {

void SparseMap::add_term(std::size_t input, float weight) {
  const std::size_t begun = ends_.empty() ? 0 : ends_.back();
  selects_ = selects_ && weight == 1 && inputs_.size() == begun;
  inputs_.push_back(static_cast<std::uint32_t>(input));
  weights_.push_back(weight);
}

void SparseMap::run(std::size_t rows, std::size_t inputs, const float* x, float constant, float* y) const {
  const bool full = selects_ && inputs_.size() == ends_.size();
  for (std::size_t row = 0; row < rows; ++row, x += inputs, y += outputs()) {
    if (full) {
      for (std::size_t i = 0; i < inputs_.size(); ++i) y[i] = x[inputs_[i]];
      continue;
    }
    std::size_t term = 0;
    for (std::size_t i = 0; i < ends_.size(); ++i) {
      float sum = term == ends_[i] ? constant : weights_[term] * x[inputs_[term]];
      if (term < ends_[i]) ++term;
      for (; term < ends_[i]; ++term) sum = multiply_add(weights_[term], x[inputs_[term]], sum);
      y[i] = sum;
    }
  }
}

void SparseMap::run_back(std::size_t rows, std::size_t inputs, const float* dy, float* dx) const {
  std::memset(dx, 0, rows * inputs * sizeof(float));
  for (std::size_t row = 0; row < rows; ++row, dx += inputs, dy += outputs()) {
    std::size_t term = 0;
    for (std::size_t i = 0; i < ends_.size(); ++i)
      for (; term < ends_[i]; ++term)
        dx[inputs_[term]] = multiply_add(weights_[term], dy[i], dx[inputs_[term]]);
  }
}

}  // namespace mlsec::engine
