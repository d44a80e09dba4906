#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

TEST_CASE("fgsm in l1 spends epsilon on the steepest features and is exact on a linear model, box and all") {
  const Problem& problem = linear_problem();
  const auto truth = problem.exact(problem, Norm::l1);
  for (double epsilon : {0.2, 1.0, 2.0}) {
    const auto result =
        attack(problem.model, problem.inputs, {{"method", "fgsm"}, {"norm", "l1"}, {"epsilon", epsilon}});
    for (std::size_t row = 0; row < problem.rows(); ++row)
      if (std::fabs(truth[row] - epsilon) > 1e-5)
        CHECK((result.samples[row].status == Status::success) == (truth[row] < epsilon));
  }
}

TEST_CASE("with a random share the step still ends on epsilon, elsewhere for every seed") {
  const ValueObject options{{"method", "fgsm"}, {"epsilon", 0.1}, {"randomShare", 0.5}};
  const auto first = attack(linear_problem().model, linear_problem().inputs, options);
  ValueObject other = options;
  other.emplace_back("seed", 9);
  const auto second = attack(linear_problem().model, linear_problem().inputs, other);
  CHECK(!same_bytes(first.adversarials.values(), second.adversarials.values()));
  for (const auto& sample : first.samples) CHECK(sample.distances.linf <= 0.1);
}

TEST_CASE("towards the least likely class that class's logit grows beside the others") {
  const Problem& problem = relu_problem();
  const auto result =
      attack(problem.model, problem.inputs, {{"method", "fgsm"}, {"epsilon", 0.05}, {"leastLikely", true}});
  for (std::size_t row = 0; row < problem.rows(); ++row) {
    const auto logits = [&](std::span<const float> x) {
      auto pass = problem.model->forward(model::Batch::single(1, x), {});
      const auto outputs = pass.value()->outputs();
      return std::vector<float>(outputs.begin(), outputs.end());
    };
    const auto before = logits(problem.row(row));
    const auto after = logits(result.adversarials.values().subspan(row * 6, 6));
    const auto least = static_cast<std::size_t>(std::min_element(before.begin(), before.end()) - before.begin());
    double lead_before = 0, lead_after = 0;
    for (std::size_t k = 0; k < before.size(); ++k) {
      lead_before += double{before[least]} - double{before[k]};
      lead_after += double{after[least]} - double{after[k]};
    }
    CHECK(lead_after >= lead_before);
  }
}
