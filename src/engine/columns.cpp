#include "engine/columns.hpp"

#include <algorithm>
#include <cstring>

#include "engine/vector.hpp"

namespace mlsec::engine {

namespace {

// Calls visit(offset in the row of columns, offset in the image, floats) for each run of taps inside the image.
template <class Visit>
void for_each_run(const Window& w, std::size_t group, std::size_t y, std::size_t x, Visit visit) {
  const Span1d rows = rows_inside(w, y), columns = columns_inside(w, x);
  if (columns.first == columns.last) return;
  const std::size_t channels = w.input_channels / w.groups;
  const bool contiguous = w.groups == 1 && w.dilation_width == 1;
  const std::size_t taps = contiguous ? columns.last - columns.first : 1;
  for (std::size_t i = rows.first; i < rows.last; ++i) {
    const auto row = static_cast<std::size_t>(rows.origin + static_cast<std::ptrdiff_t>(i * w.dilation_height));
    for (std::size_t j = columns.first; j < columns.last; j += taps) {
      const auto column = static_cast<std::size_t>(columns.origin + static_cast<std::ptrdiff_t>(j * w.dilation_width));
      visit((i * w.kernel_width + j) * channels, (row * w.input_width + column) * w.input_channels + group * channels,
            taps * channels);
    }
  }
}

// At stride 1 the runs of neighbouring positions overlap in all but `channels` floats: where these are fewer than a
// vector, each addition would wait for the store before it. Here every pixel takes up what a row of positions adds to
// it before it is stored; in the same order, so that sums are the same to the last bit.
bool overlaps_badly(const Window& w) {
  return w.groups == 1 && w.stride_width == 1 && w.dilation_width == 1 && w.input_channels < 4;
}

void add_by_pixel(const Window& w, const float* columns, float* image) {
  const std::size_t channels = w.input_channels, width = w.kernel_size(), taps = w.kernel_width;
  // Each neighbour takes up what `count` positions have for it; `cell` is the first position's for the first neighbour.
  const auto add = [&]<std::size_t neighbours>(const float* cell, std::size_t count, float* pixel) {
    float sums[neighbours];
    for (std::size_t n = 0; n < neighbours; ++n) sums[n] = pixel[n * channels];
#pragma clang loop unroll(disable)
    for (; count > 0; --count, cell += width - channels)
      for (std::size_t n = 0; n < neighbours; ++n) sums[n] += cell[n * width];
    for (std::size_t n = 0; n < neighbours; ++n) pixel[n * channels] = sums[n];
  };
  for (std::size_t y = 0; y < w.output_height; ++y) {
    const Span1d rows = rows_inside(w, y);
    for (std::size_t i = rows.first; i < rows.last; ++i) {
      const auto row = static_cast<std::size_t>(rows.origin + static_cast<std::ptrdiff_t>(i * w.dilation_height));
      const float* const cells = columns + y * w.output_width * width + i * taps * channels;
      float* pixel = image + row * w.input_width * channels;
      for (std::size_t column = 0; column < w.input_width;) {
        // The positions x that see this column have it as their tap column + padding - x.
        const std::size_t behind = column + w.padding.left + 1;
        const std::size_t first = behind > taps ? behind - taps : 0, last = std::min(behind, w.output_width);
        const float* const cell = cells + first * width + (behind - 1 - first) * channels;
        const std::size_t count = last > first ? last - first : 0;
        // Four neighbours that have all their taps go together: no sum waits for another.
        const std::size_t together = count == taps && behind + 3 <= w.output_width ? 4 : 1;
        for (std::size_t channel = 0; channel < channels; ++channel) {
          if (together == 4)
            add.operator()<4>(cell + channel, count, pixel + channel);
          else
            add.operator()<1>(cell + channel, count, pixel + channel);
        }
        column += together;
        pixel += together * channels;
      }
    }
  }
}

bool hangs_over(const Window& w) { return w.padding.top + w.padding.left + w.padding.bottom + w.padding.right > 0; }

}  // namespace

void take_columns(const Window& w, std::size_t group, const float* image, float* columns) {
  const std::size_t width = w.kernel_size();
  if (hangs_over(w)) std::memset(columns, 0, w.positions() * width * sizeof(float));
  for (std::size_t y = 0; y < w.output_height; ++y)
    for (std::size_t x = 0; x < w.output_width; ++x, columns += width)
      for_each_run(w, group, y, x, [&](std::size_t cell, std::size_t pixel, std::size_t count) {
        copy_run(columns + cell, image + pixel, count);
      });
}

void add_columns(const Window& w, std::size_t group, const float* columns, float* image) {
  if (overlaps_badly(w)) return add_by_pixel(w, columns, image);
  const std::size_t width = w.kernel_size();
  for (std::size_t y = 0; y < w.output_height; ++y)
    for (std::size_t x = 0; x < w.output_width; ++x, columns += width)
      for_each_run(w, group, y, x, [&](std::size_t cell, std::size_t pixel, std::size_t count) {
        add_run(image + pixel, columns + cell, count);
      });
}

}  // namespace mlsec::engine
