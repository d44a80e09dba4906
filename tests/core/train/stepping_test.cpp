// Training step by step from outside.
#include <doctest/doctest.h>

#include <limits>

#include "tests/core/train/problem.hpp"

namespace mlsec {
namespace {

using test::dense_network;
using test::same_bytes;
using test::separable;
using train::OptimizerKind;
using train::Trainer;
using train::TrainOptions;

TrainOptions options_for(OptimizerKind optimizer) { return test::train_options(3, 40, optimizer, 0.05); }

std::unique_ptr<Trainer> start(const TrainOptions& options, train::Shard shard = {}) {
  train::TrainSetting setting;
  setting.shard = shard;
  return test::trainer_of(dense_network(2, {4, 2}), separable(70), options, std::move(setting));
}

/// A training by step() against one by gradients that are taken out and put back.
void check_same_by_gradients(const TrainOptions& options) {
  const auto by_steps = start(options), by_gradients = start(options);
  REQUIRE(by_steps->step(1e9).ok());
  std::size_t batches = 0;
  for (; by_gradients->history().size() < 3; ++batches) {
    const auto gradient = by_gradients->next_gradient();
    REQUIRE(gradient.ok());
    REQUIRE(by_gradients->apply_gradient(gradient.value().values()).ok());
  }
  CHECK(batches == by_steps->take_batches().size());
  CHECK(same_bytes(by_gradients->weights(), by_steps->weights()));
  for (std::size_t i = 0; i < 3; ++i) {
    const auto &given = by_gradients->history()[i], &wanted = by_steps->history()[i];
    CHECK(given.validation_loss == wanted.validation_loss);
    CHECK(given.validation_accuracy == wanted.validation_accuracy);
    CHECK(given.learning_rate == wanted.learning_rate);
  }
}

void check_refused(const Result<void>& outcome, ErrorCode code, const std::string& field) {
  REQUIRE(!outcome.ok());
  CHECK(outcome.error().code == code);
  CHECK(outcome.error().field == field);
}

void check_all_refused(Trainer& trainer) {
  const std::vector<float> row = trainer.weights();
  const auto gradient = trainer.next_gradient();
  REQUIRE(!gradient.ok());
  CHECK(gradient.error().field == "trainer");
  check_refused(trainer.apply_gradient(row), ErrorCode::unsupported, "trainer");
  check_refused(trainer.set_weights(row), ErrorCode::unsupported, "trainer");
}

}  // namespace

TEST_CASE("a step is the next gradient, applied") {
  for (OptimizerKind optimizer : {OptimizerKind::sgd, OptimizerKind::adam})
    check_same_by_gradients(options_for(optimizer));
}

TEST_CASE("a step is the next gradient, applied: shortened, averaged, scheduled, measured") {
  auto options = options_for(OptimizerKind::adamw);
  options.clip_norm = 0.1;
  options.average_decay = 0.7;
  options.schedule = train::Schedule::cosine;
  options.weight_decay = 0.1;
  options.validation_share = 0.3;
  options.augmentation.noise = 0.1;
  check_same_by_gradients(options);
}

TEST_CASE("steps and gradients may take turns") {
  const auto options = options_for(OptimizerKind::adam);
  const auto whole = start(options), mixed = start(options);
  REQUIRE(whole->step(1e9).ok());
  for (std::size_t done = 0; mixed->history().size() < 3;) {
    const auto gradient = mixed->next_gradient();
    REQUIRE(gradient.ok());
    REQUIRE(mixed->apply_gradient(gradient.value().values()).ok());
    for (++done; mixed->history().size() < 3 && mixed->step(0).value().done == done;) continue;
    ++done;
  }
  CHECK(same_bytes(mixed->weights(), whole->weights()));
}

TEST_CASE("asking for the next gradient changes nothing") {
  const auto trainer = start(options_for(OptimizerKind::sgd));
  const auto before = trainer->weights();
  const auto once = trainer->next_gradient(), again = trainer->next_gradient();
  REQUIRE(again.ok());
  CHECK(same_bytes(once.value().values(), again.value().values()));
  CHECK(same_bytes(trainer->weights(), before));
  CHECK(trainer->take_batches().empty());
  REQUIRE(trainer->step(1e9).ok());
  const auto whole = start(options_for(OptimizerKind::sgd));
  REQUIRE(whole->step(1e9).ok());
  CHECK(same_bytes(trainer->weights(), whole->weights()));
}

TEST_CASE("weights from outside are those that training goes on with") {
  const auto trainer = start(options_for(OptimizerKind::sgd)), other = start(options_for(OptimizerKind::sgd));
  const auto weights = test::random_values(trainer->weights().size(), 3);
  REQUIRE(trainer->set_weights(weights).ok());
  CHECK(same_bytes(trainer->weights(), weights));
  CHECK(!same_bytes(trainer->next_gradient().value().values(), other->next_gradient().value().values()));
  REQUIRE(other->set_weights(weights).ok());
  CHECK(same_bytes(trainer->next_gradient().value().values(), other->next_gradient().value().values()));
}

TEST_CASE("the layout tells where each parameter lies") {
  const auto trainer = start(options_for(OptimizerKind::sgd));
  const train::Weights& layout = trainer->layout();
  CHECK(layout.size() == 2 * 4 + 4 + 4 * 2 + 2);
  CHECK(std::vector<std::size_t>(layout.sizes().begin(), layout.sizes().end()) == std::vector<std::size_t>{8, 4, 8, 2});
  const auto weights = trainer->weights();
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(same_bytes(layout.part(std::span<const float>(weights), i), layout.parameters()[i]->value.values()));
  const auto names = layout.names();
  REQUIRE(names.size() == 4);
  CHECK(names[0].ends_with(".weights"));
  CHECK(names[1].ends_with(".bias"));
  CHECK(names[0] != names[2]);
}

TEST_CASE("gradients and weights of the wrong length, or that are not finite, are refused and change nothing") {
  const auto trainer = start(options_for(OptimizerKind::sgd));
  const auto before = trainer->weights();
  const std::vector<float> shorter(before.size() - 1);
  std::vector<float> endless = before;
  endless[5] = std::numeric_limits<float>::infinity();
  check_refused(trainer->apply_gradient(shorter), ErrorCode::shape_mismatch, "gradient");
  check_refused(trainer->apply_gradient(endless), ErrorCode::not_finite, "gradient");
  check_refused(trainer->set_weights(shorter), ErrorCode::shape_mismatch, "parameters");
  check_refused(trainer->set_weights(endless), ErrorCode::not_finite, "parameters");
  CHECK(same_bytes(trainer->weights(), before));
}

TEST_CASE("in the middle of a batch, among several workers and after the end nothing is taken out or put in") {
  const auto trainer = start(options_for(OptimizerKind::sgd));
  REQUIRE(trainer->step(0).ok());  // the first of two chunks
  check_all_refused(*trainer);
  REQUIRE(trainer->step(0).ok());
  check_all_refused(*trainer);
  REQUIRE(trainer->step(0).ok());
  CHECK(trainer->next_gradient().ok());
  REQUIRE(trainer->step(1e9).ok());
  check_all_refused(*trainer);
  check_all_refused(*start(options_for(OptimizerKind::sgd), {0, 2}));
}

}  // namespace mlsec
