#include "attacks/input_gradient.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "model/callback_model.hpp"
#include "nn/loss.hpp"
#include "tests/core/nn/reference.hpp"
#include "tests/core/support/finite_differences.hpp"
#include "tests/core/support/models.hpp"

namespace mlsec {
namespace {

using attacks::DifferentiatedLoss;
using attacks::GradientOptions;
using Values = std::vector<double>;

constexpr std::size_t rows = 4, features = 5, classes = 3;

struct Fixture {
  std::unique_ptr<model::NetworkModel> model =
      test::model_of(test::dense_network(features, {6, classes}), model::plain_input({features}));
  Tensor inputs = test::random_tensor(Shape{rows, features}, 2, 0, 1);

  Result<attacks::InputGradient> gradient(const GradientOptions& options) const {
    return attacks::input_gradient(*model, model::Batch::single(rows, inputs.values()), options);
  }
  Values logits(const Values& x) const {
    const auto parameters = test::parameters_in_double(model->network());
    const Values hidden = test::reference::relu(test::reference::dense(x, parameters[0][0], parameters[0][1]));
    return test::reference::dense(hidden, parameters[2][0], parameters[2][1]);
  }
};

/// The losses by their definitions.
double loss_of(DifferentiatedLoss loss, const Values& logits, std::size_t label) {
  double sum = 0, largest_other = -test::infinity;
  for (std::size_t k = 0; k < logits.size(); ++k) {
    sum += std::exp(logits[k]);
    if (k != label) largest_other = std::max(largest_other, logits[k]);
  }
  if (loss == DifferentiatedLoss::cross_entropy) return std::log(sum) - logits[label];
  return loss == DifferentiatedLoss::logit ? logits[label] : largest_other - logits[label];
}

Error refusal(const Result<attacks::InputGradient>& result) {
  REQUIRE(!result.ok());
  return result.error();
}

}  // namespace

TEST_CASE("losses and their gradients are those of the definitions") {
  const Fixture f;
  const std::vector<int> labels{2, 0, 1, 2};
  for (auto loss : {DifferentiatedLoss::cross_entropy, DifferentiatedLoss::logit, DifferentiatedLoss::margin}) {
    CAPTURE(name_of(loss));
    const auto result = f.gradient({labels, loss});
    REQUIRE(result.ok());
    const auto& [gradients, losses, used] = result.value();
    CHECK(used == labels);
    CHECK(gradients.shape() == Shape{rows, features});
    REQUIRE(losses.size() == rows);
    for (std::size_t row = 0; row < rows; ++row) {
      const auto label = static_cast<std::size_t>(labels[row]);
      const auto x = test::to_doubles(f.inputs.values().subspan(row * features, features));
      const auto value = [&](const Values& v) { return loss_of(loss, f.logits(v), label); };
      CHECK(std::fabs(double{losses[row]} - value(x)) < 2e-6);
      CHECK(test::largest_error(gradients.values().subspan(row * features, features),
                                test::finite_differences(x, value)) < 2e-6);
    }
  }
}

TEST_CASE("without labels the model's own answers are taken, and told") {
  const Fixture f;
  const auto own = f.gradient({});
  REQUIRE(own.ok());
  const auto logits = test::logits_of(*f.model, rows, f.inputs.values());
  std::vector<int> expected;
  for (std::size_t row = 0; row < rows; ++row)
    expected.push_back(static_cast<int>(nn::largest(std::span(logits).subspan(row * classes, classes))));
  CHECK(own.value().labels == expected);
  const auto given = f.gradient({expected, DifferentiatedLoss::cross_entropy});
  CHECK(test::same_bytes(own.value().gradients.values(), given.value().gradients.values()));
}

TEST_CASE("labels that do not fit are refused") {
  const Fixture f;
  const Error few = refusal(f.gradient({std::vector<int>{0, 1}, DifferentiatedLoss::logit}));
  CHECK(few.code == ErrorCode::shape_mismatch);
  CHECK(few.field == "labels");
  const Error large = refusal(f.gradient({std::vector<int>{0, 1, 3, 0}, DifferentiatedLoss::logit}));
  CHECK(large.code == ErrorCode::out_of_range);
  CHECK(large.field == "labels[2]");
}

TEST_CASE("models without gradients, and margins between fewer than two classes, are refused") {
  model::CallbackModel callback(model::plain_input({features}), {classes, model::numbered_labels(classes)},
                                model::CallbackOutput::logits);
  const Tensor inputs = Tensor::filled(Shape{1, features}, 0);
  const auto batch = model::Batch::single(1, inputs.values());
  const Error lacking = refusal(attacks::input_gradient(callback, batch, {}));
  CHECK(lacking.code == ErrorCode::unsupported);
  CHECK(lacking.field == "model");
  CHECK(lacking.message == "This model lacks the capability gradient, which is needed here.");

  const auto single = test::model_of(test::dense_network(features, {1}), model::plain_input({features}));
  CHECK(refusal(attacks::input_gradient(*single, batch, {{}, DifferentiatedLoss::margin})).field == "loss");
}

}  // namespace mlsec
