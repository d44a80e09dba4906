#include "threat/criterion.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/core/support/random_values.hpp"

using mlsec::threat::Criterion;

namespace {

// By sorting, and by softmax as written.
bool expected(const Criterion& criterion, const std::vector<float>& logits) {
  std::vector<std::size_t> order(logits.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return logits[a] > logits[b]; });
  const std::size_t asked = criterion.target.value_or(criterion.label);
  const auto place = static_cast<std::size_t>(std::find(order.begin(), order.end(), asked) - order.begin());
  if ((place < criterion.top) != criterion.target.has_value()) return false;
  double sum = 0;
  for (float logit : logits) sum += std::exp(double{logit});
  return std::exp(double{logits[criterion.target ? asked : order[0]]}) / sum >= criterion.probability;
}

}  // namespace

TEST_CASE("criteria hold where sorted logits and their softmax say so") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    auto logits = mlsec::test::random_values(5, seed, -3, 3);
    if (seed % 3 == 0) logits[4] = logits[1];
    for (std::size_t top : {1u, 2u, 4u})
      for (double probability : {0.0, 0.3, 0.6})
        for (std::size_t label = 0; label < 5; ++label) {
          const Criterion away{.label = label, .target = std::nullopt, .top = top, .probability = probability};
          CHECK(away.holds(logits) == expected(away, logits));
          const Criterion towards{.label = 0, .target = label, .top = top, .probability = probability};
          CHECK(towards.holds(logits) == expected(towards, logits));
        }
  }
}

TEST_CASE("no criterion holds where a logit is not a number") {
  const std::vector<float> logits{0, std::nanf(""), 1};
  CHECK(!Criterion{}.holds(logits));
  CHECK(!Criterion{.label = 0, .target = 2, .top = 1, .probability = 0}.holds(logits));
}
