#include "attacks/features.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {
namespace {

using threat::Norm;

std::vector<float> stepped(Norm norm, std::vector<float> x, const std::vector<float>& normal, double wanted) {
  attacks::step_to_hyperplane(norm, x, normal, wanted, threat::Box::uniform(normal.size(), 0, 1));
  return x;
}

}  // namespace

TEST_CASE("steps to a hyperplane by hand: free, against the box, and where the box forbids it") {
  const std::vector<float> x{0.5f, 0.5f}, normal{2, 1};
  CHECK(test::largest_error(stepped(Norm::l2, x, normal, 0.5), std::vector<double>{0.7, 0.6}) < 1e-6);
  CHECK(test::largest_error(stepped(Norm::linf, x, normal, -0.75), std::vector<double>{0.25, 0.25}) < 1e-6);
  CHECK(test::largest_error(stepped(Norm::l1, x, normal, 0.5), std::vector<double>{0.75, 0.5}) < 1e-6);
  // The first feature ends at its face, the second does the rest.
  CHECK(test::largest_error(stepped(Norm::l2, x, normal, 1.375), std::vector<double>{1, 0.875}) < 1e-6);
  CHECK(test::largest_error(stepped(Norm::l1, x, normal, 1.25), std::vector<double>{1, 0.75}) < 1e-6);
  std::vector<float> far = x;
  CHECK(!attacks::step_to_hyperplane(Norm::l2, far, normal, 2, threat::Box::uniform(normal.size(), 0, 1)));
  CHECK(far == std::vector<float>{1, 1});
}

TEST_CASE("no random point on the hyperplane and in the box is nearer than the step") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto x = test::random_values(6, seed, 0, 1), normal = test::random_values(6, seed + 100, -1, 1);
    const double wanted = seed % 2 ? 0.4 : -0.3;
    for (Norm norm : {Norm::l1, Norm::l2, Norm::linf}) {
      std::vector<float> there = x;
      if (!attacks::step_to_hyperplane(norm, there, normal, wanted, threat::Box::uniform(normal.size(), 0, 1)))
        continue;
      CHECK(std::fabs(attacks::dot(normal, there) - attacks::dot(normal, x) - wanted) < 1e-6);
      const double reached = threat::distances(x, there).in(norm);
      Random random(seed, 5, Purpose::test);
      for (int draw = 0; draw < 300; ++draw) {
        // A random point, moved along the normal onto the plane where the box allows it.
        std::vector<float> other(6);
        attacks::fill_uniform(other, random, 0, 1);
        attacks::interpolate(other, there, other, 0.2);
        const double off = wanted - (attacks::dot(normal, other) - attacks::dot(normal, x));
        attacks::add_scaled(other, off / attacks::dot(normal, normal), normal);
        std::vector<float> clipped = other;
        threat::Box::uniform(normal.size(), 0, 1).clip(clipped);
        if (clipped == other) CHECK(threat::distances(x, other).in(norm) >= reached * (1 - 1e-6));
      }
    }
  }
}

TEST_CASE("sizes of a vector in every norm") {
  const std::vector<float> a{3, 0, -4};
  CHECK(attacks::size_in(Norm::l0, a) == 2);
  CHECK(attacks::size_in(Norm::l1, a) == 7);
  CHECK(attacks::size_in(Norm::l2, a) == 5);
  CHECK(attacks::size_in(Norm::linf, a) == 4);
}

}  // namespace mlsec
