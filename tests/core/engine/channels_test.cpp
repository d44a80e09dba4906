#include "engine/channels.hpp"

#include <doctest/doctest.h>

#include "tests/core/engine/shapes.hpp"
#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {
namespace {

using test::largest_error;
using test::random_tensor;
using test::rows_by;
using Values = std::vector<double>;

/// Calls visit(rows, channels): channels go four at a time, rows two at a time in blocks of 64.
template <class Visit>
void for_each_size(Visit visit) {
  for (std::size_t rows : {1u, 2u, 63u, 64u, 65u, 200u})
    for (std::size_t channels : {1u, 3u, 4u, 5u, 8u, 11u}) {
      CAPTURE(rows);
      CAPTURE(channels);
      visit(rows, channels);
    }
}

}  // namespace

TEST_CASE("sums, means and variances by channel are right") {
  for_each_size([](std::size_t rows, std::size_t channels) {
    const Tensor x = random_tensor(rows_by(rows, channels), 1), dy = random_tensor(rows_by(rows, channels), 2);
    Tensor mean(rows_by(1, channels)), variance(rows_by(1, channels)), sum(rows_by(1, channels)),
        product(rows_by(1, channels));
    engine::channel_moments(rows, channels, x.data(), mean.data(), variance.data());
    engine::channel_sums(rows, channels, dy.data(), x.data(), mean.data(), sum.data(), product.data());
    Values means(channels), variances(channels), sums(channels), products(channels);
    const double count = static_cast<double>(rows);
    for (std::size_t i = 0; i < x.size(); ++i) means[i % channels] += double{x[i]} / count;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double distance = double{x[i]} - means[i % channels];
      variances[i % channels] += distance * distance / count;
      sums[i % channels] += double{dy[i]};
      products[i % channels] += double{dy[i]} * distance;
    }
    CHECK(largest_error(mean.values(), means) < 1e-6);
    CHECK(largest_error(variance.values(), variances) < 1e-6);
    CHECK(largest_error(sum.values(), sums) < 2e-6);
    CHECK(largest_error(product.values(), products) < 2e-6);
  });
}

TEST_CASE("maps by channel apply each channel's numbers to all its rows") {
  for_each_size([](std::size_t rows, std::size_t channels) {
    const Tensor x = random_tensor(rows_by(rows, channels), 1), dy = random_tensor(rows_by(rows, channels), 2);
    const Tensor numbers = random_tensor(rows_by(4, channels), 3);
    const float *mean = numbers.data(), *factor = mean + channels, *slope = factor + channels,
                *shift = slope + channels;
    Tensor normalised(x.shape()), scaled(x.shape()), combined(x.shape());
    engine::normalise_channels(rows, channels, x.data(), mean, factor, shift, normalised.data());
    engine::scale_channels(rows, channels, dy.data(), factor, scaled.data());
    engine::combine_channels(rows, channels, dy.data(), factor, x.data(), mean, slope, shift, combined.data());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t c = i % channels;
      CHECK(normalised[i] == (x[i] - mean[c]) * factor[c] + shift[c]);
      CHECK(scaled[i] == dy[i] * factor[c]);
      CHECK(combined[i] == dy[i] * factor[c] + ((x[i] - mean[c]) * slope[c] + shift[c]));
    }
  });
}

}  // namespace mlsec
