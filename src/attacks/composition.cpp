#include "attacks/composition.hpp"

#include <cmath>

#include "attacks/features.hpp"
#include "base/math.hpp"

namespace mlsec::attacks {

namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

/// What hue and saturation do to red, green and blue: chroma turned and stretched in the plane of the NTSC's I and Q.
Matrix colour_matrix(Change change, double size) {
  const bool hue = change == Change::hue;
  const double cosine = hue ? cos_turn(size / 360) : 1 + size, sine = hue ? sin_turn(size / 360) : 0;
  constexpr Matrix to{{{0.299, 0.587, 0.114}, {0.595716, -0.274453, -0.321263}, {0.211456, -0.522591, 0.311135}}};
  constexpr Matrix back{
      {{1, 0.9562948323, 0.6210251254}, {1, -0.2721214740, -0.6473809535}, {1, -1.1069899085, 1.7046149754}}};
  Matrix matrix{};
  for (std::size_t j = 0; j < 3; ++j) {
    const double i_turned = cosine * to[1][j] - sine * to[2][j], q_turned = sine * to[1][j] + cosine * to[2][j];
    for (std::size_t i = 0; i < 3; ++i) matrix[i][j] = to[0][j] + back[i][1] * i_turned + back[i][2] * q_turned;
  }
  return matrix;
}

void recolour(const Matrix& matrix, bool transposed, Picture& picture) {
  if (picture.image.channels != 3) return;
  for (std::size_t pixel = 0; pixel < picture.image.pixels(); ++pixel) {
    const auto x = picture.pixel(pixel);
    std::array<double, 3> sum{};
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 3; ++j) sum[i] += (transposed ? matrix[j][i] : matrix[i][j]) * double{x[j]};
    for (std::size_t i = 0; i < 3; ++i) x[i] = static_cast<float>(sum[i]);
  }
}

/// The image turned, or with `transposed` each value handed back to the pixels it was made of.
Picture turned(double degrees, bool transposed, const Picture& from) {
  const Image& image = from.image;
  Picture to(image.rows, image.columns, image.channels);
  const double sine = sin_turn(degrees / 360), cosine = cos_turn(degrees / 360);
  const double middle_row = (static_cast<double>(image.rows) - 1) / 2;
  const double middle_column = (static_cast<double>(image.columns) - 1) / 2;
  for (std::size_t row = 0; row < image.rows; ++row)
    for (std::size_t column = 0; column < image.columns; ++column) {
      const double y = static_cast<double>(row) - middle_row, x = static_cast<double>(column) - middle_column;
      const double source_row = cosine * y + sine * x + middle_row;
      const double source_column = cosine * x - sine * y + middle_column;
      const double top = std::floor(source_row), left = std::floor(source_column);
      for (double r : {top, top + 1})
        for (double c : {left, left + 1}) {
          if (r < 0 || c < 0 || r >= static_cast<double>(image.rows) || c >= static_cast<double>(image.columns))
            continue;
          const auto share = static_cast<float>((1 - std::fabs(source_row - r)) * (1 - std::fabs(source_column - c)));
          const auto source = static_cast<std::size_t>(r), place = static_cast<std::size_t>(c);
          for (std::size_t channel = 0; channel < image.channels; ++channel)
            if (transposed)
              to.at(source, place, channel) += share * from.at(row, column, channel);
            else
              to.at(row, column, channel) += share * from.at(source, place, channel);
        }
    }
  return to;
}

/// The change, or the transpose of its linear part.
Picture apply(Change change, const ChangeSizes& by, double size, bool transposed, const Picture& from) {
  if (change == Change::rotation) return turned(size, transposed, from);
  Picture to = from;
  if (change == Change::hue || change == Change::saturation) recolour(colour_matrix(change, size), transposed, to);
  if (change == Change::contrast) scale(to.values, 1 + size);
  if (transposed) return to;
  if (change == Change::pixels) add_scaled(to.values, 1, by.pixels);
  if (change == Change::brightness)
    for (float& value : to.values) value += static_cast<float>(size);
  return to;
}

}  // namespace

Picture changed(Change change, const ChangeSizes& by, const Picture& from) {
  return apply(change, by, by.sizes[static_cast<std::size_t>(change)], false, from);
}

Picture pulled_back(Change change, const ChangeSizes& by, const Picture& gradient) {
  return apply(change, by, by.sizes[static_cast<std::size_t>(change)], true, gradient);
}

double size_derivative(Change change, const ChangeSizes& by, const Picture& from, const Picture& gradient) {
  const double size = by.sizes[static_cast<std::size_t>(change)];
  const double step = change == Change::hue || change == Change::rotation ? 0.25 : 1e-2;
  const double beyond = dot(gradient.values, apply(change, by, size + step, false, from).values);
  return (beyond - dot(gradient.values, apply(change, by, size - step, false, from).values)) / (2 * step);
}

}  // namespace mlsec::attacks
