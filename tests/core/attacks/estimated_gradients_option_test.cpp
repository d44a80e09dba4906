// gradient: "estimated": gradient attacks on models that give scores alone.
#include <doctest/doctest.h>

#include "model/callback_model.hpp"
#include "support/strength.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

namespace {

// Answers a callback model by a network until the job is done.
attacks::AttackResult attack_by_scores(const std::shared_ptr<model::NetworkModel>& network, const Tensor& inputs,
                                       ValueObject options) {
  auto scores =
      std::make_shared<model::CallbackModel>(network->input(), network->output(), model::CallbackOutput::logits);
  auto started = catalog::start_attack(scores, inputs.copy(), std::move(options), 0);
  if (!started.ok()) FAIL(started.error().field << ": " << started.error().message);
  attacks::AttackJob& job = *started.value();
  const std::size_t features = network->input().shape.count();
  for (;;) {
    auto state = job.step(30);
    REQUIRE(state.ok());
    if (state.value().kind == JobState::Kind::done) break;
    if (state.value().kind != JobState::Kind::waiting) continue;
    const auto query = job.query();
    auto pass = network->forward(model::Batch::single(query.size() / features, query), {});
    job.answer(pass.value()->outputs());
  }
  return {job.result().adversarials.copy(), job.result().samples, job.result().labels_from_model};
}

}  // namespace

TEST_CASE("with two points for each feature an attack takes the same way as by the model's own gradients") {
  const Problem& problem = relu_problem();
  ValueObject options{{"method", "deepfool"}};
  const auto own = attack(problem.model, problem.inputs, options);
  options.emplace_back("gradient", "estimated");
  options.emplace_back("gradientStep", 0.0005);
  const auto estimated = attack_by_scores(problem.model, problem.inputs, options);
  int alike = 0;
  for (std::size_t row = 0; row < problem.rows(); ++row) {
    CHECK(estimated.samples[row].gradients == 0);
    alike += std::fabs(estimated.samples[row].distances.l2 - own.samples[row].distances.l2) <
             0.01 * own.samples[row].distances.l2;
  }
  // A kink of a relu within the step of a difference leads elsewhere.
  CHECK(alike >= 22);
}

TEST_CASE("an estimated gradient costs its point and two for each feature, or as many as wanted") {
  const Problem& problem = linear_problem();
  const auto queries = [&](int samples) {
    const auto result = attack_by_scores(
        problem.model, problem.inputs,
        {{"method", "fgsm"}, {"epsilon", 1e-6}, {"gradient", "estimated"}, {"gradientSamples", samples}});
    for (const auto& sample : result.samples) CHECK(sample.queries == result.samples[0].queries);
    return result.samples[0].queries;
  };
  CHECK(queries(100) == 1 + 2 * 20 + 1);  // and the check of the result
  CHECK(queries(40) == 1 + 2 * 20 + 1);
  CHECK(queries(38) == 1 + 38 + 1);
  CHECK(queries(6) == 1 + 6 + 1);
}

TEST_CASE("estimated by random signs, pgd flips the samples of a linear model well within epsilon, and none beyond") {
  const Problem& problem = linear_problem();
  const auto truth = problem.exact(problem, Norm::linf);
  auto sorted = truth;
  std::sort(sorted.begin(), sorted.end());
  const double epsilon = sorted[20];
  for (int samples : {8, 40}) {
    const auto result = attack_by_scores(
        problem.model, problem.inputs,
        {{"method", "pgd"}, {"epsilon", epsilon}, {"gradient", "estimated"}, {"gradientSamples", samples}});
    for (std::size_t row = 0; row < problem.rows(); ++row) {
      INFO(samples << " " << truth[row] / epsilon);
      if (truth[row] > epsilon * 1.0001) CHECK(result.samples[row].status == Status::failed);
      if (truth[row] < epsilon * (samples == 40 ? 0.999 : 0.55)) CHECK(result.samples[row].status == Status::success);
    }
  }
}

TEST_CASE("estimates keep to the features that may change") {
  const Problem& problem = linear_problem();
  ValueList mask;
  for (int i = 0; i < 20; ++i) mask.push_back(i < 5 ? 1 : 0);
  const auto result = attack_by_scores(
      problem.model, problem.inputs,
      {{"method", "fgsm"}, {"epsilon", 0.1}, {"gradient", "estimated"}, {"gradientSamples", 10}, {"mask", mask}});
  for (std::size_t row = 0; row < problem.rows(); ++row) {
    CHECK(result.samples[row].queries == 1 + 10 + 1);
    for (std::size_t i = 5; i < 20; ++i) CHECK(result.adversarials[20 * row + i] == problem.row(row)[i]);
  }
}

TEST_CASE("gradients are estimated in searches for the smallest epsilon and in attacks that await others") {
  const Problem& problem = linear_problem();
  const auto truth = problem.exact(problem, Norm::linf);
  const auto result =
      attack_by_scores(problem.model, problem.inputs,
                       {{"method", "fgsm"}, {"epsilon", 0.5}, {"epsilonSearch", 12}, {"gradient", "estimated"}});
  for (std::size_t row = 0; row < problem.rows(); ++row)
    if (truth[row] < 0.5) CHECK(result.samples[row].distances.linf == doctest::Approx(truth[row]).epsilon(1e-3));
  const auto all = attack_by_scores(problem.model, problem.inputs,
                                    {{"method", "autoattack"}, {"epsilon", 0.2}, {"gradient", "estimated"}});
  for (std::size_t row = 0; row < problem.rows(); ++row)
    if (std::fabs(truth[row] - 0.2) > 1e-3) CHECK((all.samples[row].status == Status::success) == (truth[row] < 0.2));
}

TEST_CASE("layers that a model does not show are not estimated either; without the option its absence is named") {
  auto scores = std::make_shared<model::CallbackModel>(linear_problem().model->input(),
                                                       linear_problem().model->output(), model::CallbackOutput::logits);
  CHECK(refusal(scores, linear_problem().inputs, {{"method", "feature-adversary"}, {"gradient", "estimated"}}).field ==
        "gradient");
  const Error error = refusal(scores, linear_problem().inputs, {{"method", "pgd"}});
  CHECK(error.field == "method");
  CHECK(error.message.find("estimated") != std::string::npos);
  auto labels = std::make_shared<model::CallbackModel>(linear_problem().model->input(),
                                                       linear_problem().model->output(), model::CallbackOutput::labels);
  CHECK(refusal(labels, linear_problem().inputs, {{"method", "pgd"}, {"gradient", "estimated"}}).field == "method");
}
