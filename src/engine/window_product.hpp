// The windows of images times weights: convolution, and with flipped kernels its adjoint.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/packed_weights.hpp"
#include "engine/window.hpp"
#include "tensor/tensor.hpp"

namespace mlsec::engine {

/// Windows are multiplied where they lie, without a matrix of columns: a row of a window is one run of numbers. Results
/// for a sample do not depend on the number of samples.
class WindowProduct {
 public:
  explicit WindowProduct(const Window& window);

  /// From kernel_size() inputs (taps x channels of the group) to the output channels of the group.
  PackedWeights& weights(std::size_t group) { return weights_[group]; }

  void run(std::size_t rows, const float* input, float* output, Epilogue epilogue);

 private:
  const float* padded(std::size_t samples, const float* input);

  Window window_;
  bool pads_;
  std::size_t padded_height_, padded_width_;
  std::size_t samples_at_once_;
  std::vector<std::ptrdiff_t> offsets_;  // of the runs of a window
  std::size_t length_;                   // of a run
  std::vector<std::size_t> windows_;     // where each begins, of samples_at_once_ samples
  std::vector<PackedWeights> weights_;
  Tensor padded_;
};

}  // namespace mlsec::engine
