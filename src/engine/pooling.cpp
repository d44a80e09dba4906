#include "engine/pooling.hpp"

#include <cstring>
#include <limits>

#include "engine/vector.hpp"

namespace mlsec::engine {

namespace {

// Calls visit(output offset, rows inside, columns inside) for each output position.
template <class Visit>
void for_each_position(const Window& w, Visit visit) {
  for (std::size_t y = 0; y < w.output_height; ++y)
    for (std::size_t x = 0; x < w.output_width; ++x)
      visit((y * w.output_width + x) * w.output_channels, rows_inside(w, y), columns_inside(w, x));
}

// Calls visit(input offset) for each tap inside the image, row by row.
template <class Visit>
void for_each_tap(const Window& w, const Span1d& rows, const Span1d& columns, Visit visit) {
  for (std::size_t i = rows.first; i < rows.last; ++i)
    for (std::size_t j = columns.first; j < columns.last; ++j)
      visit((static_cast<std::size_t>(rows.origin + static_cast<std::ptrdiff_t>(i * w.dilation_height)) * w.input_width +
             static_cast<std::size_t>(columns.origin + static_cast<std::ptrdiff_t>(j * w.dilation_width))) *
            w.input_channels);
}

// Of the taps of one axis, those on the image or its padding: a last window may end behind both.
std::size_t padded_taps(const Span1d& span, std::size_t kernel, std::size_t dilation, std::size_t extent,
                        std::size_t after) {
  const auto room = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(extent + after) - span.origin);
  return std::min(kernel, (room + dilation - 1) / dilation);
}

float reciprocal_divisor(const Window& w, bool count_padding, const Span1d& rows, const Span1d& columns) {
  const std::size_t taps =
      count_padding
          ? padded_taps(rows, w.kernel_height, w.dilation_height, w.input_height, w.padding.bottom) *
                padded_taps(columns, w.kernel_width, w.dilation_width, w.input_width, w.padding.right)
          : (rows.last - rows.first) * (columns.last - columns.first);
  return 1.0f / static_cast<float>(taps);
}

}  // namespace

namespace {

// The largest of a window in each of four channels, in registers.
void max_of_four(const Window& w, const Span1d& rows, const Span1d& columns, const float* input, std::size_t channel,
                 float* output, std::uint32_t* winners) {
  Float4 best = splat4(-std::numeric_limits<float>::infinity());
  Int4 winner = {0, 0, 0, 0};
  for_each_tap(w, rows, columns, [&](std::size_t from) {
    const Float4 candidate = load4(input + from + channel);
    const Int4 better = candidate > best;
    const auto place = static_cast<std::int32_t>(from + channel);
    winner = better ? Int4{place, place + 1, place + 2, place + 3} : winner;
    best = better ? candidate : best;
  });
  store4(output, best);
  std::memcpy(winners, &winner, sizeof winner);
}

void max_of_one(const Window& w, const Span1d& rows, const Span1d& columns, const float* input, std::size_t channel,
                float* output, std::uint32_t* winners) {
  float best = -std::numeric_limits<float>::infinity();
  std::size_t winner = 0;
  for_each_tap(w, rows, columns, [&](std::size_t from) {
    const float candidate = input[from + channel];
    winner = candidate > best ? from + channel : winner;
    best = candidate > best ? candidate : best;
  });
  *output = best;
  *winners = static_cast<std::uint32_t>(winner);
}

}  // namespace

// Should every tap be NaN, winner 0 stands: wrong but inside.
void max_pool(const Window& w, std::size_t rows, const float* input, float* output, std::uint32_t* winners) {
  for (std::size_t row = 0; row < rows; ++row) {
    for_each_position(w, [&](std::size_t to, const Span1d& inside_rows, const Span1d& inside_columns) {
      std::size_t c = 0;
      for (; c + 4 <= w.input_channels; c += 4)
        max_of_four(w, inside_rows, inside_columns, input, c, output + to + c, winners + to + c);
      for (; c < w.input_channels; ++c)
        max_of_one(w, inside_rows, inside_columns, input, c, output + to + c, winners + to + c);
    });
    input += w.input_size();
    output += w.output_size();
    winners += w.output_size();
  }
}

void max_pool_backward(const Window& w, std::size_t rows, const std::uint32_t* winners, const float* output_cotangent,
                       float* input_cotangent) {
  std::memset(input_cotangent, 0, rows * w.input_size() * sizeof(float));
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < w.output_size(); ++i) input_cotangent[winners[i]] += output_cotangent[i];
    winners += w.output_size();
    output_cotangent += w.output_size();
    input_cotangent += w.input_size();
  }
}

void average_pool(const Window& w, bool count_padding, std::size_t rows, const float* input, float* output) {
  const std::size_t channels = w.input_channels;
  for (std::size_t row = 0; row < rows; ++row) {
    for_each_position(w, [&](std::size_t to, const Span1d& inside_rows, const Span1d& inside_columns) {
      float* sum = output + to;
      for (std::size_t c = 0; c < channels; ++c) sum[c] = 0;
      for_each_tap(w, inside_rows, inside_columns, [&](std::size_t from) {
        for (std::size_t c = 0; c < channels; ++c) sum[c] += input[from + c];
      });
      const float factor = reciprocal_divisor(w, count_padding, inside_rows, inside_columns);
      for (std::size_t c = 0; c < channels; ++c) sum[c] *= factor;
    });
    input += w.input_size();
    output += w.output_size();
  }
}

void average_pool_backward(const Window& w, bool count_padding, std::size_t rows, const float* output_cotangent,
                           float* input_cotangent) {
  const std::size_t channels = w.input_channels;
  std::memset(input_cotangent, 0, rows * w.input_size() * sizeof(float));
  for (std::size_t row = 0; row < rows; ++row) {
    for_each_position(w, [&](std::size_t to, const Span1d& inside_rows, const Span1d& inside_columns) {
      const float factor = reciprocal_divisor(w, count_padding, inside_rows, inside_columns);
      for_each_tap(w, inside_rows, inside_columns, [&](std::size_t from) {
        for (std::size_t c = 0; c < channels; ++c) input_cotangent[from + c] += factor * output_cotangent[to + c];
      });
    });
    output_cotangent += w.output_size();
    input_cotangent += w.input_size();
  }
}

}  // namespace mlsec::engine
