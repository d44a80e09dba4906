#include "model/callback_model.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace mlsec {
namespace {

using model::CallbackModel;
using model::CallbackOutput;

CallbackModel callback(CallbackOutput kind) {
  return {model::InputSpecification{}, {3, model::numbered_labels(3)}, kind};
}

void check_refused(CallbackOutput kind, const std::vector<float>& answer, std::size_t rows,
                   const std::string& message) {
  const auto refused = callback(kind).logits_from(answer, rows);
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::callback_failed);
  CHECK(refused.error().field == "model");
  CHECK(refused.error().message == message);
}

}  // namespace

TEST_CASE("logits from outside are taken as they are") {
  const std::vector<float> answer{1, -2, 300, 0, 0, -1e30f};
  const auto logits = callback(CallbackOutput::logits).logits_from(answer, 2);
  REQUIRE(logits.ok());
  CHECK(logits.value() == answer);
}

TEST_CASE("probabilities become their logarithms, which are finite even for zero") {
  const auto logits =
      callback(CallbackOutput::probabilities).logits_from(std::vector<float>{0.5f, 0.25f, 0.25f, 0, 1, 0}, 2);
  REQUIRE(logits.ok());
  const float floor = static_cast<float>(std::log(double{1e-30f}));
  const std::vector<float> expected{std::log(0.5f), std::log(0.25f), std::log(0.25f), floor, 0, floor};
  for (std::size_t i = 0; i < 6; ++i)
    CHECK(double{logits.value()[i]} == doctest::Approx(double{expected[i]}).epsilon(1e-6));
}

TEST_CASE("a label becomes the row that is one there") {
  const auto logits = callback(CallbackOutput::labels).logits_from(std::vector<float>{2, 0}, 2);
  REQUIRE(logits.ok());
  CHECK(logits.value() == std::vector<float>{0, 0, 1, 1, 0, 0});
}

TEST_CASE("answers of another length are refused with the length needed") {
  check_refused(CallbackOutput::logits, {1, 2, 3, 4}, 2,
                "The model function returned 4 numbers where 6 were needed: 3 for each of 2 samples.");
  check_refused(CallbackOutput::probabilities, {}, 1,
                "The model function returned 0 numbers where 3 were needed: 3 for each of 1 samples.");
  check_refused(CallbackOutput::labels, {1, 2, 0}, 1,
                "The model function returned 3 numbers where 1 were needed: 1 for each of 1 samples.");
}

TEST_CASE("answers that are no numbers are refused") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  const std::string message = "The model function returned a number that is not finite.";
  check_refused(CallbackOutput::logits, {0, nan, 0}, 1, message);
  check_refused(CallbackOutput::probabilities, {0, 0, infinity}, 1, message);
  check_refused(CallbackOutput::labels, {nan}, 1, message);
}

TEST_CASE("probabilities outside 0 ... 1 and labels that are no class are refused") {
  check_refused(CallbackOutput::probabilities, {-0.01f, 1, 0}, 1,
                "The model function returned a probability outside 0 ... 1.");
  check_refused(CallbackOutput::probabilities, {1.01f, 0, 0}, 1,
                "The model function returned a probability outside 0 ... 1.");
  for (float label : {3.0f, -1.0f, 0.5f, 1e30f})
    check_refused(CallbackOutput::labels, {label}, 1, "The model function returned a label outside 0 ... 2.");
}

TEST_CASE(
    "a callback model has no gradients and no layers, scores unless it answers with labels, and no forward pass of its "
    "own") {
  for (CallbackOutput kind : {CallbackOutput::logits, CallbackOutput::probabilities, CallbackOutput::labels}) {
    CallbackModel model = callback(kind);
    CHECK(model.capabilities().external);
    CHECK(!model.capabilities().gradient);
    CHECK(!model.capabilities().activations);
    CHECK(model.capabilities().scores == (kind != CallbackOutput::labels));
    const auto refused = model.forward(model::Batch::single(1, {}), {});
    REQUIRE(!refused.ok());
    CHECK(refused.error().code == ErrorCode::unsupported);
  }
}

}  // namespace mlsec
