#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("jsma changes the features that enumeration finds to be enough, one by one and in pairs") {
  // The saliency weighs slopes without how far the box lets a feature go, so it is not exact even where the model is
  // linear: singly 70 % are there, on the relu network 75 %, and 62.5 % by logits.
  ValueObject single{{"method", "jsma"}, {"pairs", false}, {"gamma", 1.0}};
  check_strength(single, Norm::l0, {3, 1, 74}, 0.7);
  single.emplace_back("probabilities", false);
  check_strength(single, Norm::l0, {3, 1, 62}, 0.7);
  const Ratios pairs = relu_problem().ratios(Norm::l0, {{"method", "jsma"}, {"gamma", 1.0}});
  CHECK(pairs.median() <= 2);
}

TEST_CASE("jsma sets the pair of features whose saliency is the largest") {
  // Logits (-sum x, w.x + b) with b so low that two features at 1 just do; the largest weights are 3 and 2.
  const auto model = linear_model({1, 3, 0.5f, 2}, -4.9f);
  for (std::size_t i = 0; i < 4; ++i) model->network().parameters()[0]->value[i] = -1;  // all alike lower class 0
  model->network().parameters_changed();
  const Tensor inputs(Shape{1, 4}, std::vector<float>{0, 0, 0, 0});
  const auto result = attack(model, inputs, {{"method", "jsma"}, {"gamma", 0.5}});
  CHECK(result.samples[0].status == attacks::Status::success);
  CHECK(std::vector<float>(result.adversarials.values().begin(), result.adversarials.values().end()) ==
        std::vector<float>{0, 1, 0, 1});
  CHECK(result.samples[0].gradients == 4);  // two Jacobians of two classes
}

TEST_CASE("the saliency of probabilities knows the class to be left, that of logits takes all others together") {
  // Logits (2 - 2 b, a + b, -5 - 10 a) of features a and b, which raise class 1 alike: b lowers class 0, where the
  // model is, and a by much more class 2, where it is not.
  nn::Network network(Shape{2});
  Tensor weights(Shape{3, 2}, std::vector<float>{0, -2, 1, 1, -10, 0});
  Tensor bias(Shape{3}, std::vector<float>{2, 0, -5});
  REQUIRE(network.add(std::make_unique<nn::Dense>(std::move(weights), std::move(bias))).ok());
  const auto model = std::make_shared<model::NetworkModel>("three", std::move(network), model::plain_input(Shape{2}),
                                                           model::OutputSpecification{3, model::numbered_labels(3)});
  const Tensor inputs(Shape{1, 2}, std::vector<float>{0, 0});
  for (const bool pairs : {false, true})
    for (const bool probabilities : {true, false}) {
      const auto result = attack(
          model, inputs,
          {{"method", "jsma"}, {"targets", NumberArray{{1}, {1}}}, {"pairs", pairs}, {"probabilities", probabilities}});
      CHECK(result.samples[0].status == attacks::Status::success);
      CHECK(result.adversarials[0] == (pairs || !probabilities ? 1 : 0));
      CHECK(result.adversarials[1] == 1);
    }
}

TEST_CASE("jsma never changes more features than gamma allows") {
  const auto result =
      attack(random_network(40, 20, 3, 5), random_inputs(20, 40, 4), {{"method", "jsma"}, {"gamma", 0.1}});
  for (const auto& sample : result.samples) CHECK(sample.distances.l0 <= 4);
}
