// Training that leaves the finite numbers.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/core/train/problem.hpp"

namespace mlsec {
namespace {

using train::LossKind;
using train::OptimizerKind;
using train::Trainer;

/// Rows of one number, two classes.
Dataset rows_of(std::vector<float> inputs) {
  std::vector<int> labels;
  for (std::size_t i = 0; i < inputs.size(); ++i) labels.push_back(static_cast<int>(i % 2));
  auto data = Dataset::from_floats(Shape{1}, std::move(inputs), std::move(labels), 2);
  REQUIRE(data.ok());
  return std::move(data).value();
}

train::TrainOptions squares(int epochs) {
  auto options = test::train_options(epochs, 4, OptimizerKind::sgd, 1000);
  options.loss = LossKind::mean_squared_error;
  return options;
}

Error failure(Trainer& trainer) {
  for (;;) {
    const auto state = trainer.step(0);
    if (!state.ok()) return state.error();
    REQUIRE(state.value().kind != JobState::Kind::done);
  }
}

/// That its last checkpoint can be taken up, and holds nothing that is not finite.
void check_last_checkpoint(const Trainer& trainer, const Dataset& data, const train::TrainOptions& options,
                           std::size_t epochs) {
  train::TrainSetting setting;
  setting.checkpoint = trainer.last_checkpoint();
  const auto resumed = Trainer::start(test::dense_network(1, {2}), data, options, std::move(setting));
  REQUIRE(resumed.ok());
  CHECK(resumed.value()->history().size() == epochs);
  for (float weight : resumed.value()->weights()) CHECK(std::isfinite(weight));
}

}  // namespace

TEST_CASE("training that diverges is an error that names the batch, the epoch and what may help") {
  // Of squares the gradient grows with the outputs: by a factor of about 1e6 a batch, six batches to infinity.
  const Dataset data = rows_of({30, -30, 25, -20, 28, -31, 30, -26});
  const auto options = squares(20);
  const auto trainer = test::trainer_of(test::dense_network(1, {2}), data, options);
  const Error error = failure(*trainer);
  CHECK(error.code == ErrorCode::not_finite);
  CHECK(error.field == "learningRate");
  const std::size_t batches = trainer->take_batches().size(), epochs = trainer->history().size();
  CHECK(batches >= 3);
  CHECK(epochs == batches / 2);
  CHECK(error.message.starts_with("Training diverged at batch " + std::to_string(batches + 1) + " (epoch " +
                                  std::to_string(epochs + 1) + "): "));
  CHECK(error.message.ends_with(" is no longer finite. A smaller learningRate, warmUp or clipNorm may help."));
  for (const auto& epoch : trainer->history()) CHECK(std::isfinite(epoch.loss));
  check_last_checkpoint(*trainer, data, options, epochs);
}

TEST_CASE("weights that the last batch of an epoch makes infinite are an error of that batch") {
  const Dataset data = rows_of({1e18f, -1e18f, 1e18f, -1e18f});
  for (int epochs : {1, 3}) {
    CAPTURE(epochs);
    const auto options = squares(epochs);
    const auto trainer = test::trainer_of(test::dense_network(1, {2}), data, options);
    const Error error = failure(*trainer);
    CHECK(error.code == ErrorCode::not_finite);
    CHECK(error.message.starts_with("Training diverged at batch 1 (epoch 1): "));
    check_last_checkpoint(*trainer, data, options, 0);
  }
}

TEST_CASE("a gradient from outside that makes weights infinite is an error") {
  const Dataset data = rows_of({1, 2, 3, 4});
  const auto trainer = test::trainer_of(test::dense_network(1, {2}), data, squares(3));
  const auto refused = trainer->apply_gradient(std::vector<float>(4, 3e38f));
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::not_finite);
}

}  // namespace mlsec
