// Attacks that move pixels: flows, stAdv, ADef.
#include <doctest/doctest.h>

#include <cmath>

#include "attacks/adef.hpp"
#include "attacks/flow.hpp"
#include "attacks/resampling.hpp"
#include "support/run_attack.hpp"
#include "tests/core/support/models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Image;
using attacks::Status;

namespace {

std::vector<float> uniform(std::size_t count, std::uint64_t seed, float low, float high) {
  std::vector<float> values(count);
  Random random(seed, 0, Purpose::test);
  for (float& value : values) value = random.uniform(low, high);
  return values;
}

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * double{b[i]};
  return sum;
}

/// Two classes over an image, logits (0, w . x + b).
std::unique_ptr<model::NetworkModel> linear_image_model(const Shape& shape, std::span<const float> w, float b) {
  const auto features = static_cast<std::int64_t>(w.size());
  Tensor weights = Tensor::filled(Shape{2, features}, 0), bias = Tensor::filled(Shape{2}, 0);
  for (std::size_t i = 0; i < w.size(); ++i) weights[w.size() + i] = w[i];
  bias[1] = b;
  nn::Network network(shape);
  MLSEC_CHECK(network.add(std::make_unique<nn::Flatten>()).ok());
  MLSEC_CHECK(network.add(std::make_unique<nn::Dense>(std::move(weights), std::move(bias))).ok());
  return model_of(std::move(network), model::plain_input(shape));
}

}  // namespace

TEST_CASE("a flow of nothing gives the image, whole shifts move it, and beyond the edges it goes on") {
  const Image image(5, 4, 2);
  const auto pixels = uniform(40, 1, 0, 1);
  std::vector<float> flow(40, 0.0f), to(40);
  attacks::warp(image, pixels, flow, to);
  CHECK(to == pixels);
  for (std::size_t i = 0; i < 20; ++i) {
    flow[i] = 1;
    flow[20 + i] = -2;
  }
  attacks::warp(image, pixels, flow, to);
  for (std::size_t row = 0; row < 5; ++row)
    for (std::size_t column = 0; column < 4; ++column)
      for (std::size_t channel = 0; channel < 2; ++channel)
        CHECK(to[image.at(row, column, channel)] ==
              pixels[image.at(std::min<std::size_t>(row + 1, 4), column > 2 ? column - 2 : 0, channel)]);
}

TEST_CASE("the slope of a warped image by its flow is that of finite differences") {
  for (std::size_t channels : {1u, 3u}) {
    const Image image(5, 4, channels);
    const std::size_t features = 20 * channels;
    const auto pixels = uniform(features, 2, 0, 1), direction = uniform(features, 3, -1, 1);
    // Off the whole numbers, where bilinear values bend.
    auto flow = uniform(40, 4, 0.1f, 0.9f);
    for (std::size_t i = 0; i < 40; i += 3) flow[i] -= 2;
    std::vector<float> slope(40, 0.0f), to(features);
    attacks::add_warp_slope(image, pixels, flow, direction, 2, slope);
    for (std::size_t i = 0; i < 40; ++i) {
      const auto value = [&](float step) {
        auto moved = flow;
        moved[i] += step;
        attacks::warp(image, pixels, moved, to);
        return 2 * dot(direction, to);
      };
      CHECK(double{slope[i]} == doctest::Approx((value(0.03f) - value(-0.03f)) / 0.06).epsilon(1e-3).scale(1));
    }
  }
}

TEST_CASE("the roughness of a flow is the plain sum over neighbours, 0 where all shifts are the same, with its slope") {
  const Image image(4, 3, 1);
  std::vector<float> slope(24, 0.0f), same(24, 0.7f);
  CHECK(attacks::flow_roughness(image, same, 1, slope) == doctest::Approx(0));
  for (float value : slope) CHECK(value == 0);
  const auto flow = uniform(24, 6, -1, 1);
  double sum = 0;
  for (int row = 0; row < 4; ++row)
    for (int column = 0; column < 3; ++column)
      for (auto [down, right] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
        const int r = row + down, c = column + right;
        if (r < 0 || c < 0 || r > 3 || c > 2) continue;
        const auto p = static_cast<std::size_t>(3 * row + column), q = static_cast<std::size_t>(3 * r + c);
        sum += std::hypot(double{flow[p]} - double{flow[q]}, double{flow[12 + p]} - double{flow[12 + q]});
      }
  // A thousandth short of each of the 34 lengths at most.
  CHECK(attacks::flow_roughness(image, flow, 0.5, slope) == doctest::Approx(sum).epsilon(0.04 / sum));
  std::vector<float> unused(24);
  for (std::size_t i = 0; i < 24; ++i) {
    const auto value = [&](float step) {
      auto moved = flow;
      moved[i] += step;
      return attacks::flow_roughness(image, moved, 1, unused);
    };
    CHECK(double{slope[i]} == doctest::Approx(0.5 * (value(0.002f) - value(-0.002f)) / 0.004).epsilon(2e-3).scale(1));
  }
}

TEST_CASE("the first field of ADef closes the margin in the first order, and is the smallest that does") {
  const Image image(6, 5, 1);
  const auto pixels = uniform(30, 7, 0, 1), normal = uniform(30, 8, -1, 1);
  const std::vector<float> nothing(60, 0.0f);
  // a: the gradient by the flow, by central differences as the image is only given at its pixels.
  std::vector<double> a(60);
  const auto at = [&](int row, int column) {
    return double{pixels[static_cast<std::size_t>(5 * std::clamp(row, 0, 5) + std::clamp(column, 0, 4))]};
  };
  double squared = 0;
  for (int row = 0; row < 6; ++row)
    for (int column = 0; column < 5; ++column) {
      const auto i = static_cast<std::size_t>(5 * row + column);
      a[i] = double{normal[i]} * (at(row + 1, column) - at(row - 1, column)) / 2;
      a[30 + i] = double{normal[i]} * (at(row, column + 1) - at(row, column - 1)) / 2;
      squared += a[i] * a[i] + a[30 + i] * a[30 + i];
    }
  const auto plain = attacks::deformation(image, pixels, nothing, normal, 0.3, 0);
  for (std::size_t i = 0; i < 60; ++i) CHECK(double{plain[i]} == doctest::Approx(0.3 * a[i] / squared).epsilon(1e-4));
  // Smoothed, it is another one, but the first order is the same.
  const auto smooth = attacks::deformation(image, pixels, nothing, normal, 0.3, 1);
  double promised = 0;
  for (std::size_t i = 0; i < 60; ++i) promised += a[i] * double{smooth[i]};
  CHECK(promised == doctest::Approx(0.3).epsilon(1e-5));
  CHECK(smooth != plain);
  CHECK(attacks::deformation(image, std::vector<float>(30, 0.5f), nothing, normal, 0.3, 1).empty());
}

TEST_CASE("ADef takes one step on a ramp, which a shift moves exactly as the tangent says") {
  // Values rise with the column; the model sums the middle columns, so that its margin is linear in the flow.
  const Shape shape{3, 8, 1};
  Tensor ramp(Shape{1, 3, 8, 1});
  std::vector<float> w(24, 0.0f);
  for (std::size_t i = 0; i < 24; ++i) {
    ramp[i] = 0.1f * float(i % 8);
    if (i % 8 > 1 && i % 8 < 6) w[i] = 1;
  }
  const std::shared_ptr<model::Model> model = linear_image_model(shape, w, -4.5f);  // the sum is 4.2
  const auto result = attack(model, ramp, {{"method", "adef"}, {"smoothing", 0.0}, {"overshoot", 0.1}});
  CHECK(result.samples[0].status == Status::success);
  CHECK(result.samples[0].queries == 2);
  // Every one of the 12 pixels moves by 0.3 * 1.1 / (12 * 0.1) = 0.275 columns.
  for (std::size_t i = 0; i < 24; ++i) {
    const double wanted = double{ramp[i]} + (w[i] > 0 ? 0.0275 : 0.0);
    CHECK(double{result.adversarials[i]} == doctest::Approx(wanted).epsilon(1e-4));
  }
}

TEST_CASE("stAdv moves an edge as far as is enough, and smoothly where that is asked for") {
  // A dark left half and a light right half; the model asks how light the fifth column is.
  const Shape shape{6, 8, 1};
  Tensor edge(Shape{1, 6, 8, 1});
  std::vector<float> w(48, 0.0f);
  for (std::size_t i = 0; i < 48; ++i) {
    edge[i] = i % 8 < 4 ? 0.1f : 0.9f;
    if (i % 8 == 4) w[i] = -1;
  }
  const std::shared_ptr<model::Model> model = linear_image_model(shape, w, 3.0f);  // 5.4 of light turns 0.5 a pixel
  for (double smoothness : {0.0, 0.05}) {
    const auto result =
        attack(model, edge, {{"method", "stadv"}, {"smoothness", smoothness}, {"learningRate", 0.02}, {"steps", 200}});
    CHECK(result.samples[0].status == Status::success);
    CHECK(result.samples[0].gradients == 200);
    double light = 0;
    for (std::size_t row = 0; row < 6; ++row) light += double{result.adversarials[8 * row + 4]};
    CHECK(light < 3);
    CHECK(light > 2.7);  // the nearest of those that succeed
    // Nothing becomes what was not beside it.
    for (std::size_t i = 0; i < 48; ++i)
      if (i % 8 < 3 || i % 8 > 4)
        CHECK(double{result.adversarials[i]} == doctest::Approx(double{edge[i]}).epsilon(0.5));
  }
}

TEST_CASE("the weathers are as little as is enough") {
  // Class 1 where the image is lighter than 0.3 on average.
  const Shape shape{8, 8, 1};
  const std::shared_ptr<model::Model> model = linear_image_model(shape, std::vector<float>(64, 1.0f), -64 * 0.3f);
  const Tensor dark = Tensor::filled(Shape{1, 8, 8, 1}, 0.1f);
  for (const char* method : {"fog", "frost", "snow"}) {
    INFO(method);
    const auto result = attack(model, dark, {{"method", method}});
    CHECK(result.samples[0].status == Status::success);
    double mean = 0;
    for (float value : result.adversarials.values()) mean += double{value} / 64;
    CHECK(mean == doctest::Approx(0.3).epsilon(0.01));
  }
  // A blur cannot make an even image lighter.
  CHECK(attack(model, dark, {{"method", "motion-blur"}, {"steps", 5}}).samples[0].status == Status::failed);
}
