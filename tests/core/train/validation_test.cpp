// What is kept from training, and measured.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/core/train/formulas.hpp"
#include "tests/core/train/problem.hpp"
#include "tests/core/train/scripted_adversary.hpp"

namespace mlsec {
namespace {

using test::Notes;
using Rows = std::set<std::uint32_t>;

/// 50 rows of class 0, 30 of class 1, 7 of class 2, one after another.
Dataset uneven() {
  std::vector<int> labels(87, 0);
  std::fill(labels.begin() + 50, labels.end(), 1);
  std::fill(labels.begin() + 80, labels.end(), 2);
  auto data = Dataset::from_floats(Shape{2}, test::random_values(2 * 87, 1, 0, 1), std::move(labels), 3);
  REQUIRE(data.ok());
  return std::move(data).value();
}

/// One epoch in which an adversary notes the rows that are trained on, and another those that are attacked.
Notes rows_of(train::TrainOptions options, int robust_samples, std::optional<Dataset> validation = std::nullopt) {
  Notes notes;
  train::TrainSetting setting = test::noting(notes, options);
  options.robust_samples = robust_samples;
  setting.robust_adversary = std::make_unique<test::ScriptedAdversary>(notes);
  setting.validation = std::move(validation);
  test::trained(test::dense_network(2, {3}), uneven(), options, std::move(setting));
  return notes;
}

train::TrainOptions one_epoch(double share) {
  auto options = test::train_options(1, 20, train::OptimizerKind::sgd, 0.1);
  options.validation_share = share;
  return options;
}

int count_of_class(const Rows& rows, int label) {
  const Dataset data = uneven();
  return static_cast<int>(
      std::count_if(rows.begin(), rows.end(), [&](std::uint32_t row) { return data.label(row) == label; }));
}

Rows set_of(const std::vector<std::uint32_t>& rows) {
  Rows set(rows.begin(), rows.end());
  CHECK(set.size() == rows.size());  // none twice
  return set;
}

}  // namespace

TEST_CASE("a share of each class is kept from training, and measured") {
  for (double share : {0.1, 0.25, 0.5}) {
    CAPTURE(share);
    const Notes notes = rows_of(one_epoch(share), 1000);
    const Rows trained_on = set_of(notes.perturbed), held_out = set_of(notes.attacked);
    Rows all = trained_on;
    all.insert(held_out.begin(), held_out.end());
    CHECK(all.size() == 87);
    CHECK(trained_on.size() + held_out.size() == 87);
    CHECK(count_of_class(held_out, 0) == std::llround(50 * share));
    CHECK(count_of_class(held_out, 1) == std::llround(30 * share));
    CHECK(count_of_class(held_out, 2) == std::llround(7 * share));
  }
}

TEST_CASE("the seed chooses what is kept") {
  auto options = one_epoch(0.25);
  const auto once = rows_of(options, 1000).attacked, again = rows_of(options, 1000).attacked;
  CHECK(once == again);
  options.seed = 5;
  CHECK(set_of(rows_of(options, 1000).attacked) != set_of(once));
}

TEST_CASE("without a validation set robust accuracy is measured on samples trained on, of all classes") {
  const Notes notes = rows_of(one_epoch(0), 40);
  const Rows attacked = set_of(notes.attacked);
  CHECK(notes.perturbed.size() == 87);
  CHECK(attacked.size() == 40);
  CHECK(count_of_class(attacked, 0) > 0);
  CHECK(count_of_class(attacked, 1) > 0);
}

TEST_CASE("a validation set of its own leaves all samples to train on") {
  auto validation = Dataset::from_floats(Shape{2}, test::random_values(2 * 9, 2, 0, 1), std::vector<int>(9, 1), 3);
  REQUIRE(validation.ok());
  const Notes notes = rows_of(one_epoch(0.25), 1000, std::move(validation).value());
  CHECK(set_of(notes.perturbed).size() == 87);
  CHECK(set_of(notes.attacked).size() == 9);
}

TEST_CASE("the figures of an epoch are those of the network as the epoch left it, on what was kept") {
  auto options = test::train_options(1, 20, train::OptimizerKind::sgd, 0.1);
  auto validation = Dataset::from_floats(Shape{2}, test::random_values(2 * 40, 2, 0, 1), std::vector<int>(40, 1), 3);
  REQUIRE(validation.ok());
  train::TrainSetting setting;
  setting.validation = validation.value();
  const auto trainer = test::trained(test::dense_network(2, {3}), uneven(), options, std::move(setting));
  const auto inputs = test::random_values(2 * 40, 2, 0, 1);
  const auto logits = test::logits_of(*trainer->model(), 40, inputs);
  double loss = 0, right = 0;
  for (std::size_t row = 0; row < 40; ++row) {
    const test::Values z = test::to_doubles(std::span(logits).subspan(3 * row, 3));
    loss -= test::log_probabilities(z)[1] / 40;
    right += z[1] > std::max(z[0], z[2]);
  }
  const auto& report = trainer->history()[0];
  REQUIRE(report.validation_loss);
  CHECK(*report.validation_loss == doctest::Approx(loss).epsilon(1e-6));
  CHECK(report.validation_accuracy == right / 40);
}

TEST_CASE("robust accuracy is the share that withstands the attack") {
  Notes notes;
  notes.withstands = {3, 1};
  auto options = test::train_options(2, 20, train::OptimizerKind::sgd, 0.1);
  auto setting = test::measuring(notes, options, 8);
  const auto trainer = test::trained(test::dense_network(2, {3}), uneven(), options, std::move(setting));
  CHECK(trainer->history()[0].robust_accuracy == 3.0 / 8);
  CHECK(trainer->history()[1].robust_accuracy == 1.0 / 8);
  CHECK(!trainer->history()[0].validation_loss);
}

TEST_CASE("a share that leaves nothing to train on, and validation sets that do not fit, are refused") {
  const auto refusal = [](Dataset data, double share, std::optional<Dataset> validation = std::nullopt) {
    train::TrainSetting setting;
    setting.validation = std::move(validation);
    const auto outcome =
        train::Trainer::start(test::dense_network(2, {3}), std::move(data), one_epoch(share), std::move(setting));
    return outcome.ok() ? Error{} : outcome.error();
  };
  const auto rows = [](std::int64_t features, int classes) {
    auto data =
        Dataset::from_floats(Shape{features}, std::vector<float>(static_cast<std::size_t>(features)), {0}, classes);
    REQUIRE(data.ok());
    return std::move(data).value();
  };
  CHECK(refusal(rows(2, 3), 0.9).field == "validationShare");
  CHECK(refusal(uneven(), 0, rows(3, 3)).field == "validation.inputs");
  CHECK(refusal(uneven(), 0, rows(2, 4)).field == "validation.classes");
  auto targets = rows(2, 3).with_targets({1, 0, 1}, 3);
  REQUIRE(targets.ok());
  CHECK(refusal(uneven(), 0, std::move(targets).value()).field == "validation");
}

}  // namespace mlsec
