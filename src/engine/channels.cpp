#include "engine/channels.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "engine/vector.hpp"

namespace mlsec::engine {

namespace {

// T is float or Float4: one channel or four neighbours.
template <class T>
T load(const float* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// sums[c] = the sum over the rows of term<T>(place of the value, c). In float over blocks of rows, in double over the
// blocks: rows may be tens of thousands.
template <class Term>
void sum_rows(std::size_t rows, std::size_t channels, double* sums, Term term) {
  constexpr std::size_t block = 64;
  std::fill(sums, sums + channels, 0.0);
  for (std::size_t first = 0; first < rows; first += block) {
    const std::size_t last = std::min(first + block, rows);
    std::size_t c = 0;
    for (; c + 4 <= channels; c += 4) {
      Float4 even{}, odd{};
      std::size_t row = first;
      for (; row + 2 <= last; row += 2) {
        even += term.template operator()<Float4>(row * channels + c, c);
        odd += term.template operator()<Float4>((row + 1) * channels + c, c);
      }
      if (row < last) even += term.template operator()<Float4>(row * channels + c, c);
      const Float4 of_block = even + odd;
      for (std::size_t lane = 0; lane < 4; ++lane) sums[c + lane] += double{of_block[lane]};
    }
    for (; c < channels; ++c) {
      float of_block = 0;
      for (std::size_t row = first; row < last; ++row)
        of_block += term.template operator()<float>(row * channels + c, c);
      sums[c] += double{of_block};
    }
  }
}

// out[place] = value<T>(place, channel) everywhere.
template <class Function>
void for_each_value(std::size_t rows, std::size_t channels, float* out, Function value) {
  std::size_t place = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    std::size_t c = 0;
    for (; c + 4 <= channels; c += 4, place += 4) store4(out + place, value.template operator()<Float4>(place, c));
    for (; c < channels; ++c, ++place) out[place] = value.template operator()<float>(place, c);
  }
}

}  // namespace

void channel_moments(std::size_t rows, std::size_t channels, const float* x, float* mean, float* variance) {
  std::vector<double> sums(channels);
  const double count = static_cast<double>(rows);
  sum_rows(rows, channels, sums.data(), [&]<class T>(std::size_t place, std::size_t) { return load<T>(x + place); });
  for (std::size_t c = 0; c < channels; ++c) mean[c] = static_cast<float>(sums[c] / count);
  sum_rows(rows, channels, sums.data(), [&]<class T>(std::size_t place, std::size_t c) {
    const T distance = load<T>(x + place) - load<T>(mean + c);
    return distance * distance;
  });
  for (std::size_t c = 0; c < channels; ++c) variance[c] = static_cast<float>(sums[c] / count);
}

void normalise_channels(std::size_t rows, std::size_t channels, const float* x, const float* mean, const float* factor,
                        const float* shift, float* y) {
  for_each_value(rows, channels, y, [&]<class T>(std::size_t place, std::size_t c) {
    return (load<T>(x + place) - load<T>(mean + c)) * load<T>(factor + c) + load<T>(shift + c);
  });
}

void channel_sums(std::size_t rows, std::size_t channels, const float* dy, const float* x, const float* mean,
                  float* sum, float* product) {
  std::vector<double> sums(channels);
  sum_rows(rows, channels, sums.data(), [&]<class T>(std::size_t place, std::size_t) { return load<T>(dy + place); });
  for (std::size_t c = 0; c < channels; ++c) sum[c] = static_cast<float>(sums[c]);
  sum_rows(rows, channels, sums.data(), [&]<class T>(std::size_t place, std::size_t c) {
    return load<T>(dy + place) * (load<T>(x + place) - load<T>(mean + c));
  });
  for (std::size_t c = 0; c < channels; ++c) product[c] = static_cast<float>(sums[c]);
}

void scale_channels(std::size_t rows, std::size_t channels, const float* dy, const float* factor, float* dx) {
  for_each_value(rows, channels, dx,
                 [&]<class T>(std::size_t place, std::size_t c) { return load<T>(dy + place) * load<T>(factor + c); });
}

void combine_channels(std::size_t rows, std::size_t channels, const float* dy, const float* factor, const float* x,
                      const float* mean, const float* slope, const float* offset, float* dx) {
  for_each_value(rows, channels, dx, [&]<class T>(std::size_t place, std::size_t c) {
    return load<T>(dy + place) * load<T>(factor + c) +
           ((load<T>(x + place) - load<T>(mean + c)) * load<T>(slope + c) + load<T>(offset + c));
  });
}

}  // namespace mlsec::engine
