#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("fab comes as near to the true smallest perturbation as was measured") {
  // Linear 1.0005, 1.0005, 1.0029; relu medians 1.0017, 1.0038, 1.0085.
  check_strength({{"method", "fab"}, {"norm", "l1"}}, Norm::l1, {1.001, 1.002, 83});
  check_strength({{"method", "fab"}, {"norm", "l2"}}, Norm::l2, {1.001, 1.005, 95});
  check_strength({{"method", "fab"}, {"norm", "linf"}}, Norm::linf, {1.003, 1.01, 75});
}

TEST_CASE("fab towards each class costs one gradient a step and comes as near") {
  // Linear 1.0005, relu median 1.0038.
  check_strength({{"method", "fab"}, {"norm", "l2"}, {"targetClasses", 2}}, Norm::l2, {1.001, 1.005, 100});
  const auto result = attack(relu_problem().model, relu_problem().inputs, {{"method", "fab"}, {"targetClasses", 1}});
  for (const auto& sample : result.samples) CHECK(sample.gradients <= 100);
}
