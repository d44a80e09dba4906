#include <doctest/doctest.h>

#include "support/strength.hpp"
#include "tests/core/support/models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

TEST_CASE("without noise the mean of gradients is the gradient: exactly as pgd") {
  const Problem& problem = relu_problem();
  const ValueObject options{{"epsilon", 0.5}, {"norm", "l2"}, {"steps", 20}};
  ValueObject plain = options, mean = options;
  plain.insert(plain.end(), {{"method", "pgd"}, {"earlyStop", false}});
  mean.insert(mean.end(), {{"method", "eot-pgd"}, {"noise", 0.0}, {"samples", 1}});
  const auto one = attack(problem.model, problem.inputs, plain), other = attack(problem.model, problem.inputs, mean);
  CHECK(same_bytes(one.adversarials.values(), other.adversarials.values()));
}

TEST_CASE("noise finds the slope behind a plateau, where pgd has none to follow") {
  // Logits (0.1, relu(10 x - 6)): flat until 0.6, and class 1 from 0.61 on.
  nn::Network network(Shape{1});
  MLSEC_CHECK(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{.units = 2, .bias = true})).ok());
  MLSEC_CHECK(network.add(std::make_unique<nn::Relu>()).ok());
  network.initialise(1);
  network.parameters()[0]->value[0] = 0;
  network.parameters()[0]->value[1] = 10;
  network.parameters()[1]->value[0] = 0.1f;
  network.parameters()[1]->value[1] = -6;
  network.parameters_changed();
  const auto model = std::shared_ptr<model::Model>(model_of(std::move(network), model::plain_input(Shape{1})));
  const Tensor inputs = Tensor::filled(Shape{1, 1}, 0.5f);
  const ValueObject options{{"epsilon", 0.15}, {"randomStart", false}};
  ValueObject plain = options, noisy = options;
  plain.emplace_back("method", "pgd");
  noisy.insert(noisy.end(), {{"method", "eot-pgd"}, {"noise", 0.1}});
  CHECK(attack(model, inputs, plain).samples[0].status == Status::failed);
  CHECK(attack(model, inputs, noisy).samples[0].status == Status::success);
}

TEST_CASE("over shifts the step goes along the mean of the shifted weights") {
  // Logits (0, w . x) with small w, so that the loss has nearly the same slope everywhere.
  const Shape image{6, 6, 1};
  nn::Network network(image);
  MLSEC_CHECK(network.add(std::make_unique<nn::Flatten>()).ok());
  MLSEC_CHECK(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{.units = 2, .bias = true})).ok());
  network.initialise(1);
  Random random(5, 0, Purpose::test);
  Tensor& weights = network.parameters()[0]->value;
  for (std::size_t i = 0; i < 36; ++i) {
    weights[i] = 0;
    weights[36 + i] = 1e-3f * random.normal();
  }
  network.parameters()[1]->value[0] = 1;
  network.parameters_changed();
  std::vector<double> w(36);
  for (std::size_t i = 0; i < 36; ++i) w[i] = double{weights[36 + i]};
  const auto model = std::shared_ptr<model::Model>(model_of(std::move(network), model::plain_input(image)));
  const Tensor inputs = Tensor::filled(Shape{1, 6, 6, 1}, 0.5f);
  const auto result = attack(model, inputs,
                             {{"method", "eot-pgd"},
                              {"norm", "l2"},
                              {"epsilon", 0.1},
                              {"steps", 1},
                              {"stepSize", 0.1},
                              {"noise", 0.0},
                              {"shift", 1.0},
                              {"samples", 4000},
                              {"randomStart", false}});
  // A shift uniform in -1 ... 1 and bilinear gives a neighbour the weight of the integral of 1 - |s - 1|: 1/4, 1/2,
  // 1/4.
  double product = 0, square = 0, length = 0;
  for (int r = 0; r < 6; ++r)
    for (int c = 0; c < 6; ++c) {
      double mean = 0;
      for (int down = -1; down <= 1; ++down)
        for (int right = -1; right <= 1; ++right)
          if (r + down >= 0 && r + down < 6 && c + right >= 0 && c + right < 6)
            mean += (down == 0 ? 0.5 : 0.25) * (right == 0 ? 0.5 : 0.25) *
                    w[static_cast<std::size_t>(6 * (r + down) + c + right)];
      const double step = double{result.adversarials[static_cast<std::size_t>(6 * r + c)]} - 0.5;
      product += mean * step;
      square += mean * mean;
      length += step * step;
    }
  CHECK(product / std::sqrt(square * length) > 0.995);
}
