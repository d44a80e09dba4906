#include "train/train_options.hpp"

#include <doctest/doctest.h>

#include "tests/core/train/problem.hpp"

namespace mlsec {
namespace {

using train::LossKind;
using train::Monitor;
using train::Scheme;
using train::TrainOptions;

/// The field that a change of the defaults is refused by; "" where it is not.
template <class Change>
std::string refused(Change change) {
  TrainOptions options;
  change(options);
  const auto outcome = TrainOptions::check(options);
  return outcome.ok() ? "" : outcome.error().field;
}

void attack(TrainOptions& options, Scheme scheme) {
  options.adversarial = MethodReference{"fgsm", {}};
  options.scheme = scheme;
}

/// The same for a training on targets instead of classes, or on inputs between 0 and 3.
std::string refused_by_trainer(const TrainOptions& options, bool targets) {
  auto data = Dataset::from_floats(Shape{2}, {0, 3, 1, 1}, {0, 0}, 2);
  REQUIRE(data.ok());
  if (targets) data = std::move(data).value().with_targets({0, 1, 1, 1}, 2);
  REQUIRE(data.ok());
  train::TrainSetting setting;
  const auto outcome =
      train::Trainer::start(test::dense_network(2, {2}), std::move(data).value(), options, std::move(setting));
  return outcome.ok() ? "" : outcome.error().field;
}

}  // namespace

TEST_CASE("the defaults are accepted") {
  CHECK(refused([](TrainOptions&) {}) == "");
}

TEST_CASE("bounds are two numbers, the smaller one first") {
  CHECK(refused([](TrainOptions& o) { o.bounds = std::vector<double>{0, 1}; }) == "");
  CHECK(refused([](TrainOptions& o) { o.bounds = std::vector<double>{1, 1}; }) == "bounds");
  CHECK(refused([](TrainOptions& o) { o.bounds = std::vector<double>{2, 1}; }) == "bounds");
  CHECK(refused([](TrainOptions& o) { o.bounds = std::vector<double>{0}; }) == "bounds");
  CHECK(refused([](TrainOptions& o) { o.bounds = std::vector<double>{0, 1, 2}; }) == "bounds");
}

TEST_CASE("nesterov needs sgd with momentum") {
  const auto with = [](train::OptimizerKind optimizer, double momentum) {
    return refused([&](TrainOptions& o) {
      o.nesterov = true;
      o.optimizer = optimizer;
      o.momentum = momentum;
    });
  };
  CHECK(with(train::OptimizerKind::sgd, 0.9) == "");
  CHECK(with(train::OptimizerKind::sgd, 0) == "nesterov");
  CHECK(with(train::OptimizerKind::adam, 0.9) == "nesterov");
}

TEST_CASE("schemes need an attack, and some of them a loss of their own") {
  for (Scheme scheme : {Scheme::mixed, Scheme::trades, Scheme::mart, Scheme::free}) {
    CHECK(refused([&](TrainOptions& o) { o.scheme = scheme; }) == "scheme");
    CHECK(refused([&](TrainOptions& o) { attack(o, scheme); }) == "");
    const bool own = scheme == Scheme::trades || scheme == Scheme::mart;
    CHECK(refused([&](TrainOptions& o) {
            attack(o, scheme);
            o.loss = LossKind::hinge;
          }) == (own ? "loss" : ""));
  }
}

TEST_CASE("mart takes no targets of several classes, hinge none that are smoothed") {
  CHECK(refused([](TrainOptions& o) {
          attack(o, Scheme::mart);
          o.label_smoothing = 0.1;
        }) == "scheme");
  CHECK(refused([](TrainOptions& o) {
          attack(o, Scheme::mart);
          o.augmentation.mixup = 1;
        }) == "scheme");
  CHECK(refused([](TrainOptions& o) {
          attack(o, Scheme::trades);
          o.label_smoothing = 0.1;
          o.augmentation.mixup = 1;
        }) == "");
  CHECK(refused([](TrainOptions& o) {
          o.loss = LossKind::hinge;
          o.label_smoothing = 0.1;
        }) == "labelSmoothing");
}

TEST_CASE("watching robust accuracy needs samples to measure it on") {
  CHECK(refused([](TrainOptions& o) { o.robust_drop = 0.1; }) == "robustSamples");
  CHECK(refused([](TrainOptions& o) { o.monitor = Monitor::robust_accuracy; }) == "robustSamples");
  CHECK(refused([](TrainOptions& o) {
          o.robust_drop = 0.1;
          o.robust_samples = 10;
        }) == "");
}

TEST_CASE("defaults that depend on other options") {
  TrainOptions options;
  CHECK(options.best_by() == Monitor::loss);
  CHECK(options.weight_of_robustness() == 6);
  options.robust_drop = 0.1;
  options.scheme = Scheme::mart;
  CHECK(options.best_by() == Monitor::robust_accuracy);
  CHECK(options.weight_of_robustness() == 5);
  options.monitor = Monitor::accuracy;
  options.robust_weight = 0;
  CHECK(options.best_by() == Monitor::accuracy);
  CHECK(options.weight_of_robustness() == 0);
}

TEST_CASE("targets instead of classes are for the losses that take them, and for no attack") {
  TrainOptions options;
  for (LossKind loss : {LossKind::cross_entropy, LossKind::mean_squared_error, LossKind::binary_cross_entropy}) {
    options.loss = loss;
    CHECK(refused_by_trainer(options, true) == "");
  }
  options.loss = LossKind::hinge;
  CHECK(refused_by_trainer(options, true) == "loss");
  CHECK(refused_by_trainer(options, false) == "");
}

TEST_CASE("bounds that the data leaves are refused") {
  TrainOptions options;
  options.bounds = std::vector<double>{0, 3};
  CHECK(refused_by_trainer(options, false) == "");
  options.bounds = std::vector<double>{0, 2.5};
  CHECK(refused_by_trainer(options, false) == "bounds");
  options.bounds = std::vector<double>{-1, 4};
  CHECK(refused_by_trainer(options, false) == "");
}

}  // namespace mlsec
