// Trainings that are taken up again, and checkpoints that are none.
#include "train/checkpoint.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <limits>

#include "tests/core/train/workers.hpp"

namespace mlsec {
namespace {

using test::Bytes;
using test::dense_network;
using test::separable;
using train::OptimizerKind;
using train::Trainer;
using train::TrainOptions;

constexpr std::size_t rows = 70;

TrainOptions options_for(OptimizerKind optimizer) { return test::train_options(3, 40, optimizer, 0.05); }

std::unique_ptr<Trainer> fresh(const TrainOptions& options) {
  return test::trainer_of(dense_network(2, {4, 2}), separable(rows), options);
}

Result<std::unique_ptr<Trainer>> resume(const Bytes& checkpoint, const TrainOptions& options,
                                        std::size_t samples = rows, int hidden = 4) {
  train::TrainSetting setting;
  setting.checkpoint = checkpoint;
  return Trainer::start(dense_network(2, {hidden, 2}), separable(samples), options, std::move(setting));
}

void finish(Trainer& trainer) {
  const auto state = trainer.step(1e9);
  REQUIRE(state.ok());
  REQUIRE(state.value().kind == JobState::Kind::done);
}

/// Takes the training up again from every place at which step() returns.
void check_resumes(const TrainOptions& options) {
  const auto whole = fresh(options);
  finish(*whole);
  const auto trainer = fresh(options);
  for (int places = 0;; ++places) {
    CAPTURE(places);
    auto resumed = resume(trainer->checkpoint(), options);
    REQUIRE(resumed.ok());
    finish(*resumed.value());
    CHECK(test::same_bytes(resumed.value()->weights(), whole->weights()));
    CHECK(test::same_history(resumed.value()->history(), whole->history()));
    CHECK(test::without_seconds(resumed.value()->last_checkpoint()) == test::without_seconds(whole->last_checkpoint()));
    if (trainer->step(0).value().kind == JobState::Kind::done) break;
  }
  test::check_same(*trainer, *whole);
}

/// A checkpoint from the middle of the second epoch of a training that has everything a checkpoint can hold.
TrainOptions rich_options() {
  auto options = options_for(OptimizerKind::adam);
  options.average_decay = 0.9;
  options.validation_share = 0.2;
  options.patience = 5;
  return options;
}
Bytes rich_checkpoint() {
  const auto trainer = fresh(rich_options());
  while (trainer->step(0).value().done < 3) continue;
  return trainer->checkpoint();
}

void check_refused(const Bytes& checkpoint, const TrainOptions& options, std::size_t samples = rows, int hidden = 4) {
  const auto resumed = resume(checkpoint, options, samples, hidden);
  REQUIRE(!resumed.ok());
  CHECK(resumed.error().code == ErrorCode::malformed);
  CHECK(resumed.error().field == "checkpoint");
}

}  // namespace

TEST_CASE("a training goes on from any checkpoint to the same bytes: sgd") {
  auto options = options_for(OptimizerKind::sgd);
  options.nesterov = true;
  options.schedule = train::Schedule::cosine;
  check_resumes(options);
}

TEST_CASE("a training goes on from any checkpoint to the same bytes: adam on augmented inputs") {
  for (OptimizerKind optimizer : {OptimizerKind::adam, OptimizerKind::adamw}) {
    auto options = options_for(optimizer);
    options.augmentation.noise = 0.1;
    options.weight_decay = 0.1;
    check_resumes(options);
  }
}

TEST_CASE("a training goes on from any checkpoint to the same bytes: averages, measured after each epoch") {
  auto options = options_for(OptimizerKind::adam);
  options.average_decay = 0.9;
  options.validation_share = 0.3;
  check_resumes(options);
}

TEST_CASE("a training goes on from any checkpoint to the same bytes: the best weights") {
  auto options = options_for(OptimizerKind::sgd);
  options.learning_rate = 2;  // so that epochs are now better, now worse
  options.epochs = 8;
  options.validation_share = 0.3;
  options.patience = 3;
  check_resumes(options);
}

TEST_CASE("a checkpoint is kept from the start, then after every so many epochs and the last one") {
  auto options = options_for(OptimizerKind::sgd);
  options.epochs = 5;
  options.checkpoint_epochs = 2;
  const auto trainer = fresh(options);
  CHECK(trainer->last_checkpoint() == trainer->checkpoint());
  std::vector<std::size_t> changes;
  for (std::size_t count = trainer->checkpoint_count();;) {
    const auto state = trainer->step(0).value();
    if (trainer->checkpoint_count() != count) changes.push_back(trainer->history().size());
    count = trainer->checkpoint_count();
    if (state.kind == JobState::Kind::done) break;
    if (state.done == 4 && changes.size() == 1 && trainer->history().size() == 2)
      CHECK(trainer->last_checkpoint() == trainer->checkpoint());
  }
  CHECK(changes == std::vector<std::size_t>{2, 4, 5});
}

TEST_CASE("more epochs may follow from the end of a training") {
  auto options = options_for(OptimizerKind::adam);
  const auto half = fresh(options);
  finish(*half);
  options.epochs = 6;
  const auto whole = fresh(options);
  finish(*whole);
  const auto resumed = resume(half->last_checkpoint(), options);
  REQUIRE(resumed.ok());
  finish(*resumed.value());
  CHECK(test::same_bytes(resumed.value()->weights(), whole->weights()));
  CHECK(resumed.value()->history().size() == 6);
}

TEST_CASE("several workers go on from the checkpoint of one") {
  const auto options = rich_options();
  const auto whole = fresh(options);
  finish(*whole);
  const Bytes checkpoint = rich_checkpoint();
  test::Trainers trainers;
  for (std::size_t rank = 0; rank < 2; ++rank) {
    train::TrainSetting setting;
    setting.checkpoint = checkpoint;
    setting.shard = {rank, 2};
    trainers.push_back(test::trainer_of(dense_network(2, {4, 2}), separable(rows), options, std::move(setting)));
  }
  test::train_together(trainers, 1);
  for (const auto& trainer : trainers) CHECK(test::same_bytes(trainer->weights(), whole->weights()));
}

TEST_CASE("a checkpoint that ends early or late is refused") {
  const Bytes whole = rich_checkpoint();
  REQUIRE(resume(whole, rich_options()).ok());
  for (std::size_t size = 1; size < whole.size(); ++size) check_refused(test::first_bytes(whole, size), rich_options());
  Bytes longer = whole;
  longer.push_back(std::byte{0});
  check_refused(longer, rich_options());
}

TEST_CASE("the checkpoint of another training is refused") {
  const Bytes checkpoint = rich_checkpoint();
  check_refused(checkpoint, rich_options(), rows, 5);
  check_refused(checkpoint, rich_options(), 2 * rows);
  auto options = rich_options();
  options.optimizer = OptimizerKind::sgd;
  check_refused(checkpoint, options);
  options = rich_options();
  options.batch_size = 10;
  check_refused(checkpoint, options);
  check_refused(test::to_bytes("an ONNX file, say"), rich_options());
}

TEST_CASE("a checkpoint with numbers that are not finite is refused") {
  const Bytes whole = rich_checkpoint();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  // Weights, average, best, and the two memories of adam, each behind a length; counted from the end.
  const std::size_t row = (2 * 4 + 4 + 4 * 2 + 2) * 4, arrays = 8 * 8 + 2 * row, tail = arrays + 3 * 8;
  for (std::size_t from_end : {4ul, row, tail + 4, tail + row, tail + row + 12 + 4, tail + 2 * row + 24 + 4}) {
    CAPTURE(from_end);
    Bytes changed = whole;
    std::memcpy(changed.data() + changed.size() - from_end, &nan, sizeof(nan));
    check_refused(changed, rich_options());
  }
}

TEST_CASE("a checkpoint that is damaged anywhere is taken up or refused by its name") {
  const Bytes whole = rich_checkpoint();
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    const auto resumed = resume(test::damaged(whole, seed), rich_options());
    if (!resumed.ok()) CHECK(resumed.error().field == "checkpoint");
  }
}

}  // namespace mlsec
