// The matrix of a linear map, laid out for the kernel that multiplies by it.
#pragma once

#include <cstddef>
#include <span>

#include "tensor/tensor.hpp"

namespace mlsec::engine {

/// Where the inputs of a row of a product lie: runs of `length` numbers; run s begins at the row's own offset plus
/// offsets[s].
struct Runs {
  std::span<const std::ptrdiff_t> offsets;
  std::size_t length = 0;
};

/// Whether a sum of products begins with the bias, and whether it is written as it is or as max(sum, 0).
struct Epilogue {
  bool bias = true;
  bool relu = false;
};
inline constexpr Epilogue only_products{false, false};

/// Weights from `inputs` to `outputs` in panels of eight outputs: of each input, the weights to the eight lie side by
/// side. The last panel is filled up with zeros.
class PackedWeights {
 public:
  static constexpr std::size_t width = 8;

  /// Weights are undefined until set; memory is kept where it suffices.
  void resize(std::size_t inputs, std::size_t outputs);

  /// The weights of one output to all inputs.
  void set_output(std::size_t output, const float* weights);
  /// The weights of one input to all outputs.
  void set_input(std::size_t input, const float* weights);
  /// One number an output; null for zeros.
  void set_bias(const float* bias);

  std::size_t inputs() const { return inputs_; }
  std::size_t outputs() const { return outputs_; }

  /// y[r y_stride + o] = bias[o] + the sum over i of w[i][o] x_r[i], in the order of i, one accumulator an output: so
  /// the result for a row depends on nothing but the row. Row r begins at x + rows[r].
  void multiply(const float* x, std::span<const std::size_t> rows, const Runs& runs, Epilogue epilogue, float* y,
                std::size_t y_stride) const;

 private:
  std::size_t panels() const { return (outputs_ + width - 1) / width; }

  std::size_t inputs_ = 0, outputs_ = 0;
  Tensor weights_, bias_;
};

}  // namespace mlsec::engine
