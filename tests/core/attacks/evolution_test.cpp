// one-pixel and genattack: candidates that breed.
#include <doctest/doctest.h>

#include "support/strength.hpp"
#include "tests/core/support/models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

TEST_CASE("one-pixel succeeds where enumeration says that one feature is enough, and changes no more") {
  const Problem& problem = relu_problem();
  const auto truth = problem.exact(problem, Norm::l0);
  for (int pixels : {1, 2}) {
    const auto result = attack(problem.model, problem.inputs,
                               {{"method", "one-pixel"}, {"pixels", pixels}, {"generations", 30}, {"population", 200}});
    for (std::size_t row = 0; row < problem.rows(); ++row) {
      CHECK((result.samples[row].status == Status::success) == (truth[row] <= pixels));
      CHECK(result.samples[row].distances.l0 <= pixels);
    }
  }
}

TEST_CASE("one-pixel breeds two pixels out of forty that must be found together") {
  std::vector<float> w(40, 0.01f);
  for (std::size_t i : {std::size_t{5}, std::size_t{31}}) w[i] = 1;
  const auto result = attack(linear_model(w, -1.9f), Tensor::filled(Shape{3, 40}, 0),
                             {{"method", "one-pixel"}, {"pixels", 2}, {"generations", 100}, {"population", 100}});
  for (const auto& sample : result.samples) CHECK(sample.status == Status::success);
}

TEST_CASE("one pixel of an image with channels is all of them at one place") {
  const std::shared_ptr<model::Model> model =
      model_of(image_network(Shape{6, 5, 3}, 3, 4), model::plain_input(Shape{6, 5, 3}));
  const Tensor inputs = random_tensor(Shape{6, 6, 5, 3}, 6, 0, 1);
  const auto result = attack(model, inputs, {{"method", "one-pixel"}, {"generations", 5}, {"population", 50}});
  for (std::size_t row = 0; row < 6; ++row) {
    int pixels = 0;
    for (std::size_t pixel = 0; pixel < 30; ++pixel) {
      const std::size_t first = 90 * row + 3 * pixel;
      pixels += result.adversarials[first] != inputs[first] || result.adversarials[first + 1] != inputs[first + 1] ||
                result.adversarials[first + 2] != inputs[first + 2];
    }
    CHECK(pixels <= 1);
  }
}

TEST_CASE("genattack flips the samples of a linear model that lie within epsilon, and none beyond") {
  const Problem& problem = linear_problem();
  const auto truth = problem.exact(problem, Norm::linf);
  auto sorted = truth;
  std::sort(sorted.begin(), sorted.end());
  const double epsilon = sorted[20];
  const auto result = attack(problem.model, problem.inputs, {{"method", "genattack"}, {"epsilon", epsilon}});
  for (std::size_t row = 0; row < problem.rows(); ++row) {
    if (truth[row] > epsilon * 1.0001) CHECK(result.samples[row].status == Status::failed);
    if (truth[row] < epsilon * 0.9) CHECK(result.samples[row].status == Status::success);
  }
}
