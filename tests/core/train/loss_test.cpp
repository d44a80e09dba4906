#include "train/loss.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/core/support/compare.hpp"
#include "tests/core/support/finite_differences.hpp"
#include "tests/core/support/random_values.hpp"
#include "tests/core/train/formulas.hpp"

namespace mlsec {
namespace {

using test::Values;
using train::LossKind;

constexpr std::size_t outputs = 5;
constexpr LossKind kinds[] = {LossKind::cross_entropy, LossKind::hinge, LossKind::mean_squared_error,
                              LossKind::binary_cross_entropy};

/// One-hot, a distribution, independent zeros and ones, and any values.
std::vector<std::vector<float>> targets_for(LossKind kind) {
  std::vector<std::vector<float>> targets{{0, 0, 1, 0, 0}, {0.1f, 0.2f, 0.4f, 0, 0.3f}};
  if (kind == LossKind::binary_cross_entropy || kind == LossKind::mean_squared_error)
    targets.push_back({1, 0, 1, 1, 0});
  if (kind == LossKind::mean_squared_error) targets.push_back({-3, 0.5f, 2, 0, 10});
  return targets;
}

struct Outcome {
  double loss;
  std::vector<float> cotangent;
};

Outcome loss_of(LossKind kind, const std::vector<float>& logits, const std::vector<float>& target) {
  std::vector<float> cotangent(logits.size(), -7);
  const double loss = train::loss_of(kind, logits, target, cotangent);
  CHECK(train::loss_of(kind, logits, target, {}) == loss);
  return {loss, cotangent};
}

bool all_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

}  // namespace

TEST_CASE("every loss is its formula and has that formula's derivative") {
  for (LossKind kind : kinds)
    for (const auto& target : targets_for(kind))
      for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        CAPTURE(static_cast<int>(kind));
        CAPTURE(seed);
        const auto logits = test::random_values(outputs, seed, -4, 4);
        const auto formula = [&](const Values& z) { return test::loss_in_double(kind, z, test::to_doubles(target)); };
        const auto [loss, cotangent] = loss_of(kind, logits, target);
        CHECK(loss == doctest::Approx(formula(test::to_doubles(logits))).epsilon(1e-6));
        CHECK(test::largest_error(cotangent, test::finite_differences(test::to_doubles(logits), formula)) < 1e-6);
      }
}

TEST_CASE("losses of logits as large as 10,000 are right and finite") {
  const std::vector<std::vector<float>> rows{
      {1e4f, -1e4f, 1e4f, 0, -1e4f}, {-1e4f, -1e4f, -1e4f, -1e4f, -1e4f}, {0, 0, 1e4f, 0, 0}, {-1e4f, 1e4f, 0, 2, 3}};
  for (LossKind kind : kinds)
    for (const auto& target : targets_for(kind))
      for (const auto& logits : rows) {
        CAPTURE(static_cast<int>(kind));
        const auto [loss, cotangent] = loss_of(kind, logits, target);
        const double expected = test::loss_in_double(kind, test::to_doubles(logits), test::to_doubles(target));
        CHECK(loss == doctest::Approx(expected).epsilon(1e-6));
        CHECK(all_finite(cotangent));
      }
}

TEST_CASE("the hinge leaves alone what has a margin of 1, and pushes against the largest rival alone") {
  const auto far = loss_of(LossKind::hinge, {0, 5, 3.5f, 1, 2}, {0, 1, 0, 0, 0});
  CHECK(far.loss == 0);
  CHECK(far.cotangent == std::vector<float>(5, 0));
  const auto near = loss_of(LossKind::hinge, {0, 5, 4.5f, 1, 2}, {0, 1, 0, 0, 0});
  CHECK(near.loss == 0.5);
  CHECK(near.cotangent == std::vector<float>{0, -1, 1, 0, 0});
}

TEST_CASE("outputs that are not a number have a loss that says so") {
  const std::vector<float> logits{0, std::nanf(""), 1, 2, 3}, target{0, 1, 0, 0, 0};
  for (LossKind kind : kinds) CHECK(std::isnan(train::loss_of(kind, logits, target, {})));
}

TEST_CASE("boosted cross-entropy is its formula and has that formula's derivative") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto logits = test::random_values(outputs, seed, -3, 3);
    for (std::size_t label = 0; label < outputs; ++label) {
      const auto formula = [label](const Values& z) { return test::boosted_in_double(z, label); };
      std::vector<float> cotangent(outputs, -7);
      const double loss = train::boosted_cross_entropy(logits, label, cotangent);
      CHECK(loss == doctest::Approx(formula(test::to_doubles(logits))).epsilon(1e-5));
      CHECK(test::largest_error(cotangent, test::finite_differences(test::to_doubles(logits), formula)) < 1e-5);
    }
  }
}

TEST_CASE("boosted cross-entropy of logits as large as 10,000 is right and finite") {
  for (const std::vector<float>& logits :
       {std::vector<float>{1e4f, -1e4f, 0}, {-1e4f, 1e4f, 0}, {1e4f, 1e4f, 1e4f}, {0, 0, -1e4f}, {-1e4f, 1e4f, 1e4f}})
    for (std::size_t label = 0; label < 3; ++label) {
      std::vector<float> cotangent(3, -7);
      const double loss = train::boosted_cross_entropy(logits, label, cotangent);
      CHECK(loss == doctest::Approx(test::boosted_in_double(test::to_doubles(logits), label)).epsilon(1e-5));
      CHECK(all_finite(cotangent));
    }
}

TEST_CASE("the divergence is its formula times a factor, and its derivatives are added to both cotangents") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto clean = test::random_values(outputs, seed, -3, 3),
               other = test::random_values(outputs, 100 + seed, -3, 3);
    const Values p = test::to_doubles(clean), q = test::to_doubles(other);
    std::vector<float> clean_cotangent(outputs, 2), other_cotangent(outputs, -1);
    const double divergence = train::add_divergence(clean, other, 2.5, clean_cotangent, other_cotangent);
    CHECK(divergence == doctest::Approx(2.5 * test::divergence_in_double(p, q)).epsilon(1e-6));
    CHECK(divergence >= 0);
    auto by_clean =
        test::finite_differences(p, [&](const Values& z) { return 2.5 * test::divergence_in_double(z, q); });
    auto by_other =
        test::finite_differences(q, [&](const Values& z) { return 2.5 * test::divergence_in_double(p, z); });
    for (double& value : by_clean) value += 2;
    for (double& value : by_other) value -= 1;
    CHECK(test::largest_error(clean_cotangent, by_clean) < 2e-6);
    CHECK(test::largest_error(other_cotangent, by_other) < 2e-6);
  }
}

TEST_CASE("the divergence of a row from itself is nothing, and of certain rows from each other finite") {
  std::vector<float> clean_cotangent(3, 0), other_cotangent(3, 0);
  const std::vector<float> sure{1e4f, 0, -1e4f}, contrary{-1e4f, 0, 1e4f};
  CHECK(train::add_divergence(sure, sure, 6, clean_cotangent, other_cotangent) == 0);
  CHECK(clean_cotangent == std::vector<float>(3, 0));
  CHECK(other_cotangent == std::vector<float>(3, 0));
  const double divergence = train::add_divergence(sure, contrary, 1, clean_cotangent, other_cotangent);
  CHECK(divergence == doctest::Approx(2e4));
  CHECK(all_finite(clean_cotangent));
  CHECK(other_cotangent == std::vector<float>{-1, 0, 1});
}

}  // namespace mlsec
