#include "attacks/driver.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "model/callback_model.hpp"
#include "support/run_attack.hpp"
#include "support/toy_models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;

namespace {

std::shared_ptr<model::NetworkModel> diagonal() { return linear_model({1, 1}, -1); }

// Class 1, class 1, class 0 with margins 0.2, 0.8, 0.4.
Tensor three_points() { return Tensor(Shape{3, 2}, std::vector<float>{0.6f, 0.6f, 0.9f, 0.9f, 0.3f, 0.3f}); }

}  // namespace

TEST_CASE("a sample that is not given its label is returned unchanged as already-misclassified and costs no query") {
  const auto result =
      attack(diagonal(), three_points(), {{"method", "pgd"}, {"epsilon", 0.3}, {"labels", list({0, 1, 0})}});
  CHECK(result.samples[0].status == Status::already_misclassified);
  CHECK(result.samples[0].queries == 0);
  CHECK(result.samples[0].gradients == 0);
  CHECK(same_bytes(result.adversarials.values().first(2), three_points().values().first(2)));
  CHECK(result.samples[1].status == Status::failed);
  CHECK(result.samples[2].status == Status::success);
  CHECK(!result.labels_from_model);
}

TEST_CASE("without labels the model's own predictions are attacked, and the result says so") {
  const auto result = attack(diagonal(), three_points(), {{"method", "fgsm"}, {"epsilon", 0.25}});
  CHECK(result.labels_from_model);
  CHECK(result.samples[0].label == 1);
  CHECK(result.samples[2].label == 0);
  CHECK(result.samples[0].status == Status::success);
  CHECK(result.samples[0].prediction == 0);
  CHECK(result.samples[1].status == Status::failed);
  CHECK(result.samples[1].prediction == 1);
}

TEST_CASE("a target that the model answers already is success at distance 0") {
  const auto result = attack(diagonal(), three_points(), {{"method", "pgd"}, {"targets", list({1, 1, 1})}});
  CHECK(result.samples[0].status == Status::success);
  CHECK(result.samples[0].distances.linf == 0);
}

TEST_CASE("fgsm costs one gradient and one query more, to check where it ends") {
  const auto result = attack(diagonal(), three_points(), {{"method", "fgsm"}, {"epsilon", 0.05}});
  for (const auto& sample : result.samples) {
    CHECK(sample.queries == 2);
    CHECK(sample.gradients == 1);
  }
}

TEST_CASE("pgd with early stop asks no more once a sample succeeds") {
  const auto result =
      attack(diagonal(), three_points(),
             {{"method", "pgd"}, {"epsilon", 0.3}, {"steps", 40}, {"stepSize", 0.01}, {"randomStart", false}});
  // Margin 0.2 falls by 2 x 0.01 a step: crossed after 10 steps, seen by the gradient of the 11th (or 12th, by
  // rounding).
  CHECK(result.samples[0].status == Status::success);
  CHECK(result.samples[0].gradients >= 11);
  CHECK(result.samples[0].gradients <= 12);
  CHECK(result.samples[0].queries == result.samples[0].gradients);
  CHECK(result.samples[1].gradients == 40);
}

TEST_CASE("restarts are tried until one succeeds") {
  const auto once = attack(diagonal(), three_points(), {{"method", "pgd"}, {"epsilon", 0.25}, {"steps", 3}});
  const auto thrice =
      attack(diagonal(), three_points(), {{"method", "pgd"}, {"epsilon", 0.25}, {"steps", 3}, {"restarts", 3}});
  CHECK(once.samples[1].status == Status::failed);
  CHECK(thrice.samples[1].gradients == 3 * once.samples[1].gradients);
  CHECK(thrice.samples[0].gradients == once.samples[0].gradients);
}

TEST_CASE("maxQueries gives a sample up as budget-exhausted, keeping a success it had") {
  const auto result = attack(diagonal(), three_points(), {{"method", "carlini-wagner"}, {"maxQueries", 3}});
  for (const auto& sample : result.samples) {
    CHECK(sample.status == Status::budget_exhausted);
    CHECK(sample.queries == 3);
    CHECK(sample.distances.l2 == 0);
  }
  const auto long_enough =
      attack(diagonal(), three_points(), {{"method", "carlini-wagner"}, {"maxQueries", 4000}, {"learningRate", 0.1}});
  CHECK(long_enough.samples[0].status == Status::success);
  CHECK(long_enough.samples[0].queries <= 4000);
  CHECK(long_enough.samples[0].distances.l2 == doctest::Approx(0.2 / std::sqrt(2.0)).epsilon(0.02));
}

TEST_CASE("maxSeconds 0 leaves every sample with its clean prediction and no attack") {
  const auto result = attack(diagonal(), three_points(), {{"method", "pgd"}, {"maxSeconds", 0}});
  for (const auto& sample : result.samples) {
    CHECK(sample.status == Status::budget_exhausted);
    CHECK(sample.gradients == 0);
  }
  CHECK(result.samples[0].clean_prediction == 1);
}

TEST_CASE("representable results lie on 8-bit levels and within the budget") {
  const Tensor inputs = random_inputs(40, 10, 3);
  const auto model = random_network(10, 16, 3, 4);
  const auto result = attack(model, inputs, {{"method", "pgd"}, {"epsilon", 0.3}, {"representable", 8}});
  int successes = 0;
  for (std::size_t row = 0; row < 40; ++row) {
    if (result.samples[row].status != Status::success) continue;
    ++successes;
    CHECK(result.samples[row].distances.linf <= 0.3);
    for (std::size_t i = 0; i < 10; ++i) {
      const float value = result.adversarials[row * 10 + i];
      const float nearest = static_cast<float>(static_cast<int>(value * 255 + 0.5f) / 255.0);
      CHECK((value == nearest || value == inputs[row * 10 + i]));
    }
  }
  CHECK(successes > 5);
}

TEST_CASE("what ends at a decision boundary is rounded to where it still succeeds, a little farther away") {
  const Tensor inputs = random_inputs(40, 10, 3);
  const auto model = random_network(10, 16, 3, 4);
  for (const char* method : {"ddn", "deepfool", "fab"}) {
    CAPTURE(method);
    const auto exact = attack(model, inputs, {{"method", method}});
    const auto rounded = attack(model, inputs, {{"method", method}, {"representable", 8}});
    for (std::size_t row = 0; row < 40; ++row) {
      CAPTURE(row);
      CHECK(rounded.samples[row].status == exact.samples[row].status);
      if (exact.samples[row].status != Status::success) continue;
      for (std::size_t i = 0; i < 10; ++i) {
        const float value = rounded.adversarials[row * 10 + i];
        CHECK((std::fabs(value * 255 - std::round(value * 255)) < 1e-4f || value == inputs[row * 10 + i]));
      }
      // Towards the original by a level at most, and out again.
      CHECK(rounded.samples[row].distances.l2 <= exact.samples[row].distances.l2 + 1.5 * std::sqrt(10) / 255);
    }
  }
  const auto short_of_queries = attack(model, inputs, {{"method", "ddn"}, {"maxQueries", 101}, {"representable", 8}});
  for (const auto& sample : short_of_queries.samples) CHECK(sample.queries <= 102);
}

TEST_CASE("a trajectory holds the points visited, the first of them the start") {
  const auto result =
      attack(diagonal(), three_points(),
             {{"method", "pgd"}, {"epsilon", 0.1}, {"steps", 5}, {"randomStart", false}, {"trajectory", true}});
  CHECK(result.samples[1].trajectory.size() == 2 * 5);
  CHECK(same_bytes(std::span(result.samples[1].trajectory).first(2), three_points().values().subspan(2, 2)));
}

TEST_CASE("the point visited last is the end of its sample's trajectory") {
  auto started = catalog::start_attack(
      diagonal(), three_points(),
      ValueObject{{"method", "pgd"}, {"epsilon", 0.1}, {"steps", 5}, {"randomStart", false}, {"trajectory", true}}, 0);
  const auto& job = started.value();
  CHECK(job->latest().empty());
  while (job->step(1000).value().kind != JobState::Kind::done) {
  }
  const std::vector<float>& way = job->result().samples[job->latest_row()].trajectory;
  CHECK(same_bytes(job->latest(), std::span(way).last(2)));
}

TEST_CASE("what does not fit is refused by the name of its field") {
  const auto model = diagonal();
  const Tensor inputs = three_points();
  const auto field = [&](ValueObject options) {
    const Error error = refusal(model, inputs, std::move(options));
    CHECK(!error.message.empty());
    return std::string(name_of(error.code)) + " " + error.field;
  };
  CHECK(field({{"method", "fgsm"}, {"epsilon", -0.1}}) == "out-of-range epsilon");
  CHECK(field({{"method", "fgsm"}, {"epsilon", std::numeric_limits<double>::quiet_NaN()}}) == "not-finite epsilon");
  CHECK(field({{"method", "fgsm"}, {"epsilon", "much"}}) == "wrong-type epsilon");
  CHECK(field({{"method", "fgsm"}, {"norm", "l7"}}) == "unknown-name norm");
  CHECK(field({{"method", "fgsm"}, {"norm", "l0"}}) == "unknown-name norm");
  CHECK(field({{"method", "fgsm"}, {"steps", 3}}) == "unknown-option steps");
  CHECK(field({{"method", "pgd"}, {"steps", 2.5}}) == "wrong-type steps");
  CHECK(field({{"method", "nothing"}}) == "unknown-name method");
  CHECK(field({{"epsilon", 0.1}}) == "wrong-type method");
  CHECK(field({{"method", "fgsm"}, {"labels", list({0, 1})}}) == "shape-mismatch labels");
  CHECK(field({{"method", "fgsm"}, {"labels", list({0, 1, 2})}}) == "out-of-range labels[2]");
  CHECK(field({{"method", "fgsm"}, {"labels", list({0, -1, 1})}}) == "out-of-range labels[1]");
  CHECK(field({{"method", "fgsm"}, {"targets", list({0, 1, 5})}}) == "out-of-range targets[2]");
  CHECK(field({{"method", "fgsm"}, {"labels", list({0, 1, 1})}, {"targets", list({1, 1, 0})}}) ==
        "out-of-range targets[1]");
  CHECK(field({{"method", "boundary"}, {"starts", NumberArray{{0.1f}, {1}}}}) == "shape-mismatch starts");
  CHECK(field({{"method", "boundary"}, {"epsilonSearch", 3}}) == "unsupported epsilonSearch");

  Tensor outside = inputs.copy();
  outside[3] = 1.5f;
  CHECK(refusal(model, outside, {{"method", "fgsm"}}).field == "inputs[3]");
  outside[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK(refusal(model, outside, {{"method", "fgsm"}}).code == ErrorCode::not_finite);
}

TEST_CASE("a callback model is asked through the job, and a gradient method refuses it politely") {
  auto callback = std::make_shared<model::CallbackModel>(
      model::plain_input(Shape{2}), model::OutputSpecification{2, {"0", "1"}}, model::CallbackOutput::labels);
  CHECK(refusal(callback, three_points(), {{"method", "pgd"}}).code == ErrorCode::unsupported);
  CHECK(refusal(callback, three_points(), {{"method", "pgd"}}).field == "method");

  auto job = catalog::start_attack(callback, three_points(), ValueObject{{"method", "boundary"}, {"steps", 500}}, 0);
  REQUIRE(job.ok());
  std::int64_t answered = 0;
  for (;;) {
    const auto state = job.value()->step(30);
    REQUIRE(state.ok());
    if (state.value().kind == JobState::Kind::done) break;
    REQUIRE(state.value().kind == JobState::Kind::waiting);
    const auto query = job.value()->query();
    std::vector<float> labels;
    for (std::size_t row = 0; row < query.size() / 2; ++row)
      labels.push_back(query[2 * row] + query[2 * row + 1] > 1 ? 1.0f : 0.0f);
    answered += static_cast<std::int64_t>(labels.size());
    const auto logits = callback->logits_from(labels, labels.size());
    REQUIRE(logits.ok());
    job.value()->answer(logits.value());
  }
  std::int64_t counted = 0;
  for (const auto& sample : job.value()->result().samples) {
    CHECK(sample.status == Status::success);
    counted += sample.queries;
  }
  CHECK(answered == counted + 3);  // and the clean predictions
  // Distance to the line x + y = 1.
  CHECK(job.value()->result().samples[0].distances.l2 == doctest::Approx(0.2 / std::sqrt(2.0)).epsilon(0.05));
}

TEST_CASE("a job may be dropped at any moment") {
  const auto model = random_network(10, 16, 3, 4);
  const Tensor inputs = random_inputs(80, 10, 3);
  for (const char* method : {"pgd", "carlini-wagner", "boundary"}) {
    auto job = catalog::start_attack(model, inputs.copy(), ValueObject{{"method", method}}, 0);
    REQUIRE(job.ok());
    REQUIRE(job.value()->step(0).ok());
    REQUIRE(job.value()->step(0).ok());
  }
}

TEST_CASE("a step of no time still gets on, and many of them give the bytes of few") {
  const auto model = random_network(10, 16, 3, 4);
  const Tensor inputs = random_inputs(80, 10, 3);
  auto job = catalog::start_attack(model, inputs.copy(), ValueObject{{"method", "pgd"}, {"epsilon", 0.1}}, 0);
  REQUIRE(job.ok());
  int steps = 0;
  while (job.value()->step(0).value().kind != JobState::Kind::done) ++steps;
  CHECK(steps > 5);
  const auto whole = attack(model, inputs, {{"method", "pgd"}, {"epsilon", 0.1}});
  CHECK(same_bytes(job.value()->result().adversarials.values(), whole.adversarials.values()));
}

TEST_CASE("what the caller judges decides, of every point that is visited") {
  // Success is a first feature below 0.35, whatever the class.
  for (const char* method : {"pgd", "deepfool"}) {
    INFO(method);
    ValueObject options{{"method", method}};
    if (std::string(method) == "pgd") options.emplace_back("epsilon", 0.3);
    auto started = catalog::start_attack(diagonal(), three_points(), options, 10, true);
    REQUIRE(started.ok());
    attacks::AttackJob& job = *started.value();
    int asked = 0;
    for (;;) {
      const auto state = job.step(30);
      REQUIRE(state.ok());
      if (state.value().kind == JobState::Kind::done) break;
      if (state.value().kind != JobState::Kind::waiting) continue;
      const auto judgement = job.judgement();
      REQUIRE(judgement);
      CHECK(job.query().empty());
      REQUIRE(judgement->points.size() == 2 * judgement->samples.size());
      REQUIRE(judgement->logits.size() == 2 * judgement->samples.size());
      std::vector<std::uint8_t> verdicts;
      for (std::size_t row = 0; row < judgement->samples.size(); ++row) {
        CHECK(judgement->samples[row] >= 10);
        CHECK(judgement->samples[row] <= 12);
        CHECK(judgement->logits[2 * row + 1] ==
              doctest::Approx(judgement->points[2 * row] + judgement->points[2 * row + 1] - 1).epsilon(1e-5));
        verdicts.push_back(judgement->points[2 * row] < 0.35f);
        ++asked;
      }
      job.judge(verdicts);
    }
    CHECK(asked > 3);
    const auto& result = job.result();
    // 0.6 and 0.9 are led down; 0.3 is where it holds already.
    CHECK(result.samples[2].status == Status::already_misclassified);
    for (std::size_t row = 0; row < 2; ++row)
      CHECK((result.samples[row].status == Status::success) == (result.adversarials[2 * row] < 0.35f));
    // What steps on towards another class; deepfool ends where the class changes.
    if (std::string(method) == "pgd") CHECK(result.samples[0].status == Status::success);
  }
}

TEST_CASE("topK takes the label out of the likeliest classes, minProbability makes the model sure of the wrong one") {
  const auto model = random_network(6, 16, 4, 3);
  const Tensor inputs = random_inputs(12, 6, 4);
  const auto probabilities = [&](std::span<const float> x) {
    const auto pass = model->forward(model::Batch::single(1, x), {});
    std::vector<double> result;
    double sum = 0;
    for (float logit : pass.value()->outputs()) sum += result.emplace_back(std::exp(double{logit}));
    for (double& p : result) p /= sum;
    return result;
  };
  const auto second = attack(model, inputs, {{"method", "pgd"}, {"epsilon", 1}, {"steps", 100}, {"topK", 2}});
  const auto sure = attack(model, inputs, {{"method", "fmn"}, {"minProbability", 0.6}});
  int successes = 0;
  for (std::size_t row = 0; row < 12; ++row) {
    if (second.samples[row].status == Status::success) {
      const auto p = probabilities(second.adversarials.values().subspan(row * 6, 6));
      CHECK(std::count_if(p.begin(), p.end(), [&](double each) { return each > p[second.samples[row].label]; }) >= 2);
      ++successes;
    }
    if (sure.samples[row].status == Status::success) {
      const auto p = probabilities(sure.adversarials.values().subspan(row * 6, 6));
      CHECK(p[sure.samples[row].prediction] >= 0.6 - 1e-6);
      CHECK(sure.samples[row].prediction != sure.samples[row].label);
      ++successes;
    }
  }
  CHECK(successes >= 6);
}
