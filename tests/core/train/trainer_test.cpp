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
class Shift final : public train::Adversary {
 public:
  explicit Shift(std::vector<std::size_t>& sizes, bool fails = false) : sizes_(sizes), fails_(fails) {}
  Result<void> perturb(model::Model&, std::span<float> inputs, const train::AdversaryCall& call) override {
    if (fails_) return Error{ErrorCode::aborted, "", "No more."};
    sizes_.push_back(call.labels.size());
    MLSEC_CHECK(call.samples.size() == call.labels.size() && inputs.size() == 2 * call.labels.size());
    for (float& value : inputs) value += 1;
    return {};
  }
  void ascend(const model::Model&, std::span<const float>, std::span<const float>, double,
              std::span<float>) const override {}
  Result<std::size_t> withstood(std::shared_ptr<model::Model>, Tensor, const train::AdversaryCall&) override {
    return std::size_t{0};
  }

 private:
  std::vector<std::size_t>& sizes_;
  bool fails_;
};

train::TrainOptions adversarial(train::TrainOptions options) {
  options.adversarial = MethodReference{"test", {}};
  return options;
}

train::TrainSetting against(std::vector<std::size_t>& sizes, bool fails = false) {
  train::TrainSetting setting;
  setting.adversary = std::make_unique<Shift>(sizes, fails);
  return setting;
}

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
  const auto first = trained(dense_network(2, {5, 2}), separable(50), options)->weights();
  CHECK(same_bytes(first, trained(dense_network(2, {5, 2}, 99), separable(50), options)->weights()));
  options.seed = 1;
  CHECK(!same_bytes(first, trained(dense_network(2, {5, 2}), separable(50), options)->weights()));
}

TEST_CASE("training in many short steps gives the same bytes as in one go") {
  const auto options = train_options(4, 16, adam, 0.01);
  const auto trainer = trainer_of(dense_network(2, {5, 2}), separable(50), options);
  std::size_t steps = 0;
  for (;;) {
    const auto state = trainer->step(0);
    REQUIRE(state.ok());
    ++steps;  // a chunk, or what ends its batch
    CHECK(state.value().done == steps / 2);
    CHECK(state.value().total == 4 * 4);
    CHECK(trainer->history().size() == steps / 8);
    if (state.value().kind == JobState::Kind::done) break;
  }
  CHECK(steps == 32);
  CHECK(same_bytes(trainer->weights(), trained(dense_network(2, {5, 2}), separable(50), options)->weights()));
  const auto after = trainer->step(1000);
  REQUIRE(after.ok());
  CHECK(after.value().kind == JobState::Kind::done);
  CHECK(trainer->history().size() == 4);
}

TEST_CASE("a batch larger than the data set is the data set") {
  const auto whole = trained(dense_network(2, {2}), separable(40), train_options(5, 40, sgd, 0.1))->weights();
  CHECK(same_bytes(whole, trained(dense_network(2, {2}), separable(40), train_options(5, 65536, sgd, 0.1))->weights()));
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
  const auto before = trainer->weights();
  REQUIRE(trainer->step(1e9).ok());
  CHECK(same_bytes(trainer->weights(), before));
}

TEST_CASE("an adversary sees every chunk of every batch before the weights do") {
  std::vector<std::size_t> sizes;
  const auto options = train_options(1, 65, sgd, 0.1);
  const auto shifted = trained(dense_network(2, {2}), separable(72), adversarial(options), against(sizes));
  CHECK(sizes == std::vector<std::size_t>{22, 22, 21, 7});
  CHECK(!same_bytes(shifted->weights(), trained(dense_network(2, {2}), separable(72), options)->weights()));
}

TEST_CASE("what an adversary refuses ends the training") {
  std::vector<std::size_t> sizes;
  const auto trainer = trainer_of(dense_network(2, {2}), separable(40), adversarial(train_options(1, 8, sgd, 0.1)),
                                  against(sizes, true));
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

TEST_CASE("the classes of a model have the names that its data set gives them, or numbers") {
  const auto options = test::train_options(1, 8, train::OptimizerKind::sgd, 0.1);
  const auto start = [&](std::vector<std::string> names) {
    train::TrainSetting setting;
    setting.class_names = std::move(names);
    return train::Trainer::start(dense_network(2, {2}), separable(8), options, std::move(setting));
  };
  CHECK(start({"below", "above"}).value()->model()->output().labels == std::vector<std::string>{"below", "above"});
  CHECK(start({}).value()->model()->output().labels == std::vector<std::string>{"0", "1"});
  const auto refused = start({"below", "on", "above"});
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::shape_mismatch);
  CHECK(refused.error().field == "dataset.classNames");
  CHECK(refused.error().message == "dataset.classNames has 3 names, but the data set has 2 classes.");
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
