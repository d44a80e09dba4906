#include "attacks/corruptions.hpp"

#include <cmath>

#include "attacks/gaussian_blur.hpp"
#include "attacks/jpeg.hpp"
#include "attacks/motion_blur.hpp"
#include "attacks/resampling.hpp"
#include "attacks/weather.hpp"
#include "base/math.hpp"

namespace mlsec::attacks {

namespace {

/// One number for each severity.
using Five = std::array<float, 5>;

class Corruption {
 public:
  Corruption(int severity, Random& random, Picture& picture)
      : level_(static_cast<std::size_t>(severity - 1)),
        random_(random),
        picture_(picture),
        image_(picture.image),
        scale_(picture.scale()) {}

  void gaussian_noise() {
    const float deviation = of({0.04f, 0.06f, 0.08f, 0.09f, 0.10f});
    for (float& value : picture_.values) value += deviation * random_.normal();
  }

  void shot_noise() {
    const double photons = double{of({500, 250, 100, 75, 50})};
    for (float& value : picture_.values) value = static_cast<float>(poisson(photons * double{value}) / photons);
  }

  void impulse_noise() {
    const float share = of({0.01f, 0.02f, 0.03f, 0.05f, 0.07f});
    for (float& value : picture_.values) {
      const float drawn = random_.uniform();
      if (drawn < share) value = drawn < share / 2 ? 0 : 1;
    }
  }

  void speckle_noise() {
    const float deviation = of({0.06f, 0.1f, 0.12f, 0.16f, 0.2f});
    for (float& value : picture_.values) value += deviation * value * random_.normal();
  }

  void defocus_blur() {
    // A disk with a soft rim, so that its radius may be any number of pixels, then smoothed a little.
    const double radius = double{of({0.3f, 0.4f, 0.5f, 1, 1.5f})} * scale_;
    const auto reach = static_cast<std::ptrdiff_t>(radius + 0.5);
    std::vector<MotionTap> disk;
    double sum = 0;
    for (std::ptrdiff_t down = -reach; down <= reach; ++down)
      for (std::ptrdiff_t right = -reach; right <= reach; ++right) {
        const double away = std::sqrt(static_cast<double>(down * down + right * right));
        const double weight = std::clamp(radius + 0.5 - away, 0.0, 1.0);
        if (weight > 0) disk.push_back({down, right, weight});
        sum += weight;
      }
    for (MotionTap& tap : disk) tap.weight /= sum;
    attacks::motion_blur(picture_, disk);
    blur(double{of({0.4f, 0.5f, 0.6f, 0.2f, 0.1f})});
  }

  void glass_blur() {
    const double deviation = double{of({0.05f, 0.25f, 0.4f, 0.25f, 0.4f})};
    const int rounds = static_cast<int>(of({1, 1, 1, 2, 2}));
    const auto farthest = static_cast<std::uint32_t>(std::max(1.0, scale_ + 0.5));
    blur(deviation);
    const auto neighbour = [&](std::size_t from, std::size_t extent) {
      const auto to =
          static_cast<std::ptrdiff_t>(from + random_.below(2 * farthest + 1)) - static_cast<std::ptrdiff_t>(farthest);
      return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(to, 0, static_cast<std::ptrdiff_t>(extent) - 1));
    };
    for (int round = 0; round < rounds; ++round)
      for (std::size_t row = 0; row < image_.rows; ++row)
        for (std::size_t column = 0; column < image_.columns; ++column) {
          const std::size_t other_row = neighbour(row, image_.rows), other_column = neighbour(column, image_.columns);
          std::ranges::swap_ranges(picture_.pixel(row * image_.columns + column),
                                   picture_.pixel(other_row * image_.columns + other_column));
        }
    blur(deviation);
  }

  void motion_blur() {
    const double radius = double{of({6, 6, 6, 8, 9})}, deviation = double{of({1, 1.5f, 2, 2, 2.5f})};
    const double angle = double{random_.uniform(-45, 45)} / 360;
    attacks::motion_blur(picture_, motion_taps(deviation * scale_, 2 * radius * scale_, angle));
  }

  void zoom_blur() {
    const int zooms = static_cast<int>(of({6, 11, 16, 21, 26}));
    const Picture before = picture_;
    std::vector<double> sum(before.values.begin(), before.values.end());
    for (int zoom = 0; zoom < zooms; ++zoom) {
      const Picture larger = zoomed(before, 1 + 0.01 * zoom);
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += double{larger.values[i]};
    }
    for (std::size_t i = 0; i < sum.size(); ++i) picture_.values[i] = static_cast<float>(sum[i] / (zooms + 1));
  }

  void gaussian_blur() { blur(double{of({0.4f, 0.6f, 0.7f, 0.8f, 1})}); }

  void snow() {
    const int severity = static_cast<int>(level_) + 1;
    lay_snow(picture_, snow_whitening(severity), 1, snow_field(image_.rows, image_.columns, severity, random_));
  }

  void frost() {
    blend(picture_, double{of({1, 1, 0.9f, 0.85f, 0.75f})}, double{of({0.2f, 0.3f, 0.4f, 0.4f, 0.45f})},
          frost_field(image_.rows, image_.columns, random_));
  }

  void fog() {
    const double amount = double{of({0.2f, 0.5f, 0.75f, 1, 1.5f})};
    const double most = double{*std::max_element(picture_.values.begin(), picture_.values.end())};
    const double keep = most / (most + amount);
    blend(picture_, keep, keep * amount,
          plasma(image_.rows, image_.columns, double{of({3, 3, 2.5f, 2, 1.75f})}, random_));
  }

  void spatter() {
    const bool mud = level_ >= 3;
    const double mean = double{of({0.62f, 0.65f, 0.65f, 0.65f, 0.65f})};
    const double deviation = double{of({0.1f, 0.1f, 0.3f, 0.1f, 0.1f})};
    const double reach = double{of({0.7f, 0.8f, 1, 0.7f, 0.5f})};
    const float threshold = of({0.7f, 0.7f, 0.69f, 0.69f, 0.68f});
    const double strength = double{of({0.5f, 0.5f, 0.5f, 0.6f, 0.6f})};
    Picture liquid(image_.rows, image_.columns, 1);
    // What a blur takes from noise grows with it: drops of any size are as many.
    for (float& value : liquid.values) value = static_cast<float>(mean + deviation * scale_ * double{random_.normal()});
    blur(liquid, reach);
    for (float& value : liquid.values) value = value < threshold ? 0 : mud ? 1 : value;
    if (mud) {
      blur(liquid, strength);
      for (float& value : liquid.values) value = value < 0.8f ? 0 : value;
    } else {
      const double most = double{*std::max_element(liquid.values.begin(), liquid.values.end())};
      for (float& value : liquid.values) value = most > 0 ? static_cast<float>(strength * double{value} / most) : 0;
    }
    constexpr std::array<float, 3> brown{63 / 255.0f, 42 / 255.0f, 20 / 255.0f};
    constexpr std::array<float, 3> turquoise{175 / 255.0f, 238 / 255.0f, 238 / 255.0f};
    const auto& colour = mud ? brown : turquoise;
    const auto grey = static_cast<float>(brightness_of(colour));
    for (std::size_t i = 0; i < image_.pixels(); ++i) {
      const auto pixel = picture_.pixel(i);
      const float share = liquid.values[i];
      for (std::size_t channel = 0; channel < pixel.size(); ++channel)
        pixel[channel] = pixel[channel] * (mud ? 1 - share : 1) + share * (pixel.size() == 3 ? colour[channel] : grey);
    }
  }

  void brightness() {
    const float more = of({0.05f, 0.1f, 0.15f, 0.2f, 0.3f});
    // Value of hue, saturation and value is the largest channel; the others keep their share of it.
    for_each_pixel([&](std::span<float> pixel, float, float most) {
      const float wanted = std::min(most + more, 1.0f);
      for (float& value : pixel) value = most > 0 ? value * (wanted / most) : wanted;
    });
  }

  void contrast() {
    const double keep = double{of({0.75f, 0.5f, 0.4f, 0.3f, 0.15f})};
    for (std::size_t channel = 0; channel < image_.channels; ++channel) {
      double mean = 0;
      for (std::size_t i = 0; i < image_.pixels(); ++i) mean += double{picture_.pixel(i)[channel]};
      mean /= static_cast<double>(image_.pixels());
      for (std::size_t i = 0; i < image_.pixels(); ++i) {
        float& value = picture_.pixel(i)[channel];
        value = static_cast<float>(mean + keep * (double{value} - mean));
      }
    }
  }

  void saturate() {
    const float times = of({0.3f, 0.1f, 1.5f, 2, 2.5f}), more = of({0, 0, 0, 0.1f, 0.2f});
    for_each_pixel([&](std::span<float> pixel, float least, float most) {
      if (!(most > least)) return;  // grey has no hue to show
      const float saturation = (most - least) / most;
      const float factor = std::clamp(saturation * times + more, 0.0f, 1.0f) / saturation;
      for (float& value : pixel) value = most - (most - value) * factor;
    });
  }

  void elastic() {
    const double extent = 32 * scale_;
    const double strength = extent * double{of({0, 0.05f, 0.08f, 0.1f, 0.1f})};
    const double deviation = extent * double{of({0, 0.2f, 0.06f, 0.04f, 0.03f})};
    const auto most = static_cast<float>(extent * double{of({0.08f, 0.07f, 0.06f, 0.05f, 0.03f})});
    // Three corners of a square in the middle move, and the rest with them; over that, a smooth random field.
    const double middle_row = std::floor(static_cast<double>(image_.rows) / 2);
    const double middle_column = std::floor(static_cast<double>(image_.columns) / 2);
    const double half = std::max(1.0, std::floor(static_cast<double>(std::min(image_.rows, image_.columns)) / 3));
    std::vector<float> flow;
    for (int axis = 0; axis < 2; ++axis) {
      Picture field(image_.rows, image_.columns, 1);
      const double a = double{random_.uniform(-most, most)}, b = double{random_.uniform(-most, most)};
      const double c = double{random_.uniform(-most, most)};
      if (strength > 0)
        for (float& value : field.values) value = random_.uniform(-1, 1);
      attacks::gaussian_blur(field.image, deviation, static_cast<int>(3 * deviation + 0.5), true, field.values);
      for (std::size_t row = 0; row < image_.rows; ++row)
        for (std::size_t column = 0; column < image_.columns; ++column) {
          const double down = (static_cast<double>(row) - middle_row + half) / (2 * half);
          const double right = (static_cast<double>(column) - middle_column + half) / (2 * half);
          const double shift = c + down * (a - b) + right * (b - c);
          flow.push_back(static_cast<float>(shift + strength * double{field.at(row, column)}));
        }
    }
    const Picture before = picture_;
    warp(image_, before.values, flow, picture_.values);
  }

  void pixelate() {
    const double share = double{of({0.95f, 0.9f, 0.85f, 0.75f, 0.65f})};
    const Picture before = picture_;
    // Boxes of equal area: each is the mean of what it covers.
    for (std::size_t row = 0; row < image_.rows; ++row)
      for (std::size_t column = 0; column < image_.columns; ++column) {
        const Box down = box(row, image_.rows, share), right = box(column, image_.columns, share);
        for (std::size_t channel = 0; channel < image_.channels; ++channel) {
          double sum = 0;
          for (std::size_t r = down.first; r <= down.last; ++r)
            for (std::size_t c = right.first; c <= right.last; ++c)
              sum += down.overlap(r) * right.overlap(c) * double{before.at(r, c, channel)};
          picture_.at(row, column, channel) =
              static_cast<float>(sum / ((down.end - down.begin) * (right.end - right.begin)));
        }
      }
  }

  void jpeg() {
    constexpr std::array<int, 5> qualities{80, 65, 58, 50, 40};
    attacks::jpeg(picture_, qualities[level_]);
  }

 private:
  /// A stretch of a row or column that one large pixel covers.
  struct Box {
    double begin, end;
    std::size_t first, last;
    double overlap(std::size_t i) const {
      const auto at = static_cast<double>(i);
      return std::min(end, at + 1) - std::max(begin, at);
    }
  };
  static Box box(std::size_t at, std::size_t extent, double share) {
    const double width = static_cast<double>(extent);
    const double boxes = std::max(1.0, std::floor(width * share));
    const double index = std::floor((static_cast<double>(at) + 0.5) * boxes / width);
    const double begin = index * width / boxes, end = std::min(width, (index + 1) * width / boxes);
    return {begin, end, static_cast<std::size_t>(begin), std::min(static_cast<std::size_t>(end), extent - 1)};
  }

  float of(const Five& strengths) const { return strengths[level_]; }

  void blur(Picture& picture, double deviation) const {
    const double pixels = deviation * scale_;
    attacks::gaussian_blur(picture.image, pixels, static_cast<int>(std::ceil(4 * pixels)), true, picture.values);
  }
  void blur(double deviation) const { blur(picture_, deviation); }

  /// A Poisson number by inversion of its distribution.
  double poisson(double mean) {
    double left = double{random_.uniform()}, probability = exp(-std::clamp(mean, 0.0, 700.0));
    int count = 0;
    while (left > probability && count < 2000) {
      left -= probability;
      probability *= mean / ++count;
    }
    return count;
  }

  /// change(pixel, its least value, its largest).
  template <class Change>
  void for_each_pixel(Change change) {
    for (std::size_t i = 0; i < image_.pixels(); ++i) {
      const auto pixel = picture_.pixel(i);
      const auto [least, most] = std::minmax_element(pixel.begin(), pixel.end());
      change(pixel, *least, *most);
    }
  }

  std::size_t level_;
  Random& random_;
  Picture& picture_;
  const Image& image_;
  double scale_;
};

}  // namespace

void corrupt(CorruptionKind kind, int severity, Random& random, Picture& picture) {
  constexpr void (Corruption::* corruptions[])() = {
      &Corruption::gaussian_noise, &Corruption::shot_noise, &Corruption::impulse_noise, &Corruption::speckle_noise,
      &Corruption::defocus_blur,   &Corruption::glass_blur, &Corruption::motion_blur,   &Corruption::zoom_blur,
      &Corruption::gaussian_blur,  &Corruption::snow,       &Corruption::frost,         &Corruption::fog,
      &Corruption::spatter,        &Corruption::brightness, &Corruption::contrast,      &Corruption::saturate,
      &Corruption::elastic,        &Corruption::pixelate,   &Corruption::jpeg,
  };
  static_assert(std::size(corruptions) == names_of<CorruptionKind>.size());
  Corruption corruption(severity, random, picture);
  (corruption.*corruptions[static_cast<std::size_t>(kind)])();
  picture.clip();
}

}  // namespace mlsec::attacks
