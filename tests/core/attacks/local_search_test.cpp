#include <doctest/doctest.h>

#include "support/strength.hpp"
#include "tests/core/support/models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

TEST_CASE("on black and white inputs of a linear model local search changes the best features, and one drawn by lot") {
  // Turned over by 1.5, a black feature becomes 0.75 and a white one 0.25, once only; so the fewest features that
  // succeed are those that gain most. The first is the best of a tenth of them.
  constexpr std::size_t features = 40;
  Random random(8, 0, Purpose::test);
  std::vector<float> w(features);
  for (float& value : w) value = random.normal();
  int exact = 0, rows = 0;
  for (int row = 0; row < 12; ++row) {
    Tensor x(Shape{1, features});
    std::vector<double> gains;
    double score = 0;
    for (std::size_t i = 0; i < features; ++i) {
      x[i] = random.bits() & 1 ? 1.0f : 0.0f;
      score += double{w[i]} * double{x[i]};
      gains.push_back(double{w[i]} * (x[i] > 0 ? -0.75 : 0.75));
    }
    std::sort(gains.rbegin(), gains.rend());
    const double margin = 0.5 + 0.4 * row;
    std::size_t fewest = 0;
    for (double left = margin; left > 0; ++fewest) left -= gains[fewest];
    const auto result = attack(linear_model(w, static_cast<float>(-score - margin)), x,
                               {{"method", "local-search"}, {"pixels", 1}, {"reach", 40}, {"seed", row}});
    REQUIRE(result.samples[0].status == Status::success);
    const double changed = result.samples[0].distances.l0;
    CHECK(changed >= double(fewest));
    CHECK(changed <= double(fewest + 1));
    exact += changed == double(fewest);
    ++rows;
  }
  if (std::getenv("MLSEC_RATIOS")) MESSAGE("exact: " << exact << " of " << rows);
}

TEST_CASE("local search succeeds on images, in squares around the pixels that matter") {
  // One of 12 x 12 pixels decides, and those around it lead there: the model is a hill.
  nn::Network network(Shape{12, 12, 1});
  MLSEC_CHECK(network.add(std::make_unique<nn::Flatten>()).ok());
  MLSEC_CHECK(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{.units = 2, .bias = true})).ok());
  network.initialise(1);
  for (std::size_t i = 0; i < 144; ++i) {
    const double r = double(i / 12) - 3, c = double(i % 12) - 8;
    network.parameters()[0]->value[i] = 0;
    network.parameters()[0]->value[144 + i] = static_cast<float>(1 / (1 + r * r + c * c));
  }
  network.parameters()[1]->value[0] = 2.4f;
  network.parameters()[1]->value[1] = 0;
  network.parameters_changed();
  const auto model = std::shared_ptr<model::Model>(model_of(std::move(network), model::plain_input(Shape{12, 12, 1})));
  const auto result =
      attack(model, Tensor::filled(Shape{4, 12, 12, 1}, 0.0f), {{"method", "local-search"}, {"reach", 2}});
  // 0.75 a pixel: the hill's sum over 2.4 / 0.75 takes the middle, its four neighbours and one more.
  for (const auto& sample : result.samples) {
    CHECK(sample.status == Status::success);
    CHECK(sample.distances.l0 >= 6);
    CHECK(sample.distances.l0 <= 25);
    CHECK(sample.queries < 2000);
  }
}
