#include "attacks/jpeg.hpp"

#include <array>
#include <cmath>
#include <cstdint>

#include "base/math.hpp"

namespace mlsec::attacks {

namespace {

constexpr std::size_t side = 8;
using Block = std::array<std::array<double, side>, side>;
using Table = std::array<std::uint8_t, side * side>;

// Annex K, tables K.1 and K.2.
constexpr Table luminance{16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
                          14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
                          18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
                          49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};
constexpr Table chrominance{17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,  //
                            24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,  //
                            99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,  //
                            99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};

double rounded(double x) { return std::floor(x + 0.5); }

/// One channel with values of 0 ... 255.
struct Plane {
  std::size_t rows, columns;
  std::vector<double> values;
  Plane(std::size_t rows, std::size_t columns) : rows(rows), columns(columns), values(rows * columns) {}
  double& at(std::size_t row, std::size_t column) {
    return values[std::min(row, rows - 1) * columns + std::min(column, columns - 1)];
  }
};

/// basis[u][x], orthonormal: the transform of a block is basis * block * basis', and back with the transposed basis.
Block cosines() {
  Block basis;
  for (std::size_t u = 0; u < side; ++u)
    for (std::size_t x = 0; x < side; ++x)
      basis[u][x] = (u == 0 ? std::sqrt(0.125) : 0.5) * cos_turn(static_cast<double>((2 * x + 1) * u % 32) / 32);
  return basis;
}

/// left * middle * right, where the outer ones may be transposed.
Block between(const Block& basis, const Block& middle, bool forward) {
  const auto of = [&](std::size_t i, std::size_t j) { return forward ? basis[i][j] : basis[j][i]; };
  Block half{}, product{};
  for (std::size_t i = 0; i < side; ++i)
    for (std::size_t k = 0; k < side; ++k)
      for (std::size_t j = 0; j < side; ++j) half[i][j] += of(i, k) * middle[k][j];
  for (std::size_t i = 0; i < side; ++i)
    for (std::size_t k = 0; k < side; ++k)
      for (std::size_t j = 0; j < side; ++j) product[i][j] += half[i][k] * of(j, k);
  return product;
}

void code(Plane& plane, const Table& table, int quality) {
  const Block basis = cosines();
  const int share = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  for (std::size_t top = 0; top < plane.rows; top += side)
    for (std::size_t left = 0; left < plane.columns; left += side) {
      Block block;
      for (std::size_t i = 0; i < side; ++i)
        for (std::size_t j = 0; j < side; ++j) block[i][j] = rounded(plane.at(top + i, left + j)) - 128;
      block = between(basis, block, true);
      for (std::size_t i = 0; i < side; ++i)
        for (std::size_t j = 0; j < side; ++j) {
          const int step = std::clamp((table[i * side + j] * share + 50) / 100, 1, 255);
          block[i][j] = rounded(block[i][j] / step) * step;
        }
      block = between(basis, block, false);
      for (std::size_t i = 0; i < std::min(side, plane.rows - top); ++i)
        for (std::size_t j = 0; j < std::min(side, plane.columns - left); ++j)
          plane.at(top + i, left + j) = std::clamp(rounded(block[i][j] + 128), 0.0, 255.0);
    }
}

/// Means of 2 x 2 pixels.
Plane halved(Plane& plane) {
  Plane half((plane.rows + 1) / 2, (plane.columns + 1) / 2);
  for (std::size_t row = 0; row < half.rows; ++row)
    for (std::size_t column = 0; column < half.columns; ++column)
      half.at(row, column) = (plane.at(2 * row, 2 * column) + plane.at(2 * row, 2 * column + 1) +
                              plane.at(2 * row + 1, 2 * column) + plane.at(2 * row + 1, 2 * column + 1)) /
                             4;
  return half;
}

}  // namespace

void jpeg(Picture& picture, int quality) {
  const Image& image = picture.image;
  std::vector<Plane> planes(image.channels, Plane(image.rows, image.columns));
  const bool colour = image.channels == 3;
  for (std::size_t i = 0; i < image.pixels(); ++i) {
    const auto pixel = picture.pixel(i);
    for (std::size_t channel = 0; channel < image.channels; ++channel)
      planes[channel].values[i] = rounded(255 * double{std::clamp(pixel[channel], 0.0f, 1.0f)});
    if (!colour) continue;
    const double red = planes[0].values[i], green = planes[1].values[i], blue = planes[2].values[i];
    const double luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    planes[0].values[i] = luma;
    planes[1].values[i] = 128 + (blue - luma) / 1.772;
    planes[2].values[i] = 128 + (red - luma) / 1.402;
  }
  for (std::size_t channel = 0; channel < image.channels; ++channel) {
    if (!colour || channel == 0) {
      code(planes[channel], luminance, quality);
      continue;
    }
    Plane half = halved(planes[channel]);
    code(half, chrominance, quality);
    for (std::size_t row = 0; row < image.rows; ++row)
      for (std::size_t column = 0; column < image.columns; ++column)
        planes[channel].at(row, column) = half.at(row / 2, column / 2);
  }
  for (std::size_t i = 0; i < image.pixels(); ++i) {
    const auto pixel = picture.pixel(i);
    const auto write = [&](std::size_t channel, double value) {
      pixel[channel] = static_cast<float>(std::clamp(rounded(value), 0.0, 255.0) / 255);
    };
    if (colour) {
      const double luma = planes[0].values[i];
      const double blue = luma + 1.772 * (planes[1].values[i] - 128), red = luma + 1.402 * (planes[2].values[i] - 128);
      write(0, red);
      write(1, (luma - 0.299 * red - 0.114 * blue) / 0.587);
      write(2, blue);
    } else {
      for (std::size_t channel = 0; channel < image.channels; ++channel) write(channel, planes[channel].values[i]);
    }
  }
}

}  // namespace mlsec::attacks
