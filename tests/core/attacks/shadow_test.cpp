#include "attacks/shadow.hpp"

#include <doctest/doctest.h>

#include "support/strength.hpp"
#include "tests/core/support/models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Shadow;
using attacks::Status;

TEST_CASE("the penalties' gradient is that of finite differences, and each penalty is what its name says") {
  auto input = model::plain_input(Shape{3, 4, 3});
  const attacks::Image image(input);
  std::vector<float> change(36), gradient(36), unused(36);
  Random random(2, 0, Purpose::test);
  for (float& value : change) value = random.normal();
  Shadow::Options options;
  options.variation = 0.7;
  options.size = 3;
  options.colour = 1.3;
  (void)Shadow::penalty(image, change, options, gradient);
  for (std::size_t i = 0; i < 36; ++i) {
    auto above = change, below = change;
    above[i] += 1e-2f;
    below[i] -= 1e-2f;
    const double slope =
        (Shadow::penalty(image, above, options, unused) - Shadow::penalty(image, below, options, unused)) / 2e-2;
    if (std::fabs(change[i]) > 1e-2f) CHECK(double{gradient[i]} == doctest::Approx(slope).epsilon(1e-3));
  }
  options = {.epsilon = {}, .variation = 1, .size = 0, .colour = 0};
  CHECK(Shadow::penalty(image, std::vector<float>(36, 0.4f), options, unused) == 0);
  options = {.epsilon = {}, .variation = 0, .size = 1, .colour = 0};
  CHECK(Shadow::penalty(image, std::vector<float>(36, -0.5f), options, unused) == doctest::Approx(3 * 0.25));
  // A pixel of (1, 0, 0): twice a difference of 1, a third each.
  std::vector<float> red(36, 0);
  red[0] = 1;
  options = {.epsilon = {}, .variation = 0, .size = 0, .colour = 1};
  CHECK(Shadow::penalty(image, red, options, unused) == doctest::Approx(2.0 / 3));
}

TEST_CASE("with a heavy penalty for variation all pixels change alike") {
  // Logits (0, x0 - 0.6): plain ascent changes one pixel, the shadow all.
  nn::Network network(Shape{3, 3, 1});
  MLSEC_CHECK(network.add(std::make_unique<nn::Flatten>()).ok());
  MLSEC_CHECK(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{.units = 2, .bias = true})).ok());
  network.initialise(1);
  for (float& weight : network.parameters()[0]->value.values()) weight = 0;
  network.parameters()[0]->value[9] = 3;
  network.parameters()[1]->value[0] = 0;
  network.parameters()[1]->value[1] = -1.8f;
  network.parameters_changed();
  const auto model = std::shared_ptr<model::Model>(model_of(std::move(network), model::plain_input(Shape{3, 3, 1})));
  const Tensor inputs = Tensor::filled(Shape{1, 3, 3, 1}, 0.5f);
  for (double variation : {0.0, 4.0}) {
    const auto result = attack(model, inputs,
                               {{"method", "shadow"},
                                {"variation", variation},
                                {"size", 0.0},
                                {"learningRate", 0.05},
                                {"noise", 0.0},
                                {"samples", 1},
                                {"steps", 300}});
    CHECK(result.samples[0].status == Status::success);
    CHECK(result.adversarials[0] > 0.6f);
    for (std::size_t i = 1; i < 9; ++i)
      CHECK(result.adversarials[i] - 0.5f ==
            doctest::Approx(variation > 0 ? double{result.adversarials[0]} - 0.5 : 0).epsilon(0.35));
  }
}
