// What attacks may ask, and what it costs.
#include <doctest/doctest.h>

#include "attacks/perturbation.hpp"
#include "support/run_attack.hpp"
#include "support/toy_models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Point;

namespace {

constexpr std::int64_t features = 5;
constexpr std::size_t classes = 3;

std::shared_ptr<model::NetworkModel> toy() { return random_network(features, 8, classes, 7); }

/// Asks for the Jacobian at the original, then for gradients at two points at once, and keeps what it hears.
struct Asker {
  static constexpr std::string_view id = "asker";
  static constexpr attacks::Traits traits{};
  static constexpr threat::Norm norm = threat::Norm::l2;
  struct Options {
    static constexpr auto schema() { return mlsec::schema(); }
  };
  static inline std::vector<std::vector<float>> jacobians, gradients;
  static inline std::vector<std::size_t> widths;

  static Task<Point> run(attacks::Attempt& attempt, const Options&) {
    Point x = attempt.start();
    const auto there = co_await attempt.jacobian(x);
    jacobians.emplace_back(there.jacobian.begin(), there.jacobian.end());
    CHECK(same_bytes(there.of(2), there.jacobian.subspan(2 * features, features)));
    Point two = x;
    for (float value : x) two.push_back(1 - value);
    const auto both = co_await attempt.gradient(two, attacks::CrossEntropy());
    gradients.emplace_back(both.gradient.begin(), both.gradient.end());
    CHECK(both.losses.size() == 2);
    CHECK(both.loss == both.losses[0]);
    CHECK(both.all_logits.size() == 2 * classes);
    widths.push_back(attempt.input().shape.count());
    co_return x;
  }
};

}  // namespace

TEST_CASE("a Jacobian is one query and a gradient for each class; gradients at two points are two of each") {
  const auto model = toy();
  const Tensor inputs = random_inputs(7, features, 3);
  Asker::jacobians.clear();
  Asker::gradients.clear();
  auto job = attacks::AttackJob::start(model, inputs.copy(),
                                       std::make_unique<attacks::ProgramOf<Asker>>(Asker::Options{}), {}, 0);
  REQUIRE(job.ok());
  const auto result = finish(*job.value());
  REQUIRE(Asker::jacobians.size() == 7);
  for (const auto& sample : result.samples) {
    CHECK(sample.gradients == classes + 2);
    CHECK(sample.queries >= 3);
    CHECK(sample.queries <= 4);
  }
  for (std::size_t row = 0; row < 7; ++row) {
    const auto x = inputs.values().subspan(row * features, features);
    auto pass = std::move(model->forward(model::Batch::single(1, x), {})).value();
    CHECK(same_bytes(Asker::jacobians[row], std::move(pass->jacobian()).value().values()));
    Point mirrored;
    for (float value : x) mirrored.push_back(1 - value);
    for (std::size_t half = 0; half < 2; ++half) {
      const auto point = half == 0 ? x : std::span<const float>(mirrored);
      auto there = std::move(model->forward(model::Batch::single(1, point), {})).value();
      std::vector<float> cotangent(classes);
      (void)attacks::CrossEntropy()(there->outputs(), {result.samples[row].label, {}}, cotangent);
      const auto expected =
          std::move(there->backward(cotangent, {true, model::WeightGradients::none, std::nullopt})).value();
      CHECK(same_bytes(std::span<const float>(Asker::gradients[row]).subspan(half * features, features),
                       expected.inputs.values()));
    }
  }
}

TEST_CASE("training's perturbations answer the same questions") {
  const auto model = toy();
  Tensor inputs = random_inputs(4, features, 3);
  Asker::jacobians.clear();
  const attacks::ProgramOf<Asker> program({});
  const std::vector<int> labels{0, 1, 2, 0};
  const std::vector<std::uint32_t> samples{0, 1, 2, 3};
  REQUIRE(attacks::perturb(*model, program, inputs.values(), {labels, samples, 1, 0}).ok());
  REQUIRE(Asker::jacobians.size() == 4);
  CHECK(Asker::jacobians[3].size() == classes * features);
}

TEST_CASE("a model that answers with NaN is never fooled") {
  const auto model = toy();
  model->network().parameters()[3]->value[1] = std::nanf("");
  model->network().parameters_changed();
  // Noise moves the largest of the other logits, whatever the one that is no number.
  for (const char* method : {"pgd", "additive-noise"}) {
    const auto result = attack(model, random_inputs(12, features, 3), {{"method", method}, {"epsilon", 1.0}});
    for (const auto& sample : result.samples) CHECK(sample.status != attacks::Status::success);
  }
}
