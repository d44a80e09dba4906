// Training against attacks of the catalogue.
#include "catalog/training.hpp"

#include <doctest/doctest.h>

#include "tests/core/train/workers.hpp"

namespace mlsec {
namespace {

using test::dense_network;
using test::same_bytes;
using test::separable;
using train::Scheme;
using train::TrainOptions;

constexpr std::size_t rows = 120;

MethodReference pgd(double epsilon, int steps = 2) {
  return {"pgd", Value(ValueObject{{"epsilon", epsilon}, {"steps", steps}})};
}

TrainOptions options_for(Scheme scheme, MethodReference attack = pgd(0.1)) {
  auto options = test::train_options(2, 70, train::OptimizerKind::adam, 0.05);
  options.adversarial = std::move(attack);
  options.scheme = scheme;
  options.replays = 2;
  return options;
}

Result<std::unique_ptr<train::Trainer>> start(const TrainOptions& options, train::Shard shard = {}) {
  return catalog::start_training({dense_network(2, {5, 2}), separable(rows), std::nullopt, shard, {}}, options);
}

std::unique_ptr<train::Trainer> trained(const TrainOptions& options) {
  auto trainer = start(options);
  if (!trainer.ok()) FAIL(trainer.error().field << ": " << trainer.error().message);
  REQUIRE(trainer.value()->step(1e9).ok());
  return std::move(trainer).value();
}

void check_workers(const TrainOptions& options) {
  const auto make = [&](train::Shard shard) {
    auto trainer = start(options, shard);
    REQUIRE(trainer.ok());
    return std::move(trainer).value();
  };
  test::check_workers_agree(make, 1);
}

Error refusal(const TrainOptions& options) {
  const auto outcome = start(options);
  REQUIRE(!outcome.ok());
  return outcome.error();
}

TrainOptions plain() {
  auto options = options_for(Scheme::standard);
  options.adversarial = std::nullopt;
  return options;
}

}  // namespace

TEST_CASE("workers agree on adversarial training, whatever the scheme") {
  for (Scheme scheme : {Scheme::standard, Scheme::mixed, Scheme::trades, Scheme::mart, Scheme::free}) {
    CAPTURE(static_cast<int>(scheme));
    check_workers(options_for(scheme));
  }
}

TEST_CASE("workers agree on robust accuracy, on samples kept and on samples trained on") {
  for (double share : {0.0, 0.6}) {
    auto options = options_for(Scheme::standard);
    options.validation_share = share;
    options.robust_samples = 50;
    options.epsilon_ramp = 1.5;
    options.patience = 1;
    check_workers(options);
  }
}

TEST_CASE("an attack of size 0 leaves ordinary training") {
  const auto ordinary = trained(plain());
  auto free = options_for(Scheme::free, pgd(0));
  free.replays = 1;
  for (const TrainOptions& options : {options_for(Scheme::standard, pgd(0)), free}) {
    const auto trainer = trained(options);
    CHECK(same_bytes(trainer->weights(), ordinary->weights()));
    CHECK(test::same_history(trainer->history(), ordinary->history()));
  }
}

TEST_CASE("every scheme learns something else from an attack than from clean inputs") {
  std::vector<std::vector<float>> found{trained(plain())->weights()};
  for (Scheme scheme : {Scheme::standard, Scheme::mixed, Scheme::trades, Scheme::mart, Scheme::free}) {
    const auto weights = trained(options_for(scheme))->weights();
    for (const auto& other : found) CHECK(!same_bytes(weights, other));
    found.push_back(weights);
  }
}

TEST_CASE("robust accuracy is measured by the training attack's size and norm, unless another attack is named") {
  auto options = options_for(Scheme::standard, {"fgsm", Value(ValueObject{{"epsilon", 0.25}, {"norm", "l2"}})});
  options.robust_samples = 100;
  const auto by_default = trained(options);
  options.robust_attack = MethodReference{"pgd", Value(ValueObject{{"steps", 10}, {"epsilon", 0.25}, {"norm", "l2"}})};
  CHECK(test::same_history(by_default->history(), trained(options)->history()));
  options.robust_attack = pgd(0.001);
  const auto weak = trained(options);
  CHECK(*weak->history().back().robust_accuracy > *by_default->history().back().robust_accuracy);
}

TEST_CASE("an attack of size 0 measures plain accuracy") {
  auto options = plain();
  options.validation_share = 0.5;
  options.robust_samples = 1000;
  options.robust_attack = pgd(0);
  const auto trainer = trained(options);
  for (const auto& epoch : trainer->history()) CHECK(epoch.robust_accuracy == epoch.validation_accuracy);
}

TEST_CASE("attacks that training cannot use are refused by the option that names them") {
  CHECK(refusal(options_for(Scheme::standard, {"nonsense", {}})).field == "adversarial.method");
  const Error range = refusal(options_for(Scheme::standard, pgd(-1)));
  CHECK(range.field == "adversarial.epsilon");
  CHECK(range.message.starts_with("In adversarial: "));
  CHECK(refusal(options_for(Scheme::standard, {"boundary", {}})).field == "adversarial");
  CHECK(refusal(options_for(Scheme::free, {"carlini-wagner", {}})).field == "adversarial");
  CHECK(refusal(options_for(Scheme::standard, {"pgd", Value(ValueObject{{"labels", ValueList{1, 0}}})})).field ==
        "adversarial");
  auto options = plain();
  options.robust_samples = 4;
  options.robust_attack = MethodReference{"pgd", Value(ValueObject{{"steps", 0}})};
  CHECK(refusal(options).field == "robustAttack.steps");
}

}  // namespace mlsec
