#include "engine/pooling.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/core/engine/shapes.hpp"
#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {
namespace {

using engine::Window;
using test::batches;
using test::largest_error;
using test::random_tensor;
using test::rows_by;
using test::to_doubles;
using test::reference::for_each_tap;

template <class Visit>
void for_each_case(Visit visit) {
  std::size_t index = 0;
  for (const Window& w : test::pooling_windows()) {
    CAPTURE(index);
    for (std::size_t rows : batches) visit(w, rows);
    ++index;
  }
}

/// For each output the first of its inputs, row by row, that is as large as any.
std::vector<std::uint32_t> winners_of(const Window& w, std::span<const float> image) {
  const std::size_t channels = w.input_channels, none = image.size();
  std::vector<std::uint32_t> winners(w.output_size(), static_cast<std::uint32_t>(none));
  for_each_tap(w, [&](std::size_t to, std::size_t from, std::size_t) {
    for (std::size_t c = 0; c < channels; ++c) {
      std::uint32_t& winner = winners[to * channels + c];
      if (winner == none || image[from * channels + c] > image[winner])
        winner = static_cast<std::uint32_t>(from * channels + c);
    }
  });
  return winners;
}

struct MaxPooled {
  Tensor output;
  std::vector<std::uint32_t> winners;

  MaxPooled(const Window& w, std::size_t rows, const Tensor& x)
      : output(Tensor::filled(rows_by(rows, w.output_size()), 1e9f)), winners(rows * w.output_size()) {
    engine::max_pool(w, rows, x.data(), output.data(), winners.data());
  }
};

}  // namespace

TEST_CASE("max pooling keeps the largest entry of each window and its place") {
  for_each_case([](const Window& w, std::size_t rows) {
    const Tensor x = random_tensor(rows_by(rows, w.input_size()), 1);
    const MaxPooled pooled(w, rows, x);
    bool same = true;
    for (std::size_t row = 0; row < rows; ++row) {
      const auto image = x.values().subspan(row * w.input_size(), w.input_size());
      const auto expected = test::reference::max_pool(w, to_doubles(image));
      const auto winners = winners_of(w, image);
      for (std::size_t i = 0; i < w.output_size(); ++i) {
        same = same && double{pooled.output[row * w.output_size() + i]} == expected[i];
        same = same && pooled.winners[row * w.output_size() + i] == winners[i];
      }
    }
    CHECK(same);
  });
}

TEST_CASE("padding never wins, not even over negative numbers") {
  for_each_case([](const Window& w, std::size_t rows) {
    const Tensor x = random_tensor(rows_by(rows, w.input_size()), 2, -9, -1);
    const MaxPooled pooled(w, rows, x);
    for (std::size_t row = 0; row < rows; ++row)
      CHECK(largest_error(test::row_of(pooled.output, row, w.output_size()).values(),
                          test::reference::max_pool(
                              w, to_doubles(x.values().subspan(row * w.input_size(), w.input_size())))) == 0);
  });
}

TEST_CASE("of equal entries the first one wins") {
  for (const Window& w : test::pooling_windows()) {
    const Tensor x = Tensor::filled(rows_by(2, w.input_size()), 0.5f);
    const MaxPooled pooled(w, 2, x);
    const auto winners = winners_of(w, x.values().first(w.input_size()));
    CHECK(std::equal(winners.begin(), winners.end(), pooled.winners.begin()));
    CHECK(std::equal(winners.begin(), winners.end(), pooled.winners.begin() + std::ssize(winners)));
  }
}

TEST_CASE("the gradient of max pooling goes to the winners, as often as each won") {
  for_each_case([](const Window& w, std::size_t rows) {
    const Tensor x = random_tensor(rows_by(rows, w.input_size()), 3),
                 cotangent = random_tensor(rows_by(rows, w.output_size()), 4);
    const MaxPooled pooled(w, rows, x);
    Tensor gradient = Tensor::filled(rows_by(rows, w.input_size()), 1e9f);
    engine::max_pool_backward(w, rows, pooled.winners.data(), cotangent.data(), gradient.data());
    std::vector<double> expected(gradient.size());
    for (std::size_t row = 0; row < rows; ++row) {
      const auto winners = winners_of(w, x.values().subspan(row * w.input_size(), w.input_size()));
      for (std::size_t i = 0; i < w.output_size(); ++i)
        expected[row * w.input_size() + winners[i]] += double{cotangent[row * w.output_size() + i]};
    }
    CHECK(largest_error(gradient.values(), expected) < 2e-6);
  });
}

TEST_CASE("average pooling divides by the whole window or by what of it lies inside") {
  for_each_case([](const Window& w, std::size_t rows) {
    const Tensor x = random_tensor(rows_by(rows, w.input_size()), 5);
    for (bool count_padding : {false, true}) {
      CAPTURE(count_padding);
      Tensor y = Tensor::filled(rows_by(rows, w.output_size()), 1e9f);
      engine::average_pool(w, count_padding, rows, x.data(), y.data());
      double largest = 0;
      for (std::size_t row = 0; row < rows; ++row)
        largest = std::max(
            largest,
            largest_error(y.values().subspan(row * w.output_size(), w.output_size()),
                          test::reference::average_pool(
                              w, count_padding, to_doubles(x.values().subspan(row * w.input_size(), w.input_size())))));
      CHECK(largest < 5e-7);
    }
  });
}

TEST_CASE("the gradient of average pooling spreads each cotangent over its window") {
  for_each_case([](const Window& w, std::size_t rows) {
    const Tensor cotangent = random_tensor(rows_by(rows, w.output_size()), 6);
    const std::size_t channels = w.input_channels;
    std::vector<double> taps(w.positions());
    for_each_tap(w, [&](std::size_t to, std::size_t, std::size_t) { ++taps[to]; });
    for (bool count_padding : {false, true}) {
      CAPTURE(count_padding);
      Tensor gradient = Tensor::filled(rows_by(rows, w.input_size()), 1e9f);
      engine::average_pool_backward(w, count_padding, rows, cotangent.data(), gradient.data());
      std::vector<double> expected(gradient.size());
      for (std::size_t row = 0; row < rows; ++row)
        for_each_tap(w, [&](std::size_t to, std::size_t from, std::size_t) {
          const double divisor = count_padding ? static_cast<double>(w.taps()) : taps[to];
          for (std::size_t c = 0; c < channels; ++c)
            expected[row * w.input_size() + from * channels + c] +=
                double{cotangent[row * w.output_size() + to * channels + c]} / divisor;
        });
      CHECK(largest_error(gradient.values(), expected) < 2e-6);
    }
  });
}

}  // namespace mlsec
