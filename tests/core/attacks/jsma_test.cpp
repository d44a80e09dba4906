#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("jsma changes the features that enumeration finds to be enough, one by one and in pairs") {
  // The saliency weighs slopes without how far the box lets a feature go, so it is not exact even where the model is
  // linear: singly 70 % are there, 62.5 % on the relu network.
  const ValueObject single{{"method", "jsma"}, {"pairs", false}, {"gamma", 1.0}};
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

TEST_CASE("jsma never changes more features than gamma allows") {
  const auto result =
      attack(random_network(40, 20, 3, 5), random_inputs(20, 40, 4), {{"method", "jsma"}, {"gamma", 0.1}});
  for (const auto& sample : result.samples) CHECK(sample.distances.l0 <= 4);
}
