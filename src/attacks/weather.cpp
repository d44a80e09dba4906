#include "attacks/weather.hpp"

#include <bit>
#include <cmath>

#include "attacks/motion_blur.hpp"
#include "attacks/resampling.hpp"

namespace mlsec::attacks {

Picture plasma(std::size_t rows, std::size_t columns, double decay, Random& random) {
  const std::size_t size = std::bit_ceil(std::max<std::size_t>({rows, columns, 2}));
  Picture map(size, size, 1);
  const auto at = [&](std::size_t row, std::size_t column) -> float& { return map.at(row % size, column % size); };
  double wobble = 1;
  for (std::size_t step = size; step >= 2; step /= 2, wobble /= decay) {
    const std::size_t half = step / 2;
    const auto grow = [&](float& value, float a, float b, float c, float d) {
      const double mean = (double{a} + double{b} + double{c} + double{d}) / 4;
      value = static_cast<float>(mean + wobble * double{random.uniform(-1, 1)});
    };
    for (std::size_t row = 0; row < size; row += step)
      for (std::size_t column = 0; column < size; column += step)
        grow(at(row + half, column + half), at(row, column), at(row, column + step), at(row + step, column),
             at(row + step, column + step));
    // Above and left of each centre.
    for (std::size_t row = 0; row < size; row += step)
      for (std::size_t column = 0; column < size; column += step) {
        grow(at(row, column + half), at(row, column), at(row, column + step), at(row + half, column + half),
             at(row + size - half, column + half));
        grow(at(row + half, column), at(row, column), at(row + step, column), at(row + half, column + half),
             at(row + half, column + size - half));
      }
  }
  Picture field(rows, columns, 1);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column) field.at(row, column) = map.at(row, column);
  const auto [least, most] = std::minmax_element(field.values.begin(), field.values.end());
  const float low = *least, width = *most - low;
  for (float& value : field.values) value = width > 0 ? (value - low) / width : 0;
  return field;
}

Picture frost_field(std::size_t rows, std::size_t columns, Random& random) {
  Picture field = plasma(rows, columns, 1.7, random);
  const Picture first = plasma(rows, columns, 1.7, random), second = plasma(rows, columns, 1.7, random);
  for (std::size_t i = 0; i < field.values.size(); ++i) {
    const auto ridge = [&](const Picture& of) { return 1 - std::fabs(2 * of.values[i] - 1); };
    const float sharp = std::max(ridge(first), ridge(second));
    field.values[i] = 0.4f * field.values[i] + 0.6f * sharp * sharp * sharp * sharp;
  }
  return field;
}

namespace {

struct SnowStrength {
  float mean, deviation, zoom, threshold, radius, blur, keep;
};
constexpr SnowStrength snows[] = {{0.1f, 0.2f, 1, 0.6f, 8, 3, 0.95f},
                                  {0.1f, 0.2f, 1, 0.5f, 10, 4, 0.9f},
                                  {0.15f, 0.3f, 1.75f, 0.55f, 10, 4, 0.9f},
                                  {0.25f, 0.3f, 2.25f, 0.6f, 12, 6, 0.85f},
                                  {0.3f, 0.3f, 1.25f, 0.65f, 14, 12, 0.8f}};

}  // namespace

Picture snow_field(std::size_t rows, std::size_t columns, int severity, Random& random) {
  const SnowStrength& snow = snows[severity - 1];
  Picture flakes(rows, columns, 1);
  for (float& value : flakes.values) value = snow.mean + snow.deviation * random.normal();
  flakes = zoomed(flakes, double{snow.zoom});
  for (float& value : flakes.values) value = value < snow.threshold ? 0 : std::min(value, 1.0f);
  const double scale = flakes.scale();
  const double angle = double{random.uniform(45, 135)} / 360;
  motion_blur(flakes, motion_taps(double{snow.blur} * scale, 2 * double{snow.radius} * scale, angle));
  Picture field = flakes;
  for (std::size_t i = 0; i < field.values.size(); ++i) field.values[i] += flakes.values[field.values.size() - 1 - i];
  return field;
}

double snow_whitening(int severity) { return 1 - double{snows[severity - 1].keep}; }

void blend(Picture& picture, double keep, double add, const Picture& field) {
  for (std::size_t i = 0; i < picture.image.pixels(); ++i)
    for (float& value : picture.pixel(i))
      value = static_cast<float>(keep * double{value} + add * double{field.values[i]});
}

void lay_snow(Picture& picture, double whitening, double amount, const Picture& field) {
  for (std::size_t i = 0; i < picture.image.pixels(); ++i) {
    const auto pixel = picture.pixel(i);
    const double white = 1.5 * brightness_of(pixel) + 0.5;
    for (float& value : pixel) {
      const double x = double{value};
      value =
          static_cast<float>((1 - whitening) * x + whitening * std::max(x, white) + amount * double{field.values[i]});
    }
  }
}

Picture zoomed(const Picture& picture, double factor) {
  const Image& image = picture.image;
  Picture larger = picture;
  const auto source = [&](std::size_t to, std::size_t extent) {
    const double middle = (static_cast<double>(extent) - 1) / 2;
    return middle + (static_cast<double>(to) - middle) / factor;
  };
  for (std::size_t row = 0; row < image.rows; ++row)
    for (std::size_t column = 0; column < image.columns; ++column)
      for (std::size_t channel = 0; channel < image.channels; ++channel)
        larger.at(row, column, channel) = static_cast<float>(
            sample(image, picture.values, source(row, image.rows), source(column, image.columns), channel).value);
  return larger;
}

}  // namespace mlsec::attacks
