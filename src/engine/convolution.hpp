// 2-D convolution (cross-correlation, as in every network library), its input gradient and its weight gradient.
#pragma once

#include <memory>
#include <vector>

#include "engine/linear.hpp"
#include "engine/window.hpp"
#include "engine/window_product.hpp"
#include "tensor/tensor.hpp"

namespace mlsec::engine {

/// Kernels lie as output channels x kernel height x kernel width x input channels of the group. Results for a sample
/// do not depend on the number of samples: which of the ways below is taken, the window alone decides.
class Convolution {
 public:
  explicit Convolution(const Window& window);

  /// Must be called before the first run and after every change of the weights; packs lazily what is then used.
  void set_weights(const float* kernels, const float* bias);

  void forward(std::size_t rows, const float* input, float* output, Epilogue epilogue = {});

  /// Adjoint of the forward map: overwrites input_cotangent.
  void backward_input(std::size_t rows, const float* output_cotangent, float* input_cotangent);

  /// Adds the gradients of all rows, in the order of the rows, to kernels_gradient and bias_gradient (may be null).
  void backward_weights(std::size_t rows, const float* input, const float* output_cotangent, float* kernels_gradient,
                        float* bias_gradient);

  /// Overwrites kernels_gradient (rows x kernels) and bias_gradient (rows x output channels; may be null).
  void backward_weights_per_sample(std::size_t rows, const float* input, const float* output_cotangent,
                                   float* kernels_gradient, float* bias_gradient);

  /// Adds to norms[row] the squared norm of that row's gradient to the kernels and, where there is one, the bias.
  void add_squared_norms(std::size_t rows, const float* input, const float* output_cotangent, float* norms);

 private:
  std::size_t kernels_size() const { return window_.output_channels * window_.kernel_size(); }
  bool is_depthwise() const {
    return window_.groups == window_.input_channels && window_.groups == window_.output_channels;
  }
  std::size_t samples_a_chunk() const;
  float* columns(std::size_t samples);
  /// Depthwise kernels as taps x channels, with their taps in reverse order, and room for a gradient.
  struct Taps {
    const float *kernels, *flipped;
    float* gradient;
  };
  Taps kernels_by_tap();
  void pack_forward();
  void pack_adjoint();
  void through_columns(std::size_t rows, const float* output_cotangent, float* input_cotangent);
  const float* cotangents_of(std::size_t group, std::size_t samples, const float* output_cotangent);

  Window window_;
  const float* kernels_ = nullptr;
  const float* bias_ = nullptr;
  bool forward_packed_ = false, adjoint_packed_ = false, by_tap_ = false;
  std::unique_ptr<WindowProduct> forward_, adjoint_;
  std::vector<Linear> to_columns_;  // one a group
  Tensor columns_;
  Tensor cotangents_;     // of one group
  Tensor taps_;           // see Taps
  Tensor of_one_sample_;  // gradients to kernels and bias
};

}  // namespace mlsec::engine
