// Runs an attack on a set to its end.
#pragma once

#include <doctest/doctest.h>

#include "catalog/set_dispatch.hpp"

namespace mlsec::test {

struct SetOutcome {
  std::vector<float> pattern;
  attacks::SetAttackResult result;  // without the pattern
};

inline SetOutcome finish(attacks::SetAttackJob& job, double milliseconds = 30) {
  for (;;) {
    auto state = job.step(milliseconds);
    REQUIRE(state.ok());
    if (state.value().kind == JobState::Kind::done) break;
  }
  SetOutcome outcome{{}, job.result()};
  outcome.pattern.assign(outcome.result.pattern.begin(), outcome.result.pattern.end());
  outcome.result.pattern = {};
  return outcome;
}

inline SetOutcome set_attack(std::shared_ptr<model::Model> model, const Tensor& inputs, ValueObject options,
                             double milliseconds = 30) {
  auto job = catalog::start_set_attack(std::move(model), inputs.copy(), std::move(options));
  if (!job.ok()) FAIL(job.error().field << ": " << job.error().message);
  return finish(*job.value(), milliseconds);
}

/// The error of a start, or of a step, that must fail.
inline Error set_refusal(std::shared_ptr<model::Model> model, const Tensor& inputs, ValueObject options) {
  auto job = catalog::start_set_attack(std::move(model), inputs.copy(), std::move(options));
  if (!job.ok()) return job.error();
  for (;;) {
    auto state = job.value()->step(30);
    if (!state.ok()) return state.error();
    REQUIRE(state.value().kind != JobState::Kind::done);
  }
}

}  // namespace mlsec::test
