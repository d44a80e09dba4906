#include "engine/columns.hpp"

#include <cstring>

namespace mlsec::engine {

namespace {

// Calls visit(offset in the row of columns, offset in the image, floats) for each run of taps inside the image.
template <class Visit>
void for_each_run(const Window& w, std::size_t y, std::size_t x, Visit visit) {
  const Span1d rows = taps_inside(y, w.stride_height, w.padding.top, w.kernel_height, w.input_height);
  const Span1d columns = taps_inside(x, w.stride_width, w.padding.left, w.kernel_width, w.input_width);
  if (columns.first == columns.last) return;
  for (std::size_t tap = rows.first; tap < rows.last; ++tap) {
    const auto row = static_cast<std::size_t>(rows.origin + static_cast<std::ptrdiff_t>(tap));
    const auto column = static_cast<std::size_t>(columns.origin + static_cast<std::ptrdiff_t>(columns.first));
    visit((tap * w.kernel_width + columns.first) * w.input_channels, (row * w.input_width + column) * w.input_channels,
          (columns.last - columns.first) * w.input_channels);
  }
}

bool hangs_over(const Window& w) { return w.padding.top + w.padding.left + w.padding.bottom + w.padding.right > 0; }

}  // namespace

void take_columns(const Window& w, const float* image, float* columns) {
  const std::size_t width = w.taps() * w.input_channels;
  if (hangs_over(w)) std::memset(columns, 0, w.positions() * width * sizeof(float));
  for (std::size_t y = 0; y < w.output_height; ++y)
    for (std::size_t x = 0; x < w.output_width; ++x, columns += width)
      for_each_run(w, y, x, [&](std::size_t cell, std::size_t pixel, std::size_t count) {
        std::memcpy(columns + cell, image + pixel, count * sizeof(float));
      });
}

void add_columns(const Window& w, const float* columns, float* image) {
  const std::size_t width = w.taps() * w.input_channels;
  for (std::size_t y = 0; y < w.output_height; ++y)
    for (std::size_t x = 0; x < w.output_width; ++x, columns += width)
      for_each_run(w, y, x, [&](std::size_t cell, std::size_t pixel, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) image[pixel + i] += columns[cell + i];
      });
}

}  // namespace mlsec::engine
