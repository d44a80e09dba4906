// Several trainers in one process that train one network together, as workers do.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "tests/core/support/damage.hpp"
#include "tests/core/train/problem.hpp"

namespace mlsec::test {

using Trainers = std::vector<std::unique_ptr<train::Trainer>>;

/// Steps workers and brings messages in an order that the seed chooses: a worker may be a round ahead of another, and
/// messages overtake each other. `meanwhile` is called before each of these events with its number.
inline void train_together(Trainers& trainers, std::uint64_t seed,
                           const std::function<void(std::size_t)>& meanwhile = {}) {
  struct Letter {
    std::size_t to;
    Bytes bytes;
  };
  std::vector<Letter> on_the_way;
  std::vector<bool> done(trainers.size());
  Random random(seed, trainers.size(), Purpose::test);
  const auto below = [&](std::size_t bound) {
    return static_cast<std::size_t>(random.below(static_cast<std::uint32_t>(bound)));
  };
  for (std::size_t event = 0; std::find(done.begin(), done.end(), false) != done.end(); ++event) {
    REQUIRE(event < 100'000);  // or they wait for each other
    if (meanwhile) meanwhile(event);
    if (!on_the_way.empty() && below(3) == 0) {
      std::swap(on_the_way[below(on_the_way.size())], on_the_way.back());
      REQUIRE(trainers[on_the_way.back().to]->receive(on_the_way.back().bytes).ok());
      on_the_way.pop_back();
      continue;
    }
    const std::size_t rank = below(trainers.size());
    const auto state = trainers[rank]->step(0);
    REQUIRE(state.ok());
    done[rank] = state.value().kind == JobState::Kind::done;
    const Bytes message = trainers[rank]->take_message();
    for (std::size_t to = 0; to < trainers.size() && !message.empty(); ++to)
      if (to != rank) on_the_way.push_back({to, message});
  }
}

/// A checkpoint but for the seconds its epochs took: the last of the eight numbers of each.
inline Bytes without_seconds(Bytes checkpoint) {
  constexpr std::size_t count_place = 76, epoch_size = 64;
  std::uint64_t epochs = 0;
  std::memcpy(&epochs, checkpoint.data() + count_place, sizeof(epochs));
  for (std::size_t i = 1; i <= epochs; ++i) std::memset(checkpoint.data() + count_place + 8 + i * epoch_size - 8, 0, 8);
  return checkpoint;
}

inline bool same_history(const std::vector<train::EpochReport>& a, const std::vector<train::EpochReport>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.epoch == y.epoch && x.loss == y.loss && x.accuracy == y.accuracy &&
           x.validation_loss == y.validation_loss && x.validation_accuracy == y.validation_accuracy &&
           x.robust_accuracy == y.robust_accuracy && x.learning_rate == y.learning_rate;
  });
}

inline void check_same(train::Trainer& trainer, train::Trainer& expected) {
  CHECK(same_bytes(trainer.weights(), expected.weights()));
  CHECK(same_history(trainer.history(), expected.history()));
  CHECK(without_seconds(trainer.last_checkpoint()) == without_seconds(expected.last_checkpoint()));
  CHECK(trainer.checkpoint_count() == expected.checkpoint_count());
}

/// Trains with one worker and with several, which must come to the same bytes. `start` makes the trainer of a shard.
template <class Start>
void check_workers_agree(Start start, std::uint64_t orders = 2) {
  const std::unique_ptr<train::Trainer> alone = start(train::Shard{});
  const auto state = alone->step(1e9);
  REQUIRE(state.ok());
  REQUIRE(state.value().kind == JobState::Kind::done);
  const auto batches = alone->take_batches();
  for (std::size_t workers = 2; workers <= 4; ++workers)
    for (std::uint64_t order = 0; order < orders; ++order) {
      CAPTURE(workers);
      CAPTURE(order);
      Trainers trainers;
      for (std::size_t rank = 0; rank < workers; ++rank) trainers.push_back(start(train::Shard{rank, workers}));
      train_together(trainers, order);
      for (auto& trainer : trainers) {
        check_same(*trainer, *alone);
        const auto own = trainer->take_batches();
        CHECK(std::equal(own.begin(), own.end(), batches.begin(), batches.end(), [](const auto& x, const auto& y) {
          return x.batch == y.batch && x.epoch == y.epoch && x.loss == y.loss && x.accuracy == y.accuracy &&
                 x.learning_rate == y.learning_rate;
        }));
      }
    }
}

}  // namespace mlsec::test
