// Workers that share each batch come to the same bytes as one that is alone.
#include "tests/core/train/workers.hpp"

namespace mlsec {
namespace {

using test::dense_network;
using test::separable;
using train::OptimizerKind;
using train::Shard;
using train::TrainOptions;

/// Batches of five chunks and of three.
TrainOptions options_for(OptimizerKind optimizer) { return test::train_options(3, 130, optimizer, 0.05); }

auto start(const TrainOptions& options) {
  return [options](Shard shard) {
    train::TrainSetting setting;
    setting.shard = shard;
    return test::trainer_of(dense_network(2, {5, 2}), separable(200), options, std::move(setting));
  };
}

/// How many batches a trainer did, of those it tells of.
std::size_t batches_of(train::Trainer& trainer) { return trainer.take_batches().size(); }

}  // namespace

TEST_CASE("several workers come to the same bytes as one") {
  for (OptimizerKind optimizer : {OptimizerKind::sgd, OptimizerKind::adam})
    test::check_workers_agree(start(options_for(optimizer)));
}

TEST_CASE("workers with nothing to do in a batch wait for the others") {
  auto options = options_for(OptimizerKind::sgd);
  options.batch_size = 40;
  options.epochs = 2;
  test::check_workers_agree(start(options));
}

TEST_CASE("workers agree on augmented inputs, averages, clipped gradients and schedules") {
  auto options = options_for(OptimizerKind::adam);
  options.augmentation.noise = 0.1;
  options.augmentation.mixup = 0.4;
  options.average_decay = 0.8;
  options.clip_norm = 0.05;
  options.weight_decay = 0.01;
  options.schedule = train::Schedule::one_cycle;
  test::check_workers_agree(start(options));
}

TEST_CASE("workers agree on what they measure, and on when it is enough") {
  auto options = options_for(OptimizerKind::adam);
  options.epochs = 12;
  options.validation_share = 0.4;
  options.learning_rate = 0.5;
  options.patience = 2;
  options.monitor = train::Monitor::accuracy;
  CHECK(test::trained(dense_network(2, {5, 2}), separable(200), options)->history().size() < 12);
  test::check_workers_agree(start(options));
}

TEST_CASE("one worker that is asked to stop stops all of them after the same batch") {
  const auto options = options_for(OptimizerKind::sgd);
  for (std::size_t workers = 2; workers <= 4; ++workers)
    for (std::size_t moment = 0; moment < 60; moment += 3) {
      CAPTURE(workers);
      CAPTURE(moment);
      test::Trainers trainers;
      for (std::size_t rank = 0; rank < workers; ++rank) trainers.push_back(start(options)(Shard{rank, workers}));
      test::train_together(trainers, moment, [&](std::size_t event) {
        if (event == moment) trainers[moment % workers]->stop();
      });
      const std::size_t batches = batches_of(*trainers[0]);
      REQUIRE(batches > 0);
      const auto alone = start(options)(Shard{});
      while (alone->step(0).value().done + 1 < batches) continue;
      alone->stop();
      REQUIRE(alone->step(1e9).ok());
      CHECK(batches_of(*alone) == batches);
      for (auto& trainer : trainers) test::check_same(*trainer, *alone);
    }
}

TEST_CASE("a message that is damaged is refused, and training goes on without it") {
  const auto trainer = start(options_for(OptimizerKind::sgd))(Shard{0, 2});
  const auto refused = trainer->receive(test::to_bytes("no message"));
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::internal);
  CHECK(trainer->step(0).ok());
}

}  // namespace mlsec
