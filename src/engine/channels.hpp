// Arithmetic by channel: matrices of rows x channels, where images are as many rows as they have pixels.
#pragma once

#include <cstddef>

namespace mlsec::engine {

/// Mean and variance (divided by rows) of each channel.
void channel_moments(std::size_t rows, std::size_t channels, const float* x, float* mean, float* variance);

/// y = (x - mean) factor + shift, all but x and y one number a channel.
void normalise_channels(std::size_t rows, std::size_t channels, const float* x, const float* mean, const float* factor,
                        const float* shift, float* y);

/// sum = the sum of dy over the rows, product = that of dy (x - mean).
void channel_sums(std::size_t rows, std::size_t channels, const float* dy, const float* x, const float* mean,
                  float* sum, float* product);

/// dx = dy factor.
void scale_channels(std::size_t rows, std::size_t channels, const float* dy, const float* factor, float* dx);

/// dx = dy factor + (x - mean) slope + offset.
void combine_channels(std::size_t rows, std::size_t channels, const float* dy, const float* factor, const float* x,
                      const float* mean, const float* slope, const float* offset, float* dx);

}  // namespace mlsec::engine
