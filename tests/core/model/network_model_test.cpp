#include "model/network_model.hpp"

#include <doctest/doctest.h>

#include "tests/core/support/models.hpp"

namespace mlsec {
namespace {

using model::Batch;
using model::Layout;

model::InputSpecification image_input(const Shape& shape, Layout layout) {
  model::InputSpecification input;
  input.kind = model::InputKind::image;
  input.shape = shape;
  input.layout = layout;
  return input;
}

/// A picture of 2 x 3 pixels with 3 channels; its values name channel, row and column.
const std::vector<float> channels_first{0,   1,   2,   10,  11,  12,               // red
                                        100, 101, 102, 110, 111, 112,              // green
                                        200, 201, 202, 210, 211, 212};             // blue
const std::vector<float> channels_last{0,  100, 200, 1,  101, 201, 2,  102, 202,   // first row
                                       10, 110, 210, 11, 111, 211, 12, 112, 212};  // second row

/// Flattens an image: the outputs are the engine's own order.
std::unique_ptr<model::NetworkModel> flattening(const Shape& engine_shape, model::InputSpecification input) {
  nn::Network network(engine_shape);
  REQUIRE(network.add(std::make_unique<nn::Flatten>()).ok());
  return test::model_of(std::move(network), std::move(input));
}

}  // namespace

TEST_CASE("images given channels first reach the engine channels last") {
  const auto model = flattening({2, 3, 3}, image_input({3, 2, 3}, Layout::chw));
  CHECK(test::logits_of(*model, 1, channels_first) == channels_last);
}

TEST_CASE("every row of a batch is put in order on its own") {
  const auto model = flattening({2, 3, 3}, image_input({3, 2, 3}, Layout::chw));
  std::vector<float> two = channels_first, expected = channels_last;
  for (float value : channels_first) two.push_back(value + 1000);
  for (float value : channels_last) expected.push_back(value + 1000);
  CHECK(test::logits_of(*model, 2, two) == expected);
}

TEST_CASE("gradients come back in the user's order") {
  const auto model = flattening({2, 3, 3}, image_input({3, 2, 3}, Layout::chw));
  auto pass = model->forward(Batch::single(1, channels_first), {});
  REQUIRE(pass.ok());
  auto gradients = pass.value()->backward(channels_last, {true, model::WeightGradients::none, std::nullopt});
  REQUIRE(gradients.ok());
  const Tensor& inputs = gradients.value().inputs;
  CHECK(inputs.shape() == Shape{1, 3, 2, 3});
  CHECK(std::vector<float>(inputs.values().begin(), inputs.values().end()) == channels_first);
}

TEST_CASE("images given channels last, with one channel or with one pixel stay as they are") {
  CHECK(test::logits_of(*flattening({2, 3, 3}, image_input({2, 3, 3}, Layout::hwc)), 1, channels_last) ==
        channels_last);
  CHECK(test::logits_of(*flattening({3, 6, 1}, image_input({1, 3, 6}, Layout::chw)), 1, channels_last) ==
        channels_last);
  CHECK(test::logits_of(*flattening({1, 1, 18}, image_input({18, 1, 1}, Layout::chw)), 1, channels_last) ==
        channels_last);
  model::InputSpecification flat;
  flat.shape = {18};
  CHECK(test::logits_of(*flattening({18}, flat), 1, channels_last) == channels_last);
}

TEST_CASE("a model lists its layers with shapes and parameters") {
  const auto model = test::model_of(test::image_network({6, 6, 3}, 5), model::plain_input({6, 6, 3}));
  const auto layers = model->layers();
  REQUIRE(layers.size() == 5);
  CHECK(layers[0].name == "conv2d1");
  CHECK(layers[0].kind == "conv2d");
  CHECK(layers[0].shape == Shape{6, 6, 4});
  CHECK(layers[0].parameters == 4 * 27 + 4);
  CHECK(layers[2].kind == "maxPool2d");
  CHECK(layers[2].parameters == 0);
  CHECK(layers[4].shape == Shape{5});
  CHECK(layers[4].parameters == 36 * 5 + 5);
}

TEST_CASE("a network model has scores and gradients, a name, and the warnings it was given") {
  auto model = test::model_of(test::dense_network(2, {3}), model::plain_input({2}));
  CHECK(model->capabilities().scores);
  CHECK(model->capabilities().gradient);
  CHECK(!model->capabilities().external);
  CHECK(model->name() == "test");
  CHECK(model->output().classes == 3);
  CHECK(model->warnings().empty());
  model->warn("Something was left away.");
  CHECK(model->warnings() == std::vector<std::string>{"Something was left away."});
}

TEST_CASE("plain inputs are images channels last or vectors, in 0 ... 1") {
  const auto image = model::plain_input({4, 5, 3});
  CHECK(image.kind == model::InputKind::image);
  CHECK(image.layout == Layout::hwc);
  CHECK(image.shape == Shape{4, 5, 3});
  CHECK(image.lower == 0);
  CHECK(image.upper == 1);
  const auto vector = model::plain_input({7});
  CHECK(vector.kind == model::InputKind::vector);
  CHECK(vector.layout == Layout::flat);
}

}  // namespace mlsec
