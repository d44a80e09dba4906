// Runs an attack to its end.
#pragma once

#include <doctest/doctest.h>

#include "catalog/dispatch.hpp"
#include "tests/core/support/compare.hpp"

namespace mlsec::test {

inline attacks::AttackResult finish(attacks::AttackJob& job) {
  for (;;) {
    auto state = job.step(30);
    REQUIRE(state.ok());
    REQUIRE(state.value().kind != JobState::Kind::waiting);
    if (state.value().kind == JobState::Kind::done) break;
  }
  const attacks::AttackResult& result = job.result();
  return {result.adversarials.copy(), result.samples, result.labels_from_model};
}

inline attacks::AttackResult attack(std::shared_ptr<model::Model> model, const Tensor& inputs, ValueObject options,
                                    std::uint64_t first_sample = 0) {
  auto job = catalog::start_attack(std::move(model), inputs.copy(), std::move(options), first_sample);
  if (!job.ok()) FAIL(job.error().field << ": " << job.error().message);
  return finish(*job.value());
}

/// The error of a start that must fail.
inline Error refusal(std::shared_ptr<model::Model> model, const Tensor& inputs, ValueObject options) {
  auto job = catalog::start_attack(std::move(model), inputs.copy(), std::move(options), 0);
  REQUIRE(!job.ok());
  return job.error();
}

inline ValueList list(std::initializer_list<int> values) {
  ValueList result;
  for (int value : values) result.push_back(value);
  return result;
}

}  // namespace mlsec::test
