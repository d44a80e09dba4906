#include "nn/loss.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/core/support/compare.hpp"
#include "tests/core/support/finite_differences.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {
namespace {

using Values = std::vector<double>;

double exact_cross_entropy(const Values& logits, std::size_t label) {
  const double top = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (double logit : logits) sum += std::exp(logit - top);
  return std::log(sum) - (logits[label] - top);
}

Values exact_softmax(const Values& logits) {
  Values result;
  for (std::size_t i = 0; i < logits.size(); ++i) result.push_back(std::exp(-exact_cross_entropy(logits, i)));
  return result;
}

/// Logits of every size, near and far from each other.
std::vector<std::vector<float>> samples() {
  std::vector<std::vector<float>> result{{0, 0},         {1, -1},           {5, 5, 5},
                                         {100, -100, 0}, {-1000, -1001},    {30000, 29999, -30000},
                                         {1e30f, 0},     {-1e30f, 1e30f, 3}};
  for (std::uint64_t seed = 0; seed < 30; ++seed)
    result.push_back(test::random_values(2 + seed % 9, seed, -static_cast<float>(seed), static_cast<float>(seed)));
  return result;
}

}  // namespace

TEST_CASE("softmax gives probabilities, whatever the size of the logits") {
  for (const auto& logits : samples()) {
    std::vector<float> probabilities(logits.size());
    nn::softmax(logits, probabilities);
    double sum = 0;
    for (float probability : probabilities) sum += double{probability};
    CHECK(sum == doctest::Approx(1).epsilon(1e-6));
    CHECK(test::largest_error(probabilities, exact_softmax(test::to_doubles(logits))) < 3e-7);
  }
}

TEST_CASE("cross-entropy is the logarithm of the label's probability, without overflow") {
  for (const auto& logits : samples())
    for (std::size_t label = 0; label < logits.size(); ++label) {
      CAPTURE(logits[label]);
      const double expected = exact_cross_entropy(test::to_doubles(logits), label);
      const float loss = nn::cross_entropy(logits, label, {});
      CHECK(std::isfinite(loss));
      CHECK(std::fabs(double{loss} - expected) <= 4e-7 * std::max(1.0, expected));
    }
}

TEST_CASE("the cotangent of cross-entropy is its gradient") {
  for (const auto& logits : samples()) {
    if (std::fabs(logits[0]) > 1000) continue;  // where steps of finite differences vanish
    for (std::size_t label = 0; label < logits.size(); ++label) {
      std::vector<float> cotangent(logits.size(), 9);
      const float loss = nn::cross_entropy(logits, label, cotangent);
      CHECK(loss == nn::cross_entropy(logits, label, {}));
      const auto gradient = test::finite_differences(test::to_doubles(logits),
                                                     [&](const Values& v) { return exact_cross_entropy(v, label); });
      CHECK(test::largest_error(cotangent, gradient) < 4e-7);
    }
  }
}

TEST_CASE("a logit that is not a number shows in the loss, wherever it stands") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t place = 0; place < 3; ++place)
    for (std::size_t label = 0; label < 3; ++label) {
      std::vector<float> logits{0, 1, 2};
      logits[place] = nan;
      CHECK(!std::isfinite(nn::cross_entropy(logits, label, {})));
    }
}

TEST_CASE("the largest logit is the first among equals") {
  CHECK(nn::largest(std::vector<float>{1, 3, 2}) == 1);
  CHECK(nn::largest(std::vector<float>{3, 3, 3}) == 0);
  CHECK(nn::largest(std::vector<float>{-2, -1, -1}) == 1);
  CHECK(nn::largest(std::vector<float>{7}) == 0);
}

TEST_CASE("the largest other logit leaves one class out") {
  CHECK(nn::largest_other(std::vector<float>{1, 3, 2}, 1) == 2);
  CHECK(nn::largest_other(std::vector<float>{1, 3, 2}, 2) == 1);
  CHECK(nn::largest_other(std::vector<float>{5, 3, 4}, 0) == 2);
  CHECK(nn::largest_other(std::vector<float>{5, 4}, 0) == 1);
  CHECK(nn::largest_other(std::vector<float>{5, 4}, 1) == 0);
  CHECK(nn::largest_other(std::vector<float>{3, 3, 3}, 0) == 1);
}

}  // namespace mlsec
