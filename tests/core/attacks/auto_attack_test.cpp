#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

TEST_CASE("autoattack leaves no more robust samples of a relu network than enumeration says there are") {
  const Problem& problem = relu_problem();
  for (Norm norm : {Norm::linf, Norm::l2}) {
    const auto truth = problem.exact(problem, norm);
    auto sorted = truth;
    std::sort(sorted.begin(), sorted.end());
    const double epsilon = sorted[sorted.size() / 2] * 1.02;
    const auto result = attack(
        problem.model, problem.inputs,
        {{"method", "autoattack"}, {"norm", std::string(name_of(norm))}, {"epsilon", epsilon}, {"squareSteps", 200}});
    for (std::size_t row = 0; row < problem.rows(); ++row) {
      CAPTURE(truth[row] / epsilon);
      CHECK((result.samples[row].status == Status::success) == (truth[row] < epsilon));
      CHECK(result.samples[row].distances.in(norm) <= epsilon);
    }
  }
}

TEST_CASE("autoattack plus is as strong, with more tries") {
  const Problem& problem = relu_problem();
  const auto truth = problem.exact(problem, Norm::linf);
  auto sorted = truth;
  std::sort(sorted.begin(), sorted.end());
  const double epsilon = sorted[sorted.size() / 2] * 1.02;
  const auto run = [&](const char* version) {
    return attack(
        problem.model, problem.inputs,
        {{"method", "autoattack"}, {"epsilon", epsilon}, {"version", version}, {"steps", 50}, {"squareSteps", 100}});
  };
  const auto standard = run("standard"), plus = run("plus");
  for (std::size_t row = 0; row < problem.rows(); ++row) {
    CHECK((plus.samples[row].status == Status::success) == (truth[row] < epsilon));
    if (plus.samples[row].status == Status::success) continue;
    // Ten times auto-PGD and five times Square before what standard does.
    CHECK(plus.samples[row].queries > standard.samples[row].queries + 9 * 50 + 4 * 100);
  }
}

TEST_CASE("autoattack goes on to the next attack only where those before it failed") {
  const Problem& problem = relu_problem();
  const auto result =
      attack(problem.model, problem.inputs, {{"method", "autoattack"}, {"epsilon", 2.0}, {"squareSteps", 50}});
  for (const auto& sample : result.samples) {
    // Auto-PGD once, towards 2 classes, FAB towards 2 classes, Square.
    if (sample.status == Status::success) continue;
    CHECK(sample.queries > 101 + 2 * 101 + 50);
  }
  const auto easy = attack(problem.model, problem.inputs, {{"method", "autoattack"}, {"epsilon", 8.0}});
  for (const auto& sample : easy.samples)
    if (sample.status == Status::success) CHECK(sample.queries < 1000);
}
