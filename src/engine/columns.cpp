#include "engine/columns.hpp"

#include <cstring>

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

bool hangs_over(const Window& w) { return w.padding.top + w.padding.left + w.padding.bottom + w.padding.right > 0; }

}  // namespace

void take_columns(const Window& w, std::size_t group, const float* image, float* columns) {
  const std::size_t width = w.kernel_size();
  if (hangs_over(w)) std::memset(columns, 0, w.positions() * width * sizeof(float));
  for (std::size_t y = 0; y < w.output_height; ++y)
    for (std::size_t x = 0; x < w.output_width; ++x, columns += width)
      for_each_run(w, group, y, x, [&](std::size_t cell, std::size_t pixel, std::size_t count) {
        std::memcpy(columns + cell, image + pixel, count * sizeof(float));
      });
}

void add_columns(const Window& w, std::size_t group, const float* columns, float* image) {
  const std::size_t width = w.kernel_size();
  for (std::size_t y = 0; y < w.output_height; ++y)
    for (std::size_t x = 0; x < w.output_width; ++x, columns += width)
      for_each_run(w, group, y, x, [&](std::size_t cell, std::size_t pixel, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) image[pixel + i] += columns[cell + i];
      });
}

}  // namespace mlsec::engine
