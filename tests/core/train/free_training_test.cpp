// The scheme free: each batch several times, perturbed along gradients that come for nothing.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/core/train/scripted_adversary.hpp"
#include "tests/core/train/workers.hpp"

namespace mlsec {
namespace {

using test::dense_network;
using test::separable;
using train::TrainOptions;

constexpr float epsilon = 0.1f;

/// One step of a sign, back into the box and the ball; notes from where.
class Ascent final : public test::ScriptedAdversary {
 public:
  struct Step {
    std::vector<float> original, before, after;
    double strength;
  };

  Ascent(test::Notes& notes, std::vector<Step>& steps) : ScriptedAdversary(notes), steps_(steps) {}

  void ascend(const model::Model& model, std::span<const float> original, std::span<const float> gradient,
              double strength, std::span<float> x) const override {
    Step step{{original.begin(), original.end()}, {x.begin(), x.end()}, {}, strength};
    const float size = epsilon * static_cast<float>(strength);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = std::clamp(x[i] + std::copysign(size, gradient[i]), original[i] - size, original[i] + size);
      x[i] = std::clamp(x[i], model.input().lower, model.input().upper);
    }
    step.after.assign(x.begin(), x.end());
    steps_.push_back(std::move(step));
  }

 private:
  std::vector<Step>& steps_;
};

struct Training {
  test::Notes notes;
  std::vector<Ascent::Step> steps;
  std::unique_ptr<train::Trainer> trainer;
};

TrainOptions options_for(int epochs, int batch_size, int replays) {
  auto options = test::train_options(epochs, batch_size, train::OptimizerKind::sgd, 0.1);
  options.adversarial = MethodReference{"test", {}};
  options.scheme = train::Scheme::free;
  options.replays = replays;
  return options;
}

std::unique_ptr<Training> start(const TrainOptions& options, std::size_t rows, train::Shard shard = {}) {
  auto training = std::make_unique<Training>();
  train::TrainSetting setting;
  setting.adversary = std::make_unique<Ascent>(training->notes, training->steps);
  setting.shard = shard;
  training->trainer = test::trainer_of(dense_network(2, {5, 2}), separable(rows), options, std::move(setting));
  return training;
}

bool close(const std::vector<float>& a, const std::vector<float>& b) { return test::largest_error(a, b) < 1e-6; }

}  // namespace

TEST_CASE("each batch is gone through so many times, its perturbations carried from time to time and batch to batch") {
  constexpr std::size_t replays = 3, batch = 20, batches = 2, epochs = 2;
  const auto training = start(options_for(epochs, batch, replays), batch * batches);
  REQUIRE(training->trainer->step(1e9).ok());
  CHECK(training->notes.perturbed.empty());  // no attack runs
  CHECK(training->trainer->take_batches().size() == epochs * batches * replays);
  const auto& steps = training->steps;
  REQUIRE(steps.size() == epochs * batches * replays * batch);
  std::size_t moved = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool new_epoch = i % (batches * replays * batch) < batch, new_batch = i % (replays * batch) < batch;
    std::vector<float> expected = steps[i].original;
    if (!new_epoch) {
      CHECK((steps[i].original == steps[i - batch].original) == !new_batch);
      for (std::size_t k = 0; k < 2; ++k)
        expected[k] = std::clamp(expected[k] + steps[i - batch].after[k] - steps[i - batch].original[k], 0.0f, 1.0f);
    }
    CHECK(close(steps[i].before, expected));
    for (std::size_t k = 0; k < 2; ++k) {
      CHECK(std::fabs(steps[i].before[k] - steps[i].original[k]) <= epsilon * 1.00001f);
      CHECK((steps[i].before[k] >= 0 && steps[i].before[k] <= 1));
      moved += steps[i].before[k] != steps[i].original[k];
    }
  }
  CHECK(moved > steps.size());
}

TEST_CASE("the gradient for nothing is that of the loss to the input") {
  const auto training = start(options_for(1, 30, 1), 30);
  const auto weights = training->trainer->weights();
  REQUIRE(training->trainer->step(1e9).ok());
  const auto again = start(options_for(1, 30, 1), 30);
  const auto loss = [&](const std::vector<float>& x) {
    const auto logits = test::logits_of(*again->trainer->model(), 1, x);
    return std::log(1 + std::exp(double{logits[1]} - double{logits[0]}));  // of class 0
  };
  // Of the samples of class 0, almost all steps climb the loss of the network they were made for.
  int climbed = 0, count = 0;
  const Dataset data = separable(30);
  for (const auto& step : training->steps) {
    std::vector<float> row(2);
    for (std::uint32_t i = 0; i < 30; ++i) {
      data.gather({&i, 1}, row.data());
      if (row != step.original || data.label(i) != 0) continue;
      ++count;
      climbed += loss(step.after) > loss(step.before);
    }
  }
  CHECK(count > 5);
  CHECK(climbed >= count - 1);
  CHECK(test::same_bytes(weights, again->trainer->weights()));
}

TEST_CASE("one replay without perturbation is ordinary training") {
  auto options = options_for(3, 20, 1);
  options.epsilon_ramp = 1e9;  // whose strength is 0 at first and hardly more later
  options.momentum = 0;
  const auto training = start(options, 50);
  REQUIRE(training->trainer->step(1e9).ok());
  CHECK(training->steps.size() == 3 * 50);
  CHECK(training->steps[0].strength == 0);
  auto ordinary = test::train_options(3, 20, train::OptimizerKind::sgd, 0.1);
  ordinary.momentum = 0;
  CHECK(test::largest_error(training->trainer->weights(),
                            test::trained(dense_network(2, {5, 2}), separable(50), ordinary)->weights()) < 1e-6);
}

TEST_CASE("workers agree on free training, also where the last batch is cut otherwise") {
  for (std::size_t rows : {130u, 200u, 171u}) {
    CAPTURE(rows);
    const auto options = options_for(2, 130, 2);
    const auto alone = start(options, rows);
    REQUIRE(alone->trainer->step(1e9).ok());
    for (std::size_t workers = 2; workers <= 3; ++workers) {
      std::vector<std::unique_ptr<Training>> all;
      test::Trainers trainers;
      for (std::size_t rank = 0; rank < workers; ++rank) {
        all.push_back(start(options, rows, {rank, workers}));
        trainers.push_back(std::move(all.back()->trainer));
      }
      test::train_together(trainers, rows);
      for (auto& trainer : trainers) test::check_same(*trainer, *alone->trainer);
    }
  }
}

TEST_CASE("the epsilon of an attack rises over so many epochs") {
  test::Notes notes;
  auto options = test::train_options(3, 10, train::OptimizerKind::sgd, 0.1);
  auto setting = test::noting(notes, options);
  options.epsilon_ramp = 2;
  test::trained(dense_network(2, {2}), separable(40), options, std::move(setting));
  REQUIRE(notes.strengths.size() == 11);  // at strength 0 there is nothing to ask for
  for (std::size_t i = 0; i < 11; ++i) {
    CHECK(notes.strengths[i] == std::min(1.0, static_cast<double>(i + 1) / 8));
    CHECK(notes.steps[i] == i + 1);
  }
}

}  // namespace mlsec
