#include <doctest/doctest.h>

#include "nn/operations.hpp"
#include "tests/core/train/problem.hpp"

namespace mlsec {
namespace {

using test::separable;
using test::train_options;
using test::trainer_of;
using test::weights_of;
using train::OptimizerKind;

nn::Network normalised() {
  nn::Network network(Shape{2});
  MLSEC_CHECK(network.add(std::make_unique<nn::BatchNorm>(nn::BatchNorm::Options{})).ok());
  MLSEC_CHECK(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{.units = 2})).ok());
  return network;
}

}  // namespace

TEST_CASE("running statistics move by their momentum towards the mean of what the chunks of a batch measured") {
  const Dataset data = separable(80);
  auto options = train_options(1, 80, OptimizerKind::adam, 0.0);
  const auto trainer = trainer_of(normalised(), separable(80), options);
  REQUIRE(trainer->step(1e9).ok());
  double mean = 0;
  for (std::uint32_t row = 0; row < 80; ++row) {
    float x[2];
    data.gather({&row, 1}, x);
    mean += double{x[0]} / 80;
  }
  // Parameters: scale, shift, runningMean, runningVariance, each of two channels.
  const auto weights = weights_of(*trainer);
  CHECK(double{weights[4]} == doctest::Approx(0.1 * mean).epsilon(1e-5));
  CHECK(weights[6] != 1.0f);
}

TEST_CASE("optimizers keep no memory of statistics, so that checkpoints and steps agree on what they keep") {
  for (OptimizerKind kind : {OptimizerKind::adam, OptimizerKind::sgd}) {
    const auto options = train_options(3, 20, kind, 0.01);
    const auto whole = trainer_of(normalised(), separable(64), options);
    REQUIRE(whole->step(1e9).ok());
    const auto half = trainer_of(normalised(), separable(64), options);
    for (int batch = 0; batch < 6; ++batch) (void)half->step(0);
    const auto checkpoint = half->checkpoint();
    train::TrainSetting setting;
    setting.checkpoint = checkpoint;
    auto resumed = train::Trainer::start(normalised(), separable(64), options, std::move(setting));
    REQUIRE(resumed.ok());
    REQUIRE(resumed.value()->step(1e9).ok());
    CHECK(test::same_bytes(weights_of(*resumed.value()), weights_of(*whole)));
  }
}

}  // namespace mlsec
