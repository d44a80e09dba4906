#include "train/augmentation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {
namespace {

using train::Augmentation;
using train::AugmentationKey;
using train::AugmentationOptions;

using Image = std::vector<float>;

constexpr std::size_t height = 5, width = 6, channels = 2, size = height * width * channels;
const Shape shape{height, width, channels};

Augmentation make(const AugmentationOptions& options, Bounds bounds = {}) {
  auto made = Augmentation::make(options, shape, bounds);
  REQUIRE(made.ok());
  return std::move(made).value();
}

std::size_t place(std::size_t y, std::size_t x, std::size_t channel) { return (y * width + x) * channels + channel; }

/// No two pixels alike, none 0.
Image numbered() {
  Image image(size);
  for (std::size_t i = 0; i < size; ++i) image[i] = static_cast<float>(i + 1) / (size + 1);
  return image;
}

Image shifted(const Image& image, int down, int right) {
  Image moved(size, 0);
  for (int y = 0; y < static_cast<int>(height); ++y)
    for (int x = 0; x < static_cast<int>(width); ++x)
      for (std::size_t c = 0; c < channels; ++c) {
        const int to_y = y + down, to_x = x + right;
        if (to_y < 0 || to_y >= static_cast<int>(height) || to_x < 0 || to_x >= static_cast<int>(width)) continue;
        moved[place(static_cast<std::size_t>(to_y), static_cast<std::size_t>(to_x), c)] =
            image[place(static_cast<std::size_t>(y), static_cast<std::size_t>(x), c)];
      }
  return moved;
}

Image mirrored(const Image& image) {
  Image result(size);
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x)
      for (std::size_t c = 0; c < channels; ++c) result[place(y, width - 1 - x, c)] = image[place(y, x, c)];
  return result;
}

Image applied(Augmentation& augmentation, Image image, std::uint32_t sample, std::uint32_t epoch = 0,
              std::uint64_t seed = 1) {
  augmentation.apply({seed, sample, epoch}, image);
  return image;
}

/// Counts against equally likely kinds, n draws of `counts.size()` of them: the largest deviation in standard
/// deviations.
double largest_deviation(const std::vector<int>& counts, int draws) {
  const double p = 1.0 / static_cast<double>(counts.size()), deviation = std::sqrt(draws * p * (1 - p));
  double largest = 0;
  for (int count : counts) largest = std::max(largest, std::fabs(count - draws * p) / deviation);
  return largest;
}

AugmentationOptions all_of_them() { return {2, true, 0.4, 0.1, 2, 0.5}; }

}  // namespace

TEST_CASE("an augmented sample depends on seed, sample and epoch alone") {
  auto once = make(all_of_them()), again = make(all_of_them());
  applied(again, numbered(), 99);  // whatever came before
  for (std::uint32_t sample = 0; sample < 20; ++sample)
    CHECK(test::same_bytes(applied(once, numbered(), sample), applied(again, numbered(), sample)));
  const Image image = applied(once, numbered(), 3);
  CHECK(!test::same_bytes(image, applied(once, numbered(), 4)));
  CHECK(!test::same_bytes(image, applied(once, numbered(), 3, 1)));
  CHECK(!test::same_bytes(image, applied(once, numbered(), 3, 0, 2)));
}

TEST_CASE("without an option nothing happens") {
  auto none = make({});
  CHECK(!none.active());
  CHECK(test::same_bytes(applied(none, numbered(), 1), numbered()));
}

TEST_CASE("a shift moves by any offset equally often, and zeros come in") {
  auto augmentation = make({.shift = 2});
  std::vector<int> counts(25);
  constexpr int draws = 5000;
  for (std::uint32_t sample = 0; sample < draws; ++sample) {
    const Image image = applied(augmentation, numbered(), sample);
    for (int offset = 0; offset < 25; ++offset)
      if (image == shifted(numbered(), offset / 5 - 2, offset % 5 - 2)) ++counts[static_cast<std::size_t>(offset)];
  }
  CHECK(std::accumulate(counts.begin(), counts.end(), 0) == draws);
  CHECK(largest_deviation(counts, draws) < 4);
}

TEST_CASE("a shift farther than the image is wide leaves nothing but zeros") {
  auto augmentation = make({.shift = 1000});
  int empty = 0;
  for (std::uint32_t sample = 0; sample < 50; ++sample)
    empty += applied(augmentation, numbered(), sample) == Image(size);
  CHECK(empty > 40);
}

TEST_CASE("a flip mirrors every second image") {
  auto augmentation = make({.flip = true});
  CHECK(mirrored(mirrored(numbered())) == numbered());
  std::vector<int> counts(2);
  constexpr int draws = 2000;
  for (std::uint32_t sample = 0; sample < draws; ++sample) {
    const Image image = applied(augmentation, numbered(), sample);
    counts[0] += image == numbered();
    counts[1] += image == mirrored(numbered());
  }
  CHECK(counts[0] + counts[1] == draws);
  CHECK(largest_deviation(counts, draws) < 4);
}

TEST_CASE("a crop keeps what is constant, and what it shows lies between the smallest and the largest value") {
  auto augmentation = make({.crop = 0.9});
  const Image constant(size, 0.3f), image = numbered();
  for (std::uint32_t sample = 0; sample < 200; ++sample) {
    CHECK(test::same_bytes(applied(augmentation, constant, sample), constant));
    for (float value : applied(augmentation, image, sample)) CHECK((value >= image.front() && value <= image.back()));
  }
}

TEST_CASE("a crop stretches: rows and columns stay in order, and move by no more than was cut off") {
  constexpr float crop = 0.3f;
  auto augmentation = make({.crop = crop});
  Image rows(size), columns(size);
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x)
      for (std::size_t c = 0; c < channels; ++c) {
        rows[place(y, x, c)] = static_cast<float>(y);
        columns[place(y, x, c)] = static_cast<float>(x);
      }
  for (std::uint32_t sample = 0; sample < 200; ++sample) {
    const Image by_row = applied(augmentation, rows, sample), by_column = applied(augmentation, columns, sample);
    for (std::size_t y = 0; y < height; ++y)
      for (std::size_t x = 0; x < width; ++x) {
        const float row = by_row[place(y, x, 0)], column = by_column[place(y, x, 0)];
        CHECK(std::fabs(row - static_cast<float>(y)) <= crop / 2 * height);
        CHECK(std::fabs(column - static_cast<float>(x)) <= crop / 2 * width);
        if (y > 0) CHECK(row >= by_row[place(y - 1, x, 0)]);
        if (x > 0) CHECK(column >= by_column[place(y, x - 1, 0)]);
        CHECK(by_row[place(y, x, 1)] == row);
      }
  }
}

TEST_CASE("noise has its standard deviation and no direction") {
  auto augmentation = make({.noise = 0.2}, {-100, 100});
  double sum = 0, squares = 0;
  constexpr int draws = 500;
  for (std::uint32_t sample = 0; sample < draws; ++sample)
    for (float value : applied(augmentation, Image(size), sample)) {
      sum += double{value};
      squares += double{value} * double{value};
    }
  const double count = draws * size;
  CHECK(std::fabs(sum / count) < 4 * 0.2 / std::sqrt(count));
  CHECK(std::fabs(std::sqrt(squares / count) / 0.2 - 1) < 4 / std::sqrt(2 * count));
}

TEST_CASE("noise stays within the bounds") {
  auto augmentation = make({.noise = 5}, {-0.5f, 2});
  std::size_t low = 0, high = 0;
  for (std::uint32_t sample = 0; sample < 20; ++sample)
    for (float value : applied(augmentation, numbered(), sample)) {
      CHECK((value >= -0.5f && value <= 2));
      low += value == -0.5f;
      high += value == 2;
    }
  CHECK(low > 0);
  CHECK(high > 0);
}

TEST_CASE("cutout sets a square around any pixel to zero, as far as it lies inside") {
  for (int side : {1, 2, 3, 100}) {
    CAPTURE(side);
    auto augmentation = make({.cutout = side});
    std::vector<int> counts(height * width);
    constexpr int draws = 3000;
    for (std::uint32_t sample = 0; sample < draws; ++sample) {
      const Image image = applied(augmentation, numbered(), sample);
      for (int centre = 0; centre < static_cast<int>(height * width); ++centre) {
        Image expected = numbered();
        const int top = centre / static_cast<int>(width) - side / 2, left = centre % static_cast<int>(width) - side / 2;
        for (int y = std::max(top, 0); y < std::min(top + side, static_cast<int>(height)); ++y)
          for (int x = std::max(left, 0); x < std::min(left + side, static_cast<int>(width)); ++x)
            for (std::size_t c = 0; c < channels; ++c)
              expected[place(static_cast<std::size_t>(y), static_cast<std::size_t>(x), c)] = 0;
        if (image != expected) continue;
        ++counts[static_cast<std::size_t>(centre)];
        break;
      }
    }
    CHECK(std::accumulate(counts.begin(), counts.end(), 0) == draws);
    if (side == 1) CHECK(largest_deviation(counts, draws) < 4);
  }
}

TEST_CASE("what needs an image is refused for vectors by its name, noise and mixup are not") {
  const auto field_of = [](const AugmentationOptions& options) {
    const auto made = Augmentation::make(options, Shape{4}, {});
    return made.ok() ? std::string() : made.error().field;
  };
  CHECK(field_of({.shift = 1}) == "augmentation.shift");
  CHECK(field_of({.flip = true}) == "augmentation.flip");
  CHECK(field_of({.crop = 0.1}) == "augmentation.crop");
  CHECK(field_of({.cutout = 2}) == "augmentation.cutout");
  CHECK(field_of({.noise = 1, .mixup = 1}) == "");
}

}  // namespace mlsec
