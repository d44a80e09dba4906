// Convolutions of the magnitudes of kernels, for interval bounds.
#pragma once

#include <cmath>
#include <memory>

#include "engine/convolution.hpp"

namespace mlsec::nn {

/// Made when bounds are first asked for after a change of the kernels.
class Magnitudes {
 public:
  void expire() { convolution_.reset(); }

  engine::Convolution& of(const engine::Window& window, const Tensor& kernels) {
    if (convolution_) return *convolution_;
    kernels_ = kernels.copy();
    for (float& value : kernels_.values()) value = std::fabs(value);
    convolution_ = std::make_unique<engine::Convolution>(window);
    convolution_->set_weights(kernels_.data(), nullptr);
    return *convolution_;
  }

 private:
  Tensor kernels_;
  std::unique_ptr<engine::Convolution> convolution_;
};

}  // namespace mlsec::nn
