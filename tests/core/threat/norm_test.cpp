#include "threat/norm.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "tests/core/support/random_values.hpp"

namespace mlsec {

using threat::Norm;

TEST_CASE("distances in every norm, by hand") {
  const std::vector<float> a{0, 1, 2, 0.5f}, b{3, 1, -2, 0.5f};
  const auto d = threat::distances(a, b);
  CHECK(d.l0 == 2);
  CHECK(d.l1 == 7);
  CHECK(d.l2 == 5);
  CHECK(d.linf == 4);
  CHECK(d.in(Norm::l0) == 2);
  CHECK(d.in(Norm::l1) == 7);
  CHECK(d.in(Norm::l2) == 5);
  CHECK(d.in(Norm::linf) == 4);
}

TEST_CASE("nothing is far from itself, and distances have no direction") {
  const auto a = test::random_values(50, 1), b = test::random_values(50, 2);
  const auto self = threat::distances(a, a), there = threat::distances(a, b), back = threat::distances(b, a);
  CHECK(self.l0 + self.l1 + self.l2 + self.linf == 0);
  for (Norm norm : {Norm::l0, Norm::l1, Norm::l2, Norm::linf}) CHECK(there.in(norm) == back.in(norm));
}

TEST_CASE("distances are computed in double over the floats") {
  // In float these differences would round, and the sum of squares would lose the small ones.
  const float one_up = std::nextafter(1.0f, 2.0f);
  const std::vector<float> a{1, 1e8f, 0}, b{one_up, 1e8f, 1e-30f};
  const auto d = threat::distances(a, b);
  CHECK(d.linf == 0x1p-23);
  CHECK(d.l0 == 2);
  CHECK(d.l1 == 0x1p-23 + double{1e-30f});
  const std::vector<float> zeros(10000, 0.0f), tenths(10000, 0.1f);
  CHECK(threat::distances(zeros, tenths).l2 == doctest::Approx(double{0.1f} * 100).epsilon(1e-12));
}

TEST_CASE("a norm has its public name") {
  CHECK(name_of(Norm::l0) == "l0");
  CHECK(name_of(Norm::linf) == "linf");
  CHECK(value_of<Norm>("l2") == Norm::l2);
}

}  // namespace mlsec
