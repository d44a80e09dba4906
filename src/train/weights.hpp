// All parameters of a network as one row of numbers.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "nn/network.hpp"

namespace mlsec::train {

/// Where each parameter of a network lies in such a row. The network must outlive it.
class Weights {
 public:
  explicit Weights(nn::Network& network);

  std::size_t size() const { return size_; }
  std::span<nn::Parameter* const> parameters() const { return parameters_; }
  std::span<const std::size_t> sizes() const { return sizes_; }
  /// Those of the parameters that learn from gradients: all but statistics.
  std::span<const std::size_t> learning_sizes() const { return learning_sizes_; }
  /// "conv2d1.kernels", ...
  std::span<const std::string> names() const { return names_; }

  /// The part of a row that belongs to parameter i.
  template <class T>
  std::span<T> part(std::span<T> row, std::size_t i) const {
    return row.subspan(offsets_[i], sizes_[i]);
  }

  std::vector<float> copy() const;
  bool finite() const;

  /// Moves every statistic by its momentum towards what a batch measured, which stands in its part of the row.
  void move_statistics(std::span<const float> measured);

  /// Puts a row into the network, or both into each other's place.
  void assign(std::span<const float> row);
  void swap(std::span<float> row);

 private:
  nn::Network& network_;
  std::vector<nn::Parameter*> parameters_;
  std::vector<std::size_t> offsets_, sizes_, learning_sizes_;
  std::vector<std::string> names_;
  std::size_t size_ = 0;
};

}  // namespace mlsec::train
