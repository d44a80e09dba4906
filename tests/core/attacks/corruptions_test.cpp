// Common corruptions against plain loops, closed forms and statistics.
#include "attacks/corruptions.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <numeric>

#include "attacks/jpeg.hpp"
#include "attacks/motion_blur.hpp"
#include "attacks/weather.hpp"
#include "support/run_attack.hpp"
#include "tests/core/support/models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::CorruptionKind;
using attacks::Picture;

namespace {

Random random_of(std::uint64_t seed) { return {seed, 0, Purpose::test}; }

Picture noise_picture(std::size_t rows, std::size_t columns, std::size_t channels, std::uint64_t seed = 1) {
  Picture picture(rows, columns, channels);
  Random random = random_of(seed);
  for (float& value : picture.values) value = random.uniform();
  return picture;
}

/// Something smooth with an edge, as photographs are.
Picture scene(std::uint64_t seed) {
  constexpr std::size_t side = 32, channels = 3;
  Picture picture(side, side, channels);
  for (std::size_t row = 0; row < side; ++row)
    for (std::size_t column = 0; column < side; ++column)
      for (std::size_t channel = 0; channel < channels; ++channel) {
        const double wave = std::sin(0.4 * double(row) + 0.3 * double(column) + double(channel + seed));
        const double edge = column > 6 + seed % 20 ? 0.3 : 0.0;
        picture.at(row, column, channel) = static_cast<float>(0.4 + 0.2 * wave + edge);
      }
  return picture;
}

double mean_of(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

double variance_of(const std::vector<float>& values) {
  double sum = 0;
  for (float value : values) sum += (double{value} - mean_of(values)) * (double{value} - mean_of(values));
  return sum / double(values.size());
}

Picture corrupted(CorruptionKind kind, int severity, const Picture& picture, std::uint64_t seed = 5) {
  Picture copy = picture;
  Random random = random_of(seed);
  attacks::corrupt(kind, severity, random, copy);
  return copy;
}

double distance(const Picture& a, const Picture& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i)
    sum += (double{a.values[i]} - double{b.values[i]}) * (double{a.values[i]} - double{b.values[i]});
  return std::sqrt(sum / double(a.values.size()));
}

/// The published luminance table.
constexpr int table[8][8] = {{16, 11, 10, 16, 24, 40, 51, 61},     {12, 12, 14, 19, 26, 58, 60, 55},
                             {14, 13, 16, 24, 40, 57, 69, 56},     {14, 17, 22, 29, 51, 87, 80, 62},
                             {18, 22, 37, 56, 68, 109, 103, 77},   {24, 35, 55, 64, 81, 104, 113, 92},
                             {49, 64, 78, 87, 103, 121, 120, 101}, {72, 92, 95, 98, 112, 100, 103, 99}};

/// One block of 8-bit values coded and decoded by the sums of ITU-T T.81, A.3.3, as they stand there.
void plain_jpeg_block(double (&block)[8][8], int quality) {
  const int share = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const auto c = [](int u) { return u == 0 ? 1 / std::sqrt(2.0) : 1.0; };
  const auto wave = [](int x, int u) { return std::cos((2 * x + 1) * u * std::numbers::pi / 16); };
  double coefficients[8][8];
  for (int v = 0; v < 8; ++v)
    for (int u = 0; u < 8; ++u) {
      double sum = 0;
      for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 8; ++x) sum += (block[y][x] - 128) * wave(x, u) * wave(y, v);
      const int step = std::min(255, std::max(1, (table[v][u] * share + 50) / 100));
      coefficients[v][u] = std::round(c(u) * c(v) * sum / 4 / step) * step;
    }
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 8; ++x) {
      double sum = 0;
      for (int v = 0; v < 8; ++v)
        for (int u = 0; u < 8; ++u) sum += c(u) * c(v) * coefficients[v][u] * wave(x, u) * wave(y, v);
      block[y][x] = std::min(255.0, std::max(0.0, std::round(sum / 4 + 128)));
    }
}

constexpr int kinds = static_cast<int>(names_of<CorruptionKind>.size());

}  // namespace

TEST_CASE("JPEG of grey images gives what the sums of the standard give, edges repeated") {
  for (int quality : {10, 40, 50, 80}) {
    const Picture before = noise_picture(11, 16, 1);
    Picture after = before;
    attacks::jpeg(after, quality);
    int differing = 0;
    for (int top = 0; top < 16; top += 8)
      for (int left = 0; left < 16; left += 8) {
        double block[8][8];
        for (int y = 0; y < 8; ++y)
          for (int x = 0; x < 8; ++x) {
            const auto row = static_cast<std::size_t>(std::min(top + y, 10));
            block[y][x] = std::round(255.0 * double{before.at(row, static_cast<std::size_t>(left + x))});
          }
        plain_jpeg_block(block, quality);
        for (int y = 0; y < 8 && top + y < 11; ++y)
          for (int x = 0; x < 8; ++x) {
            const float value = after.at(static_cast<std::size_t>(top + y), static_cast<std::size_t>(left + x));
            differing += std::fabs(255 * double{value} - block[y][x]) > 0.01;
          }
      }
    CHECK(differing <= 2);  // halves may be rounded either way
  }
}

TEST_CASE("JPEG keeps even colours, and the chroma of squares of 2 x 2 is one") {
  Picture even(9, 9, 3);
  for (std::size_t i = 0; i < even.image.pixels(); ++i) {
    even.pixel(i)[0] = 0.8f;
    even.pixel(i)[1] = 0.3f;
    even.pixel(i)[2] = 0.4f;
  }
  Picture after = even;
  attacks::jpeg(after, 95);
  CHECK(distance(after, even) < 0.01);
  Picture noise = noise_picture(16, 16, 3);
  attacks::jpeg(noise, 80);
  double spread = 0;
  for (std::size_t row = 0; row < 16; row += 2)
    for (std::size_t column = 0; column < 16; column += 2) {
      const auto chroma = [&](std::size_t r, std::size_t c) {
        const auto pixel = noise.pixel(r * 16 + c);
        if (pixel[0] <= 0 || pixel[0] >= 1 || pixel[2] <= 0 || pixel[2] >= 1 || pixel[1] <= 0 || pixel[1] >= 1)
          return -1.0;  // cut
        return (double{pixel[2]} - attacks::brightness_of(pixel)) / 1.772;
      };
      const double first = chroma(row, column), second = chroma(row + 1, column + 1);
      if (first != -1 && second != -1) spread = std::max(spread, std::fabs(first - second));
    }
  CHECK(spread < 2.0 / 255);
}

TEST_CASE("the weights of a motion sum to 1, fall as a Gaussian does, and the blur is the plain sum over them") {
  for (double turns : {0.0, 0.1, -0.125, 0.25, 0.6}) {
    const auto taps = attacks::motion_taps(2, 8, turns);
    double sum = 0;
    for (const auto& tap : taps) sum += tap.weight;
    CHECK(sum == doctest::Approx(1));
    REQUIRE(taps.size() == 9);
    CHECK(taps[4].weight / taps[0].weight == doctest::Approx(std::exp(-2.0)));
    const Picture before = noise_picture(7, 9, 2);
    Picture after = before;
    attacks::motion_blur(after, taps);
    const double angle = 2 * std::numbers::pi * turns;
    for (int row = 0; row < 7; ++row)
      for (int column = 0; column < 9; ++column)
        for (std::size_t channel = 0; channel < 2; ++channel) {
          double value = 0, weights = 0;
          for (int i = 0; i <= 8; ++i) {
            const double weight = std::exp(-i * i / 8.0);
            const int r = std::min(6, std::max(0, row + int(std::floor(i * std::sin(angle) + 0.5 + 1e-12))));
            const int c = std::min(8, std::max(0, column + int(std::floor(i * std::cos(angle) + 0.5 + 1e-12))));
            value += weight * double{before.at(static_cast<std::size_t>(r), static_cast<std::size_t>(c), channel)};
            weights += weight;
          }
          CHECK(double{after.at(static_cast<std::size_t>(row), static_cast<std::size_t>(column), channel)} ==
                doctest::Approx(value / weights).epsilon(1e-5));
        }
  }
}

TEST_CASE("plasma goes from 0 to 1, is the same for the same numbers, and the rougher the slower its noise decays") {
  const auto roughness = [](double decay) {
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      Random random = random_of(seed);
      const Picture field = attacks::plasma(32, 32, decay, random);
      for (std::size_t row = 0; row < 32; ++row)
        for (std::size_t column = 0; column + 1 < 32; ++column)
          sum += std::fabs(double{field.at(row, column)} - double{field.at(row, column + 1)});
    }
    return sum / (20 * 32 * 31);
  };
  for (auto [rows, columns] : {std::pair<std::size_t, std::size_t>{1, 1}, {4, 3}, {28, 28}, {33, 10}}) {
    Random one = random_of(3), same = random_of(3), other = random_of(4);
    const Picture field = attacks::plasma(rows, columns, 2, one);
    CHECK(field.values == attacks::plasma(rows, columns, 2, same).values);
    if (rows * columns == 1) continue;
    CHECK(field.values != attacks::plasma(rows, columns, 2, other).values);
    CHECK(*std::min_element(field.values.begin(), field.values.end()) == 0);
    CHECK(*std::max_element(field.values.begin(), field.values.end()) == 1);
  }
  CHECK(roughness(1.5) > 1.3 * roughness(2));
  CHECK(roughness(2) > 1.3 * roughness(3));
  CHECK(roughness(3) < 0.06);
}

TEST_CASE("noises have the means and variances that their constants say") {
  Picture grey(64, 64, 1);
  std::fill(grey.values.begin(), grey.values.end(), 0.5f);
  const auto check = [&](CorruptionKind kind, int severity, double deviation) {
    const Picture noisy = corrupted(kind, severity, grey);
    CHECK(mean_of(noisy.values) == doctest::Approx(0.5).epsilon(0.02));
    CHECK(std::sqrt(variance_of(noisy.values)) == doctest::Approx(deviation).epsilon(0.06));
  };
  check(CorruptionKind::gaussian_noise, 2, 0.06);
  check(CorruptionKind::gaussian_noise, 5, 0.10);
  check(CorruptionKind::speckle_noise, 4, 0.08);
  check(CorruptionKind::shot_noise, 1, std::sqrt(0.5 / 500));
  check(CorruptionKind::shot_noise, 5, std::sqrt(0.5 / 50));
  const Picture salted = corrupted(CorruptionKind::impulse_noise, 5, grey);
  const auto share = [&](float of) {
    return double(std::count(salted.values.begin(), salted.values.end(), of)) / 4096;
  };
  CHECK(share(0) == doctest::Approx(0.035).epsilon(0.25));
  CHECK(share(1) == doctest::Approx(0.035).epsilon(0.25));
  CHECK(share(0.5f) == doctest::Approx(0.93).epsilon(0.02));
  // A Poisson number of mean 0.02 * 50 = 1 is 0, 1, 2 as often as 1/e, 1/e, 1/2e.
  Picture dark(64, 64, 1);
  std::fill(dark.values.begin(), dark.values.end(), 0.02f);
  const Picture shots = corrupted(CorruptionKind::shot_noise, 5, dark);
  for (auto [count, probability] : {std::pair{0, 0.3679}, {1, 0.3679}, {2, 0.1839}}) {
    const auto found = std::count_if(shots.values.begin(), shots.values.end(),
                                     [&](float value) { return std::lround(double{value} * 50) == count; });
    CHECK(double(found) / 4096 == doctest::Approx(probability).epsilon(0.08));
  }
}

TEST_CASE("brightness, contrast and saturation do to colours what they say") {
  Picture picture(1, 3, 3);
  picture.values = {0.8f, 0.4f, 0.2f, 0.5f, 0.5f, 0.5f, 0, 0, 0};
  const Picture brighter = corrupted(CorruptionKind::brightness, 2, picture);  // value + 0.1
  const float lit[] = {0.9f, 0.45f, 0.225f, 0.6f, 0.6f, 0.6f, 0.1f, 0.1f, 0.1f};
  for (std::size_t i = 0; i < 9; ++i) CHECK(brighter.values[i] == doctest::Approx(lit[i]));
  // Saturation 0.75 becomes 0.225: the least channel of 0.8 becomes 0.8 (1 - 0.225).
  const Picture paler = corrupted(CorruptionKind::saturate, 1, picture);
  CHECK(paler.values[0] == doctest::Approx(0.8));
  CHECK(paler.values[1] == doctest::Approx(0.68));
  CHECK(paler.values[2] == doctest::Approx(0.62));
  for (std::size_t i = 3; i < 9; ++i) CHECK(paler.values[i] == picture.values[i]);
  const Picture flat = corrupted(CorruptionKind::contrast, 5, picture);
  const double mean = 1.3 / 3;
  CHECK(flat.values[0] == doctest::Approx(mean + 0.15 * (0.8 - mean)));
  Picture grey(2, 2, 1);
  grey.values = {0.1f, 0.2f, 0.3f, 0.4f};
  CHECK(corrupted(CorruptionKind::saturate, 5, grey).values == grey.values);
  CHECK(corrupted(CorruptionKind::brightness, 5, grey).values[3] == doctest::Approx(0.7));
}

TEST_CASE("large pixels are the means of what they cover") {
  // 4 pixels at 0.75: three boxes of 4/3 pixels.
  Picture row(4, 4, 1);
  for (std::size_t i = 0; i < 16; ++i) row.values[i] = float(i % 4) / 4;
  const Picture coarse = corrupted(CorruptionKind::pixelate, 4, row);
  const double boxes[] = {(0 + 0.25 / 3) / (4.0 / 3), (0.25 * 2 / 3 + 0.5 * 2 / 3) / (4.0 / 3),
                          (0.5 / 3 + 0.75) / (4.0 / 3)};
  const std::size_t of[] = {0, 1, 2, 2};  // the box that holds the middle of each pixel
  for (std::size_t i = 0; i < 16; ++i) {
    const std::size_t box = of[i % 4];
    if (i % 4 == 1 || i % 4 == 2) continue;  // on or near a border
    CHECK(coarse.values[i] == doctest::Approx(boxes[box]));
  }
  CHECK(mean_of(coarse.values) > 0);
}

TEST_CASE("blurs and shifts keep an even image as it is, and every corruption keeps to the box") {
  Picture even(12, 9, 3);
  std::fill(even.values.begin(), even.values.end(), 0.375f);
  for (auto kind : {CorruptionKind::defocus_blur, CorruptionKind::glass_blur, CorruptionKind::motion_blur,
                    CorruptionKind::zoom_blur, CorruptionKind::gaussian_blur, CorruptionKind::elastic,
                    CorruptionKind::pixelate, CorruptionKind::contrast})
    for (int severity = 1; severity <= 5; ++severity) {
      INFO(name_of(kind) << " " << severity);
      CHECK(distance(corrupted(kind, severity, even), even) < 1e-6);
    }
  for (auto [rows, columns, channels] :
       {std::array<std::size_t, 3>{1, 1, 1}, {4, 3, 1}, {2, 17, 3}, {32, 32, 3}, {5, 5, 4}})
    for (int kind = 0; kind < kinds; ++kind)
      for (int severity = 1; severity <= 5; ++severity) {
        INFO(name_of(static_cast<CorruptionKind>(kind)) << " " << severity << " of " << rows << " x " << columns);
        const Picture picture = noise_picture(rows, columns, channels);
        for (float value : corrupted(static_cast<CorruptionKind>(kind), severity, picture).values)
          CHECK((value >= 0 && value <= 1));
      }
}

TEST_CASE("glass moves pixels and changes none but by its blur") {
  // Severity 1 blurs by 0.05 pixels, which is nothing: what is left is a permutation.
  const Picture picture = noise_picture(32, 32, 3);
  const Picture shuffled = corrupted(CorruptionKind::glass_blur, 1, picture);
  std::vector<float> before = picture.values, after = shuffled.values;
  CHECK(before != after);
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  CHECK(before == after);
}

TEST_CASE("severer corruptions change images more, on average") {
  for (int kind = 0; kind < kinds; ++kind) {
    const auto corruption = static_cast<CorruptionKind>(kind);
    // By the paper's constants these trade one change for another as they become severer; and how large pixels lie
    // over small ones matters as much as their size.
    if (corruption == CorruptionKind::elastic || corruption == CorruptionKind::saturate ||
        corruption == CorruptionKind::spatter || corruption == CorruptionKind::glass_blur ||
        corruption == CorruptionKind::frost || corruption == CorruptionKind::pixelate)
      continue;
    double last = 0;
    for (int severity = 1; severity <= 5; ++severity) {
      double mean = 0;
      for (std::uint64_t seed = 0; seed < 24; ++seed)
        mean += distance(corrupted(corruption, severity, scene(seed), seed), scene(seed)) / 24;
      INFO(name_of(corruption) << " " << severity << ": " << mean << " after " << last);
      CHECK(mean > last);
      last = mean;
    }
  }
}

TEST_CASE("corruptions do not depend on the layout, and scale with the bounds") {
  for (int kind = 0; kind < kinds; ++kind) {
    const std::string name(name_of(static_cast<CorruptionKind>(kind)));
    INFO(name);
    const Picture picture = noise_picture(6, 5, 3);
    const auto run = [&](model::Layout layout, float lower, float width) {
      const bool first = layout == model::Layout::chw;
      const Shape shape = first ? Shape{3, 6, 5} : Shape{6, 5, 3};
      nn::Network network(Shape{90});
      MLSEC_CHECK(
          network.add(std::make_unique<nn::Dense>(Tensor::filled(Shape{2, 90}, 0), Tensor::filled(Shape{2}, 0))).ok());
      model::InputSpecification input = model::plain_input(Shape{90});
      input.kind = model::InputKind::image;
      input.shape = shape;
      input.layout = layout;
      input.lower = lower;
      input.upper = lower + width;
      const attacks::Image image(input);
      Picture copy = picture;
      Tensor features(Shape{1, 90});
      copy.write(image, double{lower}, double{width}, features.values());
      // The model errs about nothing, so that what the attack ends with is returned as it is.
      const auto result = attack(model_of(std::move(network), input), features,
                                 {{"method", "corruption"}, {"corruption", name}, {"severity", 4}, {"seed", 2}});
      CHECK(result.samples[0].status == attacks::Status::failed);
      return Picture(image, result.adversarials.values(), double{lower}, double{width}).values;
    };
    const auto last = run(model::Layout::hwc, 0, 1);
    CHECK(last == run(model::Layout::chw, 0, 1));
    const auto wide = run(model::Layout::hwc, -1, 2);
    int differing = 0;
    // Of noise at the edge of a threshold or a rounding, a value may fall on its other side.
    for (std::size_t i = 0; i < wide.size(); ++i) differing += std::fabs(wide[i] - last[i]) > 1e-5f;
    CHECK(differing <= 6);
  }
}
