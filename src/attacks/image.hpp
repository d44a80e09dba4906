// Where the pixels of an image lie among the features.
#pragma once

#include <cstddef>

#include "model/specification.hpp"

namespace mlsec::attacks {

/// Rows, columns and channels of the user's layout. What is no image is one row of one channel.
struct Image {
  std::size_t rows = 1, columns = 1, channels = 1;
  std::size_t row_stride = 0, column_stride = 1, channel_stride = 0;

  /// Row by row, channels last.
  Image(std::size_t rows, std::size_t columns, std::size_t channels)
      : rows(rows),
        columns(columns),
        channels(channels),
        row_stride(columns * channels),
        column_stride(channels),
        channel_stride(1) {}

  explicit Image(const model::InputSpecification& input) : columns(input.shape.count()) {
    if (input.kind != model::InputKind::image || input.shape.rank() != 3) return;
    const auto extent = [&](std::size_t axis) { return static_cast<std::size_t>(input.shape[axis]); };
    const bool first = input.layout == model::Layout::chw;
    channels = extent(first ? 0 : 2);
    rows = extent(first ? 1 : 0);
    columns = extent(first ? 2 : 1);
    channel_stride = first ? rows * columns : 1;
    column_stride = first ? 1 : channels;
    row_stride = columns * column_stride;
  }

  std::size_t at(std::size_t row, std::size_t column, std::size_t channel) const {
    return row * row_stride + column * column_stride + channel * channel_stride;
  }
  std::size_t pixels() const { return rows * columns; }
  std::size_t features() const { return pixels() * channels; }
};

}  // namespace mlsec::attacks
