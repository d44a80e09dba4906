// y = x W^T + b for many rows at once.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/packed_weights.hpp"

namespace mlsec::engine {

/// Whether `weights` lie as outputs x inputs (as a dense layer stores them) or inputs x outputs (the same memory
/// used the other way round, for the gradient).
enum class WeightOrder { output_major, input_major };

/// Holds a packed copy of the weights. The result for a row does not depend on the number of rows.
class Linear {
 public:
  /// `bias` has one entry an output, or is null.
  void pack(std::size_t inputs, std::size_t outputs, const float* weights, const float* bias, WeightOrder order);
  bool packed() const { return packed_; }
  /// The weights have changed; the memory of the copy is kept for the next one.
  void expire() { packed_ = false; }

  /// x is rows x inputs, y rows x outputs.
  void run(std::size_t rows, const float* x, float* y, Epilogue epilogue = {});

 private:
  PackedWeights weights_;
  bool packed_ = false;
  std::vector<std::size_t> offsets_;  // of rows
};

}  // namespace mlsec::engine
