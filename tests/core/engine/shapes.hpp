// The shapes in which the engine is tested.
#pragma once

#include <array>
#include <vector>

#include "tensor/tensor.hpp"
#include "tests/core/nn/reference.hpp"

namespace mlsec::test {

inline constexpr std::array<std::size_t, 3> batches{1, 3, 64};

struct LinearShape {
  std::size_t inputs, outputs;
};

inline constexpr std::array<LinearShape, 10> linear_shapes{
    {{1, 1}, {1, 5}, {5, 1}, {3, 2}, {4, 8}, {17, 3}, {8, 17}, {33, 12}, {100, 10}, {31, 65}}};

/// Kernels of 1 to 5 taps a side, even and odd; channels of 1, 3, 8 and 17; strides; padding that differs on each side;
/// taps apart; groups of channels; channels by themselves.
inline std::vector<engine::Window> convolution_windows() {
  using reference::dilated;
  using reference::window;
  return {
      window(5, 7, 1, 1, 1, 1, 1, {}, 1),              // one channel in and out
      window(5, 7, 1, 3, 3, 1, 1, {}, 1),              //
      window(7, 6, 1, 3, 3, 1, 1, {1, 1, 1, 1}, 8),    //
      window(6, 5, 3, 1, 1, 1, 1, {}, 8),              // a product of matrices
      window(6, 5, 8, 1, 1, 2, 2, {}, 3),              // gaps between the windows
      window(5, 5, 8, 2, 2, 1, 1, {0, 0, 1, 1}, 3),    // as "same" pads even kernels
      window(5, 6, 17, 2, 3, 1, 2, {1, 0, 0, 2}, 17),  //
      window(7, 7, 3, 3, 3, 2, 2, {0, 0, 1, 1}, 17),   //
      window(6, 7, 3, 4, 4, 1, 1, {2, 1, 0, 3}, 1),    //
      window(8, 8, 1, 5, 5, 1, 1, {}, 8),              //
      window(4, 11, 2, 3, 3, 1, 1, {}, 5),             // four pixels with all their taps, and three
      window(7, 5, 8, 5, 5, 3, 2, {4, 3, 2, 1}, 3),    //
      window(3, 3, 3, 3, 3, 1, 1, {}, 2),              // one position
      window(4, 9, 3, 1, 5, 1, 1, {0, 2, 0, 2}, 3),    //
      window(9, 4, 3, 5, 1, 2, 1, {3, 0, 1, 0}, 3),    //
      window(4, 5, 3, 3, 5, 1, 1, {}, 9),              // as wide as the image
      window(1, 9, 5, 1, 3, 1, 1, {0, 1, 0, 1}, 12),   // a line
      dilated(window(9, 8, 3, 3, 2, 1, 1, {2, 1, 1, 0}, 9), 2, 3),
      dilated(window(9, 8, 3, 3, 3, 2, 1, {1, 2, 1, 2}, 5), 3, 1),
      dilated(window(6, 5, 8, 3, 3, 1, 1, {1, 1, 1, 1}, 8), 1, 1, 2),
      dilated(window(6, 7, 9, 2, 3, 1, 2, {1, 1, 0, 1}, 6), 1, 2, 3),
      dilated(window(6, 5, 3, 3, 3, 1, 1, {1, 1, 1, 1}, 6), 1, 1, 3),   // two outputs a channel
      dilated(window(7, 9, 9, 3, 3, 1, 1, {1, 1, 1, 1}, 9), 1, 1, 9),   // each channel by itself
      dilated(window(7, 9, 6, 3, 2, 2, 1, {1, 0, 1, 1}, 6), 1, 1, 6),   //
      dilated(window(8, 12, 5, 3, 3, 1, 1, {2, 2, 2, 2}, 5), 2, 2, 5),  //
      dilated(window(5, 6, 4, 5, 5, 2, 2, {2, 2, 2, 2}, 4), 1, 1, 4),   //
  };
}

/// Windows apart, touching, overlapping and hanging over the edge.
inline std::vector<engine::Window> pooling_windows() {
  using reference::window;
  return {
      window(6, 6, 1, 2, 2, 2, 2, {}, 1),            //
      window(7, 5, 3, 2, 2, 2, 2, {}, 3),            // leaves a row and a column over
      window(6, 7, 8, 3, 3, 1, 1, {}, 8),            // overlapping
      window(5, 5, 3, 3, 3, 2, 2, {1, 1, 1, 1}, 3),  // overlapping and padded
      window(4, 6, 17, 2, 3, 1, 2, {1, 0, 0, 2}, 17),
      window(7, 7, 3, 2, 2, 3, 3, {}, 3),            // apart
      window(4, 4, 3, 4, 4, 4, 4, {}, 3),            // the whole image
      window(4, 5, 2, 1, 1, 1, 1, {}, 2),            // each pixel alone
      window(5, 5, 1, 5, 5, 1, 1, {4, 4, 4, 4}, 1),  // corners see one pixel
  };
}

/// A copy of row `row` of rows of `size` entries.
inline Tensor row_of(const Tensor& rows, std::size_t row, std::size_t size) {
  return {Shape{static_cast<std::int64_t>(size)}, rows.values().subspan(row * size, size)};
}

inline Shape rows_by(std::size_t rows, std::size_t size) {
  return {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(size)};
}

}  // namespace mlsec::test
