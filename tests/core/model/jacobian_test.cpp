#include <doctest/doctest.h>

#include "tests/core/nn/reference.hpp"
#include "tests/core/support/finite_differences.hpp"
#include "tests/core/support/models.hpp"

namespace mlsec {
namespace {

using Values = std::vector<double>;

/// The pass of a model over rows in its own order.
std::unique_ptr<model::Pass> pass_of(model::Model& model, const Tensor& inputs) {
  auto pass = model.forward(model::Batch::single(static_cast<std::size_t>(inputs.shape()[0]), inputs.values()), {});
  REQUIRE(pass.ok());
  return std::move(pass).value();
}

Tensor jacobian_of(model::Pass& pass) {
  auto jacobian = pass.jacobian();
  REQUIRE(jacobian.ok());
  return std::move(jacobian).value();
}

/// Every row of the Jacobian beside finite differences of `logits`, a function of one sample in double.
template <class Function>
void check_against_differences(model::Model& model, const Tensor& inputs, Function logits) {
  const Tensor jacobian = jacobian_of(*pass_of(model, inputs));
  const std::size_t rows = static_cast<std::size_t>(inputs.shape()[0]), features = model.input().shape.count(),
                    classes = model.output().classes;
  REQUIRE(jacobian.size() == rows * classes * features);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t output = 0; output < classes; ++output) {
      CAPTURE(row);
      CAPTURE(output);
      const auto x = test::to_doubles(inputs.values().subspan(row * features, features));
      const auto expected = test::finite_differences(x, [&](const Values& v) { return logits(v)[output]; });
      CHECK(test::largest_error(jacobian.values().subspan((row * classes + output) * features, features), expected) <
            5e-6);
    }
}

std::unique_ptr<model::NetworkModel> image_model(model::Layout layout) {
  model::InputSpecification input = model::plain_input({4, 4, 2});
  input.layout = layout;
  if (layout == model::Layout::chw) input.shape = {2, 4, 4};
  return test::model_of(test::image_network({4, 4, 2}, 3), std::move(input));
}

/// Channels first to channels last.
Values interleaved(const Values& planes) {
  Values pixels(planes.size());
  for (std::size_t channel = 0; channel < 2; ++channel)
    for (std::size_t pixel = 0; pixel < 16; ++pixel) pixels[pixel * 2 + channel] = planes[channel * 16 + pixel];
  return pixels;
}

}  // namespace

TEST_CASE("a Jacobian is every output's gradient, rows x classes x input") {
  const auto model = test::model_of(test::dense_network(5, {6, 3}), model::plain_input({5}));
  const Tensor inputs = test::random_tensor(Shape{4, 5}, 2);
  CHECK(jacobian_of(*pass_of(*model, inputs)).shape() == Shape{4, 3, 5});
  const auto parameters = test::parameters_in_double(model->network());
  check_against_differences(*model, inputs, [&](const Values& x) {
    const Values hidden = test::reference::relu(test::reference::dense(x, parameters[0][0], parameters[0][1]));
    return test::reference::dense(hidden, parameters[2][0], parameters[2][1]);
  });
}

TEST_CASE("Jacobians of images come in the user's order") {
  for (model::Layout layout : {model::Layout::hwc, model::Layout::chw}) {
    const bool planes = layout == model::Layout::chw;
    CAPTURE(planes);
    const auto model = image_model(layout);
    const Tensor inputs = test::random_tensor(model->input().shape.with_rows(2), 3);
    CHECK(jacobian_of(*pass_of(*model, inputs)).shape() == (planes ? Shape{2, 3, 2, 4, 4} : Shape{2, 3, 4, 4, 2}));
    const auto parameters = test::parameters_in_double(model->network());
    const auto same = test::reference::window(4, 4, 2, 3, 3, 1, 1, {1, 1, 1, 1}, 4);
    const auto halves = test::reference::window(4, 4, 4, 2, 2, 2, 2, {}, 4);
    check_against_differences(*model, inputs, [&](const Values& x) {
      const Values image = planes ? interleaved(x) : x;
      const Values hidden =
          test::reference::relu(test::reference::convolution(same, image, parameters[0][0], parameters[0][1]));
      return test::reference::dense(test::reference::max_pool(halves, hidden), parameters[4][0], parameters[4][1]);
    });
  }
}

TEST_CASE("a Jacobian is what single backward calls give, and leaves the pass as it was") {
  const auto model = image_model(model::Layout::hwc);
  const Tensor inputs = test::random_tensor(Shape{3, 4, 4, 2}, 4);
  const auto pass = pass_of(*model, inputs);
  const std::vector<float> logits(pass->outputs().begin(), pass->outputs().end());
  const Tensor jacobian = jacobian_of(*pass);
  for (std::size_t output = 0; output < 3; ++output) {
    std::vector<float> cotangents(3 * 3, 0.0f);
    for (std::size_t row = 0; row < 3; ++row) cotangents[row * 3 + output] = 1;
    const auto gradients = pass->backward(cotangents, {true, model::WeightGradients::none, std::nullopt});
    REQUIRE(gradients.ok());
    for (std::size_t row = 0; row < 3; ++row)
      CHECK(test::largest_error(jacobian.values().subspan((row * 3 + output) * 32, 32),
                                gradients.value().inputs.values().subspan(row * 32, 32)) < 1e-6);
  }
  CHECK(test::same_bytes(pass->outputs(), logits));
  CHECK(test::same_bytes(jacobian_of(*pass).values(), jacobian.values()));
}

}  // namespace mlsec
