// Attacks that look at nothing but labels and follow nothing: noise and simple changes.
#include <doctest/doctest.h>

#include "attacks/gaussian_blur.hpp"
#include "support/strength.hpp"
#include "tests/core/support/models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

namespace {

/// Class 1 where the mean of four features exceeds 0.5.
std::shared_ptr<model::NetworkModel> mean_model() { return linear_model({1, 1, 1, 1}, -2); }

float change_of(const char* method, const std::vector<float>& x) {
  const auto result = attack(mean_model(), Tensor(Shape{1, 4}, x), {{"method", method}, {"steps", 10}});
  CHECK(result.samples[0].status == Status::success);
  return result.adversarials[0] - x[0];
}

}  // namespace

TEST_CASE("brightness shifts by as much as is missing, up or down") {
  CHECK(change_of("brightness", {0.3f, 0.3f, 0.3f, 0.3f}) == doctest::Approx(0.2).epsilon(0.005));
  CHECK(change_of("brightness", {0.6f, 0.6f, 0.6f, 0.6f}) == doctest::Approx(-0.1).epsilon(0.005));
}

TEST_CASE("contrast ends where the share of the middle is enough") {
  // Logits (0, 2 x0 + x1 - 0.3): at (1 - t) x + t / 2 the boundary is met where (1 - t) 0.2 + 1.5 t = 0.3.
  const auto result = attack(linear_model({2, 1}, -0.3f), Tensor(Shape{1, 2}, std::vector<float>{0.05f, 0.1f}),
                             {{"method", "contrast-reduction"}, {"steps", 10}});
  const double t = 0.1 / 1.3;
  CHECK(result.samples[0].status == Status::success);
  CHECK(result.adversarials[0] == doctest::Approx(0.05 + t * 0.45).epsilon(0.01));
}

TEST_CASE("inversion gives the negative") {
  const auto result =
      attack(mean_model(), Tensor(Shape{1, 4}, std::vector<float>{0.125f, 0.25f, 0.5f, 0}), {{"method", "inversion"}});
  CHECK(result.samples[0].status == Status::success);
  CHECK(std::vector<float>(result.adversarials.values().begin(), result.adversarials.values().end()) ==
        std::vector<float>{0.875f, 0.75f, 0.5f, 1});
}

TEST_CASE("salt and pepper changes features to the faces only, and additive noise has the size of epsilon") {
  const Problem& problem = linear_problem();
  const auto salted = attack(problem.model, problem.inputs, {{"method", "salt-and-pepper"}});
  for (std::size_t i = 0; i < problem.inputs.size(); ++i) {
    const float value = salted.adversarials[i];
    CHECK((value == problem.inputs[i] || value == 0 || value == 1));
  }
  for (const char* noise : {"gaussian", "uniform"})
    for (const char* norm : {"l2", "linf"}) {
      const auto noisy = attack(mean_model(), Tensor(Shape{1, 4}, std::vector<float>{0.9f, 0.9f, 0.9f, 0.9f}),
                                {{"method", "additive-noise"}, {"noise", noise}, {"norm", norm}, {"epsilon", 0.05}});
      CHECK(noisy.samples[0].status == Status::failed);
      const auto& distances = noisy.samples[0].distances;
      CHECK((norm == std::string("l2") ? distances.l2 : distances.linf) == doctest::Approx(0.05).epsilon(1e-4));
    }
}

TEST_CASE("a blur keeps what is even, spreads a point as the Gaussian says, and keeps its sum") {
  model::InputSpecification input = model::plain_input(Shape{9, 9, 1});
  const attacks::Image image(input);
  std::vector<float> even(81, 0.25f), point(81, 0.0f);
  attacks::gaussian_blur(image, 1, 4, true, even);
  for (float value : even) CHECK(value == doctest::Approx(0.25));
  point[40] = 1;
  attacks::gaussian_blur(image, 1, 4, true, point);
  double sum = 0;
  for (float value : point) sum += double{value};
  CHECK(sum == doctest::Approx(1));
  CHECK(double{point[41]} / double{point[40]} == doctest::Approx(std::exp(-0.5)));
  CHECK(double{point[50]} / double{point[40]} == doctest::Approx(std::exp(-1.0)));
}

TEST_CASE("rotation and translation find the shift that moves a bar out of sight of its detector") {
  // Two classes: the left half of a 4 x 4 image against the right half.
  nn::Network network(Shape{4, 4, 1});
  REQUIRE(network.add(std::make_unique<nn::Flatten>()).ok());
  Tensor weights = Tensor::filled(Shape{2, 16}, 0);
  for (std::size_t i = 0; i < 16; ++i) weights[(i % 4 < 2 ? 0 : 16) + i] = 1;
  REQUIRE(network.add(std::make_unique<nn::Dense>(std::move(weights), Tensor::filled(Shape{2}, 0))).ok());
  const std::shared_ptr<model::Model> model = model_of(std::move(network), model::plain_input(Shape{4, 4, 1}));
  Tensor bar = Tensor::filled(Shape{1, 4, 4, 1}, 0);
  for (std::size_t row = 0; row < 4; ++row) bar[4 * row + 1] = 1;
  const auto result =
      attack(model, bar, {{"method", "rotation-translation"}, {"angles", 1}, {"largestShift", 1.0}, {"shifts", 3}});
  CHECK(result.samples[0].status == Status::success);
  CHECK(result.samples[0].queries == 9);
  // The nearest of the three that do it has lost one pixel over the upper or lower edge.
  int moved = 0;
  for (std::size_t row = 0; row < 4; ++row) {
    CHECK(result.adversarials[4 * row + 1] == 0);
    moved += result.adversarials[4 * row + 2] == 1;
  }
  CHECK(moved == 3);
  // Half a turn does as much, about the middle between the pixels.
  const auto turned =
      attack(model, bar, {{"method", "rotation-translation"}, {"angles", 3}, {"largestAngle", 180.0}, {"shifts", 1}});
  CHECK(turned.samples[0].status == Status::success);
  for (std::size_t row = 0; row < 4; ++row) CHECK(turned.adversarials[4 * row + 2] == doctest::Approx(1));
}
