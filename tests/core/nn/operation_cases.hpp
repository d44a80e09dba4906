// Operations beside what they should compute: the one table that drives their tests, and the parts of test networks.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "nn/operations.hpp"
#include "tests/core/nn/reference.hpp"

namespace mlsec::test {

using reference::Values;

struct OperationCase {
  std::string name;
  Shape input;
  std::function<std::unique_ptr<nn::Operation>()> make;
  /// The output for one sample, the values of the parameters in their order.
  std::function<Values(const Values& x, const std::vector<Values>& parameters)> expected;
  std::size_t inputs = 1;  // all of them the same value
};

inline Values parameter_or_none(const std::vector<Values>& parameters, std::size_t index) {
  return index < parameters.size() ? parameters[index] : Values{};
}

inline OperationCase dense(const Shape& input, int units, bool bias = true) {
  return {
      "dense", input, [=] { return std::make_unique<nn::Dense>(nn::Dense::Options{units, bias}); },
      [](const Values& x, const std::vector<Values>& p) { return reference::dense(x, p[0], parameter_or_none(p, 1)); }};
}

inline engine::Window window_on(const Shape& image, int kernel, int stride, engine::Padding padding, int filters) {
  const auto u = [](std::int64_t extent) { return static_cast<std::size_t>(extent); };
  return reference::window(u(image[0]), u(image[1]), u(image[2]), u(kernel), u(kernel), u(stride), u(stride), padding,
                           u(filters));
}

inline nn::Conv2d::Options filters(int count, int kernel, int stride = 1,
                                   nn::PaddingMode padding = nn::PaddingMode::valid, bool bias = true) {
  return {count, kernel, stride, padding, std::nullopt, bias};
}

/// `padding` is what the options should come to.
inline OperationCase conv2d(const Shape& input, const nn::Conv2d::Options& options, engine::Padding padding) {
  const engine::Window w = window_on(input, options.kernel, options.stride, padding, options.filters);
  return {"conv2d", input, [=] { return std::make_unique<nn::Conv2d>(options); },
          [=](const Values& x, const std::vector<Values>& p) {
            return reference::convolution(w, x, p[0], parameter_or_none(p, 1));
          }};
}

inline OperationCase max_pool(const Shape& input, const nn::PoolOptions& options, engine::Padding padding) {
  const engine::Window w =
      window_on(input, options.kernel, options.stride.value_or(options.kernel), padding, static_cast<int>(input[2]));
  return {"maxPool2d", input, [=] { return std::make_unique<nn::MaxPool2d>(options); },
          [=](const Values& x, const std::vector<Values>&) { return reference::max_pool(w, x); }};
}

inline OperationCase average_pool(const Shape& input, const nn::PoolOptions& options, engine::Padding padding) {
  const engine::Window w =
      window_on(input, options.kernel, options.stride.value_or(options.kernel), padding, static_cast<int>(input[2]));
  return {"averagePool2d", input, [=] { return std::make_unique<nn::AveragePool2d>(options); },
          [=](const Values& x, const std::vector<Values>&) { return reference::average_pool(w, false, x); }};
}

/// As ONNX has it with count_include_pad.
inline OperationCase average_pool_with_padding(const Shape& input, int kernel, int stride, engine::Padding padding) {
  nn::WindowGeometry geometry = nn::WindowGeometry::square(kernel, stride, nn::PaddingMode::valid);
  geometry.pads = padding;
  const engine::Window w = window_on(input, kernel, stride, padding, static_cast<int>(input[2]));
  return {"averagePool2d", input, [=] { return std::make_unique<nn::AveragePool2d>(geometry, true); },
          [=](const Values& x, const std::vector<Values>&) { return reference::average_pool(w, true, x); }};
}

inline OperationCase relu(const Shape& input) {
  return {"relu", input, [] { return std::make_unique<nn::Relu>(); },
          [](const Values& x, const std::vector<Values>&) { return reference::relu(x); }};
}

inline OperationCase flatten(const Shape& input) {
  return {"flatten", input, [] { return std::make_unique<nn::Flatten>(); },
          [](const Values& x, const std::vector<Values>&) { return x; }};
}

inline OperationCase leaky_relu(const Shape& input, double slope) {
  return {"leakyRelu", input, [=] { return std::make_unique<nn::LeakyRelu>(nn::LeakyRelu::Options{slope}); },
          [=](const Values& x, const std::vector<Values>&) { return reference::leaky_relu(x, slope); }};
}

inline OperationCase sigmoid(const Shape& input) {
  return {"sigmoid", input, [] { return std::make_unique<nn::Sigmoid>(); },
          [](const Values& x, const std::vector<Values>&) { return reference::sigmoid(x); }};
}

inline OperationCase tanh(const Shape& input) {
  return {"tanh", input, [] { return std::make_unique<nn::Tanh>(); },
          [](const Values& x, const std::vector<Values>&) { return reference::tanh(x); }};
}

inline OperationCase global_average_pool(const Shape& input) {
  const auto channels = static_cast<std::size_t>(input[2]);
  return {"globalAveragePool", input, [] { return std::make_unique<nn::GlobalAveragePool>(); },
          [=](const Values& x, const std::vector<Values>&) { return reference::global_average_pool(channels, x); }};
}

/// Outside training.
inline OperationCase batch_norm(const Shape& input) {
  return {
      "batchNorm", input, [] { return std::make_unique<nn::BatchNorm>(nn::BatchNorm::Options{}); },
      [](const Values& x, const std::vector<Values>& p) { return reference::batch_norm(x, p[0], p[1], p[2], p[3]); }};
}

/// Outside training.
inline OperationCase dropout(const Shape& input) {
  return {"dropout", input, [] { return std::make_unique<nn::Dropout>(nn::Dropout::Options{}); },
          [](const Values& x, const std::vector<Values>&) { return x; }};
}

inline OperationCase add(const Shape& input, std::size_t terms) {
  return {"add", input, [] { return std::make_unique<nn::Add>(); },
          [=](const Values& x, const std::vector<Values>&) {
            Values total(x.size());
            for (std::size_t term = 0; term < terms; ++term) total = reference::sum(total, x);
            return total;
          },
          terms};
}

/// A new operation needs a row here.
inline std::vector<OperationCase> operation_cases() {
  using nn::PaddingMode;
  return {
      dense({5}, 3),
      dense({9}, 4, false),
      dense({1}, 2),
      conv2d({5, 5, 3}, filters(4, 3), {}),
      conv2d({6, 5, 2}, filters(3, 2, 2, PaddingMode::same), {0, 0, 0, 1}),
      conv2d({4, 5, 1}, filters(5, 3, 1, PaddingMode::same, false), {1, 1, 1, 1}),
      conv2d({4, 4, 2}, {2, 3, 2, PaddingMode::valid, std::vector<int>{2, 0, 1, 1}, true}, {2, 0, 1, 1}),
      conv2d({3, 4, 4}, filters(3, 1), {}),
      max_pool({6, 6, 2}, {}, {}),
      max_pool({5, 5, 3}, {.kernel = 3, .stride = 1}, {}),
      max_pool({5, 6, 2}, {.kernel = 3, .stride = 2, .padding = PaddingMode::same}, {1, 0, 1, 1}),
      average_pool({6, 5, 2}, {}, {}),
      average_pool({5, 5, 3}, {.kernel = 3, .stride = 2, .padding = PaddingMode::same}, {1, 1, 1, 1}),
      average_pool_with_padding({4, 4, 2}, 3, 2, {2, 0, 1, 1}),
      relu({7}),
      relu({3, 2, 2}),
      leaky_relu({9}, 0.01),
      leaky_relu({3, 2, 2}, 0.3),
      sigmoid({9}),
      sigmoid({3, 2, 2}),
      tanh({9}),
      tanh({3, 2, 2}),
      batch_norm({9}),
      batch_norm({3, 4, 5}),
      batch_norm({13, 11, 4}),
      dropout({9}),
      add({7}, 2),
      add({3, 2, 2}, 3),
      global_average_pool({3, 5, 6}),
      global_average_pool({1, 1, 3}),
      flatten({2, 3, 2}),
  };
}

}  // namespace mlsec::test
