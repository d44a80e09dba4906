#include <doctest/doctest.h>

#include "tests/core/train/problem.hpp"
#include "tests/core/train/scripted_adversary.hpp"

namespace mlsec {
namespace {

using test::dense_network;
using test::Notes;
using test::same_bytes;
using test::separable;
using train::Monitor;
using train::OptimizerKind;
using train::TrainOptions;

TrainOptions options_for(int epochs) { return test::train_options(epochs, 16, OptimizerKind::sgd, 0.1); }

std::unique_ptr<train::Trainer> trained(const TrainOptions& options, train::TrainSetting setting = {}) {
  return test::trained(dense_network(2, {5, 2}), separable(50), options, std::move(setting));
}

/// Trains while four samples are attacked after each epoch, of which `withstands` are withstood.
std::unique_ptr<train::Trainer> train_by_script(TrainOptions options, std::vector<std::size_t> withstands) {
  Notes notes;
  notes.withstands = std::move(withstands);
  auto setting = test::measuring(notes, options, 4);
  return trained(options, std::move(setting));
}

/// The weights after so many epochs.
std::vector<float> weights_after(TrainOptions options, int epochs) {
  options.epochs = epochs;
  options.patience = 0;
  options.robust_drop = 0;
  options.monitor = std::nullopt;
  return trained(options)->weights();
}

}  // namespace

TEST_CASE("training ends after so many epochs without a better one, with the best weights") {
  auto options = options_for(20);
  options.patience = 3;
  options.monitor = Monitor::robust_accuracy;
  const auto trainer = train_by_script(options, {1, 3, 2, 3, 0, 4});
  REQUIRE(trainer->history().size() == 5);  // the third after the best, which no equal one replaces
  CHECK(trainer->history()[1].robust_accuracy == 0.75);
  CHECK(same_bytes(trainer->weights(), weights_after(options, 2)));
  CHECK(trainer->step(0).value().kind == JobState::Kind::done);
}

TEST_CASE("a better epoch starts the waiting anew") {
  auto options = options_for(20);
  options.patience = 2;
  options.monitor = Monitor::robust_accuracy;
  const auto trainer = train_by_script(options, {1, 0, 2, 0, 3, 0, 0, 4});
  CHECK(trainer->history().size() == 7);
  CHECK(same_bytes(trainer->weights(), weights_after(options, 5)));
}

TEST_CASE("a training that never waits long enough keeps its best weights as well") {
  auto options = options_for(4);
  options.patience = 100;
  options.monitor = Monitor::robust_accuracy;
  const auto trainer = train_by_script(options, {1, 3, 2, 2});
  CHECK(trainer->history().size() == 4);
  CHECK(same_bytes(trainer->weights(), weights_after(options, 2)));
}

TEST_CASE("training ends where robust accuracy falls from its best") {
  auto options = options_for(20);
  options.robust_drop = 0.3;
  const auto trainer = train_by_script(options, {2, 4, 3, 3, 2, 4});
  CHECK(trainer->history().size() == 5);  // from 4 of 4 to 3 is not far enough
  CHECK(same_bytes(trainer->weights(), weights_after(options, 2)));
}

TEST_CASE("a fall of robust accuracy ends training whatever the best weights are chosen by") {
  auto options = options_for(20);
  options.robust_drop = 0.3;
  options.monitor = Monitor::loss;
  CHECK(train_by_script(options, {2, 4, 3, 3, 2, 4})->history().size() == 5);
}

TEST_CASE("without an end asked for the last weights stay, whatever was measured") {
  const auto options = options_for(4);
  const auto trainer = train_by_script(options, {4, 0, 0, 0});
  CHECK(trainer->history().size() == 4);
  CHECK(same_bytes(trainer->weights(), weights_after(options, 4)));
}

TEST_CASE("by default epochs are compared by their loss on the validation set") {
  auto options = options_for(30);
  options.patience = 4;
  options.learning_rate = 3;
  options.validation_share = 0.3;
  const auto trainer = trained(options);
  const auto& history = trainer->history();
  REQUIRE(history.size() < 30);
  std::size_t best = 0;
  for (std::size_t i = 0; i < history.size(); ++i)
    if (*history[i].validation_loss < *history[best].validation_loss) best = i;
  CHECK(best + 5 == history.size());
  CHECK(same_bytes(trainer->weights(), weights_after(options, static_cast<int>(best) + 1)));
}

TEST_CASE("of averaged weights the best average is kept") {
  auto options = options_for(20);
  options.patience = 2;
  options.average_decay = 0.9;
  options.monitor = Monitor::robust_accuracy;
  const auto trainer = train_by_script(options, {1, 3, 2, 2});
  CHECK(trainer->history().size() == 4);
  const auto averaged = weights_after(options, 2);
  CHECK(same_bytes(trainer->weights(), averaged));
  options.average_decay = 0;
  CHECK(!same_bytes(averaged, weights_after(options, 2)));
}

TEST_CASE("the epoch's figures are those of the average, where there is one") {
  auto options = options_for(1);
  options.average_decay = 0.5;
  options.validation_share = 0.3;
  const auto averaged = trained(options);
  auto measured = options_for(1);
  measured.learning_rate = 0;
  measured.validation_share = 0.3;
  const auto again = test::trainer_of(dense_network(2, {5, 2}), separable(50), measured);
  REQUIRE(again->set_weights(averaged->weights()).ok());
  REQUIRE(again->step(1e9).ok());
  CHECK(again->history()[0].validation_loss == averaged->history()[0].validation_loss);
  CHECK(again->history()[0].loss != averaged->history()[0].loss);
}

}  // namespace mlsec
