// aim: "least-likely", a target for every sample.
#include <doctest/doctest.h>

#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;

TEST_CASE("aimed at the least likely class, attacks do what they do with that class as the target") {
  const Problem& problem = relu_problem();
  ValueList targets;
  for (std::size_t row = 0; row < problem.rows(); ++row) {
    auto pass = problem.model->forward(model::Batch::single(1, problem.row(row)), {});
    const auto logits = pass.value()->outputs();
    targets.push_back(static_cast<int>(std::min_element(logits.begin(), logits.end()) - logits.begin()));
  }
  for (const char* method : {"pgd", "ddn", "square"}) {
    const auto aimed = attack(problem.model, problem.inputs, {{"method", method}, {"aim", "least-likely"}});
    const auto targeted = attack(problem.model, problem.inputs, {{"method", method}, {"targets", targets}});
    CHECK(same_bytes(aimed.adversarials.values(), targeted.adversarials.values()));
    for (std::size_t row = 0; row < problem.rows(); ++row) {
      CHECK(aimed.samples[row].target == targeted.samples[row].target);
      CHECK(aimed.samples[row].status == targeted.samples[row].status);
    }
  }
}

TEST_CASE("aim is refused beside targets and by attacks that cannot aim") {
  const Problem& problem = linear_problem();
  ValueList targets;
  for (std::size_t row = 0; row < problem.rows(); ++row) targets.push_back(0);
  CHECK(refusal(problem.model, problem.inputs, {{"method", "pgd"}, {"aim", "least-likely"}, {"targets", targets}})
            .field == "aim");
  CHECK(refusal(problem.model, problem.inputs, {{"method", "virtual-adversarial"}, {"aim", "least-likely"}}).field ==
        "aim");
}
