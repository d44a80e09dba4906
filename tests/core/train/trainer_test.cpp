#include "train/trainer.hpp"

#include <doctest/doctest.h>

#include "nn/loss.hpp"
#include "tests/core/train/problem.hpp"

namespace mlsec {
namespace {

using test::dense_network;
using test::same_bytes;
using test::separable;
using test::train_options;
using test::trained;
using test::trainer_of;
using test::weights_of;
using train::OptimizerKind;

constexpr auto adam = OptimizerKind::adam, sgd = OptimizerKind::sgd;

/// The share of the rows that the model gives their labels.
double accuracy(model::Model& model, const Dataset& dataset) {
  std::vector<std::uint32_t> rows(dataset.rows());
  for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i] = i;
  std::vector<float> inputs(rows.size() * dataset.sample().count());
  dataset.gather(rows, inputs.data());
  const auto logits = test::logits_of(model, rows.size(), inputs);
  const std::size_t classes = model.output().classes;
  std::size_t right = 0;
  for (std::size_t row = 0; row < rows.size(); ++row)
    right += static_cast<int>(nn::largest(std::span(logits).subspan(row * classes, classes))) == dataset.label(row);
  return static_cast<double>(right) / static_cast<double>(rows.size());
}

/// Adds a constant to every input and notes what it saw.
class Shift final : public train::BatchTransform {
 public:
  explicit Shift(std::vector<std::size_t>& sizes, bool fails = false) : sizes_(sizes), fails_(fails) {}
  Result<void> apply(model::NetworkModel&, Tensor& inputs, std::span<const int> labels) override {
    if (fails_) return Error{ErrorCode::aborted, "", "No more."};
    sizes_.push_back(labels.size());
    MLSEC_CHECK(inputs.shape()[0] == static_cast<std::int64_t>(labels.size()));
    for (float& value : inputs.values()) value += 1;
    return {};
  }

 private:
  std::vector<std::size_t>& sizes_;
  bool fails_;
};

}  // namespace

TEST_CASE("training separates two classes that a line separates") {
  for (OptimizerKind optimizer : {adam, sgd}) {
    const Dataset data = separable(120), unseen = separable(120, 2);
    const auto trainer =
        trained(dense_network(2, {2}), data, train_options(60, 20, optimizer, optimizer == adam ? 0.1 : 0.5));
    CHECK(trainer->history().back().accuracy == 1);
    CHECK(accuracy(*trainer->model(), data) == 1);
    CHECK(accuracy(*trainer->model(), unseen) > 0.97);
  }
}

TEST_CASE("hidden layers learn what no line separates") {
  const auto data = Dataset::from_floats(Shape{2}, {0, 0, 0, 1, 1, 0, 1, 1}, {0, 1, 1, 0}, 2);
  REQUIRE(data.ok());
  const auto trainer = trained(dense_network(2, {16, 2}), data.value(), train_options(200, 4, adam, 0.05));
  CHECK(accuracy(*trainer->model(), data.value()) == 1);
}

TEST_CASE("the same seed gives the same bytes, another seed others") {
  auto options = train_options(3, 16, adam, 0.01);
  const auto first = weights_of(*trained(dense_network(2, {5, 2}), separable(50), options));
  CHECK(same_bytes(first, weights_of(*trained(dense_network(2, {5, 2}, 99), separable(50), options))));
  options.seed = 1;
  CHECK(!same_bytes(first, weights_of(*trained(dense_network(2, {5, 2}), separable(50), options))));
}

TEST_CASE("training in many short steps gives the same bytes as in one go") {
  const auto options = train_options(4, 16, adam, 0.01);
  const auto trainer = trainer_of(dense_network(2, {5, 2}), separable(50), options);
  std::size_t steps = 0;
  for (;;) {
    const auto state = trainer->step(0);
    REQUIRE(state.ok());
    ++steps;
    CHECK(state.value().done == steps);
    CHECK(state.value().total == 4 * 4);
    CHECK(trainer->history().size() == steps / 4);
    if (state.value().kind == JobState::Kind::done) break;
  }
  CHECK(steps == 16);
  CHECK(same_bytes(weights_of(*trainer), weights_of(*trained(dense_network(2, {5, 2}), separable(50), options))));
  const auto after = trainer->step(1000);
  REQUIRE(after.ok());
  CHECK(after.value().kind == JobState::Kind::done);
  CHECK(trainer->history().size() == 4);
}

TEST_CASE("a batch larger than the data set is the data set") {
  const auto whole = weights_of(*trained(dense_network(2, {2}), separable(40), train_options(5, 40, sgd, 0.1)));
  CHECK(
      same_bytes(whole, weights_of(*trained(dense_network(2, {2}), separable(40), train_options(5, 65536, sgd, 0.1)))));
}

TEST_CASE("the history has one report an epoch, with falling loss") {
  const auto trainer = trained(dense_network(2, {2}), separable(64), train_options(10, 16, sgd, 0.2));
  const auto& history = trainer->history();
  REQUIRE(history.size() == 10);
  for (std::size_t i = 0; i < history.size(); ++i) {
    CHECK(history[i].epoch == static_cast<int>(i) + 1);
    CHECK(history[i].seconds >= 0);
    CHECK(history[i].accuracy >= 0);
    CHECK(history[i].accuracy <= 1);
  }
  CHECK(history.back().loss < history.front().loss);
}

TEST_CASE("a rate of zero changes nothing") {
  const auto trainer = trainer_of(dense_network(2, {2}), separable(40), train_options(2, 8, sgd, 0));
  const auto before = weights_of(*trainer);
  REQUIRE(trainer->step(1e9).ok());
  CHECK(same_bytes(weights_of(*trainer), before));
}

TEST_CASE("a batch transform sees every chunk of every batch before the weights do") {
  std::vector<std::size_t> sizes;
  const auto options = train_options(1, 33, sgd, 0.1);
  const auto trainer = trainer_of(dense_network(2, {2}), separable(40), options, std::make_unique<Shift>(sizes));
  REQUIRE(trainer->step(1e9).ok());
  CHECK(sizes == std::vector<std::size_t>{32, 1, 7});
  CHECK(!same_bytes(weights_of(*trainer), weights_of(*trained(dense_network(2, {2}), separable(40), options))));
}

TEST_CASE("what a batch transform refuses ends the training") {
  std::vector<std::size_t> sizes;
  const auto trainer = trainer_of(dense_network(2, {2}), separable(40), train_options(1, 8, sgd, 0.1),
                                  std::make_unique<Shift>(sizes, true));
  const auto refused = trainer->step(1e9);
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::aborted);
}

TEST_CASE("data that does not fit the network is refused") {
  const auto options = train_options(1, 8, sgd, 0.1);
  const auto wide = train::Trainer::start(dense_network(3, {2}), separable(4), options);
  REQUIRE(!wide.ok());
  CHECK(wide.error().code == ErrorCode::shape_mismatch);
  CHECK(wide.error().field == "dataset.inputs");
  CHECK(wide.error().message == "dataset.inputs has samples of 2, but the network takes 3.");
  const auto many = train::Trainer::start(dense_network(2, {3}), separable(4), options);
  REQUIRE(!many.ok());
  CHECK(many.error().field == "architecture");
  CHECK(many.error().message == "The last layer gives 3 outputs, but the data set has 2 classes.");
}

TEST_CASE("diverging training is an error that names the learning rate") {
  std::vector<float> inputs;
  std::vector<int> labels;
  for (int i = 0; i < 64; ++i) {
    inputs.push_back(i % 3 == 0 ? 1e15f : -1e15f);
    labels.push_back(i % 2);
  }
  auto data = Dataset::from_floats(Shape{1}, inputs, labels, 2);
  REQUIRE(data.ok());
  const auto trainer = trainer_of(dense_network(1, {8, 2}), data.value(), train_options(20, 8, sgd, 1000));
  const auto refused = trainer->step(1e9);
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::not_finite);
  CHECK(refused.error().field == "learningRate");
}

}  // namespace mlsec
