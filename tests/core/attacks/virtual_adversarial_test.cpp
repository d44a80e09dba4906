#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using threat::Norm;

TEST_CASE("on a linear model the virtual adversarial direction is that of the weights") {
  std::vector<float> w{3, -4};
  const auto model = linear_model(w, 0.5f);
  const Tensor inputs(Shape{1, 2}, std::vector<float>{0.5f, 0.5f});
  const auto result = attack(model, inputs, {{"method", "virtual-adversarial"}, {"epsilon", 0.05}});
  const double along = (3 * double{result.adversarials[0] - 0.5f} - 4 * double{result.adversarials[1] - 0.5f}) / 5;
  CHECK(std::fabs(along) == doctest::Approx(0.05).epsilon(1e-3));
}
