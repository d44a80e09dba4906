// The composite attack and the changes it is made of.
#include <doctest/doctest.h>

#include <cmath>

#include "attacks/composition.hpp"
#include "support/run_attack.hpp"
#include "tests/core/support/models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Change;
using attacks::ChangeSizes;
using attacks::Picture;
using attacks::Status;

namespace {

Picture noise_picture(std::size_t rows, std::size_t columns, std::size_t channels, std::uint64_t seed) {
  Picture picture(rows, columns, channels);
  Random random(seed, 0, Purpose::test);
  for (float& value : picture.values) value = random.uniform();
  return picture;
}

double dot(const Picture& a, const Picture& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) sum += double{a.values[i]} * double{b.values[i]};
  return sum;
}

constexpr Change all[] = {Change::hue,        Change::saturation, Change::rotation,
                          Change::brightness, Change::contrast,   Change::pixels};

ChangeSizes some_sizes() { return {{25, -0.3, 7, 0.1, 0.2, 0}, std::vector<float>(5 * 6 * 3, 0.03f)}; }

/// Two classes over an image, logits (0, w . x + b).
std::shared_ptr<model::Model> linear_image_model(const Shape& shape, std::vector<float> w, float b) {
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

TEST_CASE("changes of size 0 change nothing") {
  const Picture picture = noise_picture(5, 6, 3, 1);
  const ChangeSizes none{{}, std::vector<float>(90, 0.0f)};
  for (Change change : all) {
    const Picture same = attacks::changed(change, none, picture);
    for (std::size_t i = 0; i < 90; ++i) CHECK(same.values[i] == doctest::Approx(picture.values[i]).epsilon(1e-5));
  }
}

TEST_CASE("what is pulled back is the transpose: <L x, y> = <x, L' y>") {
  const ChangeSizes by = some_sizes();
  const Picture x = noise_picture(5, 6, 3, 1), y = noise_picture(5, 6, 3, 2), zero(5, 6, 3);
  for (Change change : all) {
    const Picture offset = attacks::changed(change, by, zero);
    const double forward = dot(attacks::changed(change, by, x), y) - dot(offset, y);
    CHECK(forward == doctest::Approx(dot(x, attacks::pulled_back(change, by, y))).epsilon(1e-5));
  }
}

TEST_CASE("derivatives by sizes are those of finite differences, and exact where the change is linear in its size") {
  const ChangeSizes by = some_sizes();
  const Picture x = noise_picture(5, 6, 3, 1), y = noise_picture(5, 6, 3, 2);
  double sum = 0;
  for (float value : y.values) sum += double{value};
  CHECK(attacks::size_derivative(Change::brightness, by, x, y) == doctest::Approx(sum).epsilon(1e-4));
  CHECK(attacks::size_derivative(Change::contrast, by, x, y) == doctest::Approx(dot(x, y)).epsilon(1e-4));
  for (Change change : {Change::hue, Change::saturation, Change::rotation}) {
    ChangeSizes beyond = by, before = by;
    beyond.sizes[static_cast<std::size_t>(change)] += 0.05;
    before.sizes[static_cast<std::size_t>(change)] -= 0.05;
    const double slope =
        (dot(attacks::changed(change, beyond, x), y) - dot(attacks::changed(change, before, x), y)) / 0.1;
    CHECK(attacks::size_derivative(change, by, x, y) == doctest::Approx(slope).epsilon(0.05).scale(0.1));
  }
}

TEST_CASE("hue turns colours and keeps their brightness; half a turn is the opposite colour; grey stays") {
  Picture picture(1, 2, 3);
  picture.values = {0.6f, 0.3f, 0.2f, 0.5f, 0.5f, 0.5f};
  ChangeSizes by;
  by.sizes[0] = 180;
  const Picture turned = attacks::changed(Change::hue, by, picture);
  const double brightness = attacks::brightness_of(picture.pixel(0));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(double{turned.values[i]} == doctest::Approx(2 * brightness - double{picture.values[i]}).epsilon(1e-4));
    CHECK(double{turned.values[3 + i]} == doctest::Approx(0.5).epsilon(1e-4));
  }
  by.sizes[1] = -1;  // no saturation at all
  const Picture grey = attacks::changed(Change::saturation, by, picture);
  for (std::size_t i = 0; i < 3; ++i) CHECK(double{grey.values[i]} == doctest::Approx(brightness).epsilon(1e-4));
}

TEST_CASE("on a linear model every change goes to its limit, and together they reach what they can") {
  // All values 0.5, class 1 where the mean exceeds a threshold: brightness and contrast upwards, pixels upwards.
  const Shape shape{4, 4, 1};
  const Tensor grey = Tensor::filled(Shape{1, 4, 4, 1}, 0.5f);
  const std::vector<float> mean(16, 1 / 16.0f);
  // Contrast last: (0.5 + 0.1 + 0.02) * 1.2 = 0.744; brightness last: 0.52 * 1.2 + 0.1 = 0.724, or less.
  const auto options = [&](const char* order, int rounds) {
    return ValueObject{{"method", "composite"}, {"order", order},  {"rounds", rounds}, {"rotation", 0.0},
                       {"brightness", 0.1},     {"contrast", 0.2}, {"pixels", 0.02},   {"seed", 3}};
  };
  for (const char* order : {"scheduled", "random", "fixed"}) {
    INFO(order);
    const auto easy = attack(linear_image_model(shape, mean, -0.71f), grey, options(order, 5));
    CHECK(easy.samples[0].status == Status::success);
    const auto hard = attack(linear_image_model(shape, mean, -0.75f), grey, options(order, 5));
    CHECK(hard.samples[0].status == Status::failed);
    // In the fixed order, brightness, contrast, pixels: 0.6 * 1.2 + 0.02 = 0.74.
    if (order != std::string("fixed")) continue;
    for (float value : hard.adversarials.values()) CHECK(value == doctest::Approx(0.74).epsilon(1e-4));
  }
  // Only the order that ends with contrast, and with the pixels before it, is enough.
  CHECK(attack(linear_image_model(shape, mean, -0.7425f), grey, options("scheduled", 20)).samples[0].status ==
        Status::success);
  CHECK(attack(linear_image_model(shape, mean, -0.7425f), grey, options("fixed", 20)).samples[0].status ==
        Status::failed);
}

TEST_CASE("colours of grey images are left alone, and limits of 0 leave changes out") {
  const Shape shape{4, 4, 1};
  const Tensor grey = Tensor::filled(Shape{1, 4, 4, 1}, 0.5f);
  const auto result =
      attack(linear_image_model(shape, std::vector<float>(16, 1.0f), -100), grey,
             {{"method", "composite"}, {"rotation", 0.0}, {"brightness", 0.0}, {"contrast", 0.0}, {"pixels", 0.0}});
  CHECK(result.samples[0].queries == 1);
  for (float value : result.adversarials.values()) CHECK(value == 0.5f);
}
