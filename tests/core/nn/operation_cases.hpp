// Operations beside what they should compute: the one table that drives their tests, and the parts of test networks.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "nn/operations.hpp"
#include "tests/core/nn/reference.hpp"
#include "tests/core/nn/reference_operations.hpp"

namespace mlsec::test {

using reference::Values;

struct OperationCase {
  std::string name;
  Shape input;
  std::function<std::unique_ptr<nn::Operation>()> make;
  /// The output for one sample, the values of the parameters in their order.
  std::function<Values(const Values& x, const std::vector<Values>& parameters)> expected;
  std::size_t inputs = 1;  // all of them the same value
  /// Of an operation with inputs of different shapes: each of these is cut out of the flat sample, one behind another.
  std::vector<Shape> parts = {};
  /// Where derivatives are those of another function: that one.
  std::function<Values(const Values& x)> differentiated = {};

  /// What finite differences are taken of.
  Values smooth(const Values& x, const std::vector<Values>& parameters) const {
    return differentiated ? differentiated(x) : expected(x, parameters);
  }
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
  return {.filters = count, .kernel = kernel, .stride = stride, .padding = padding, .bias = bias};
}

inline nn::Conv2d::Options grouped(nn::Conv2d::Options options, int dilation, int groups) {
  options.dilation = dilation;
  options.groups = groups;
  return options;
}

/// `padding` is what the options should come to.
inline OperationCase conv2d(const Shape& input, const nn::Conv2d::Options& options, engine::Padding padding) {
  const auto apart = static_cast<std::size_t>(options.dilation);
  const engine::Window w =
      reference::dilated(window_on(input, options.kernel, options.stride, padding, options.filters), apart, apart,
                         static_cast<std::size_t>(options.groups));
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

inline OperationCase flatten(const Shape& input) {
  return {"flatten", input, [] { return std::make_unique<nn::Flatten>(); },
          [](const Values& x, const std::vector<Values>&) { return x; }};
}

/// An operation that works on each number by itself, over a range from -4.7 to 4.7.
template <class O>
OperationCase element_wise(const typename O::Options& options, const std::function<double(double)>& f,
                           const Shape& input = {300}) {
  return {std::string(O::public_id), input, [=] { return std::make_unique<O>(options); },
          [=](const Values& x, const std::vector<Values>&) { return reference::each(x, f); }};
}

/// Steps of 0.025 from -2.5 to 3.875; derivatives are those of clipping half a step further out.
inline OperationCase quantise() {
  constexpr double scale = double{0.025f};
  OperationCase made = element_wise<nn::Quantise>(
      {0.025, 100}, [](double x) { return (std::clamp(std::nearbyint(x / scale) + 100, 0.0, 255.0) - 100) * scale; });
  made.differentiated = [](const Values& x) {
    return reference::each(x, [](double value) { return std::clamp(value, -100.5 * scale, 155.5 * scale); });
  };
  return made;
}

inline OperationCase relu(const Shape& input) {
  return element_wise<nn::Relu>({}, [](double x) { return std::max(x, 0.0); }, input);
}
inline OperationCase leaky_relu(const Shape& input, double slope) {
  return element_wise<nn::LeakyRelu>({slope}, [=](double x) { return x > 0 ? x : slope * x; }, input);
}
inline OperationCase sigmoid(const Shape& input) { return element_wise<nn::Sigmoid>({}, reference::logistic, input); }
inline OperationCase tanh(const Shape& input) {
  return element_wise<nn::Tanh>({}, [](double x) { return std::tanh(x); }, input);
}

/// An operation that puts elsewhere what it is given.
template <class O>
OperationCase moving(const Shape& input, const typename O::Options& options, const Shape& output,
                     const std::function<std::vector<std::size_t>(std::vector<std::size_t>)>& from) {
  return {std::string(O::public_id), input, [=] { return std::make_unique<O>(options); },
          [=](const Values& x, const std::vector<Values>&) { return reference::moved(x, input, output, from); }};
}

/// An operation on two values, which lie one behind the other in a sample.
template <class O>
OperationCase binary(const typename O::Options& options, const Shape& a, const Shape& b,
                     const std::function<Values(const Values& a, const Values& b)>& expected) {
  const std::size_t size = a.count();
  return {std::string(O::public_id),
          Shape{static_cast<std::int64_t>(size + b.count())},
          [=] { return std::make_unique<O>(options); },
          [=](const Values& x, const std::vector<Values>&) {
            const auto middle = x.begin() + static_cast<std::ptrdiff_t>(size);
            return expected(Values(x.begin(), middle), Values(middle, x.end()));
          },
          2,
          {a, b}};
}

template <class O>
OperationCase arithmetic(const Shape& a, const Shape& b, const Shape& output,
                         const std::function<double(double, double)>& f) {
  return binary<O>({}, a, b,
                   [=](const Values& x, const Values& y) { return reference::broadcast(x, a, y, b, output, f); });
}

/// Means, sums and largest values over the elements of the input that a place of the output stands for.
template <class O>
OperationCase reduction(const Shape& input, const nn::ReduceOptions& options, const Shape& output,
                        const std::function<bool(std::vector<std::size_t> to, std::vector<std::size_t> from)>& belongs,
                        const std::function<double(const Values&)>& f) {
  return {std::string(O::public_id), input, [=] { return std::make_unique<O>(options); },
          [=](const Values& x, const std::vector<Values>&) {
            Values result;
            for (const auto& to : reference::coordinates(output)) {
              Values group;
              for (const auto& from : reference::coordinates(input))
                if (belongs(to, from)) group.push_back(x[reference::offset(input, from)]);
              result.push_back(f(group));
            }
            return result;
          }};
}

inline double sum_of(const Values& values) {
  double sum = 0;
  for (double value : values) sum += value;
  return sum;
}
inline double mean_of(const Values& values) { return sum_of(values) / static_cast<double>(values.size()); }
inline double largest_of(const Values& values) { return *std::max_element(values.begin(), values.end()); }

template <class O>
OperationCase normalisation(const Shape& input, const typename O::Options& options,
                            const std::function<std::size_t(std::size_t)>& group) {
  const auto channels = static_cast<std::size_t>(input[input.rank() - 1]);
  return {std::string(O::public_id), input, [=] { return std::make_unique<O>(options); },
          [=](const Values& x, const std::vector<Values>& p) {
            return reference::normalised(x, channels, group, p[0], p[1]);
          }};
}

inline OperationCase affine(const Shape& input, const std::vector<double>& factors,
                            const std::vector<double>& offsets) {
  return {"affine", input, [=] { return std::make_unique<nn::Affine>(nn::Affine::Options{factors, offsets}); },
          [=](Values x, const std::vector<Values>&) {
            for (std::size_t i = 0; i < x.size(); ++i)
              x[i] = x[i] * factors[i % factors.size()] + offsets[i % offsets.size()];
            return x;
          }};
}

inline OperationCase prelu(const Shape& input) {
  const auto channels = static_cast<std::size_t>(input[input.rank() - 1]);
  return {"prelu", input, [] { return std::make_unique<nn::Prelu>(nn::Prelu::Options{}); },
          [=](Values x, const std::vector<Values>& p) {
            for (std::size_t i = 0; i < x.size(); ++i) x[i] = x[i] > 0 ? x[i] : p[0][i % channels] * x[i];
            return x;
          }};
}

inline OperationCase softmax(const Shape& input) {
  const auto width = static_cast<std::size_t>(input[input.rank() - 1]);
  return {"softmax", input, [] { return std::make_unique<nn::Softmax>(); },
          [=](const Values& x, const std::vector<Values>&) { return reference::softmax(x, width); }};
}

inline OperationCase log_softmax(const Shape& input) {
  const auto width = static_cast<std::size_t>(input[input.rank() - 1]);
  return {"logSoftmax", input, [] { return std::make_unique<nn::LogSoftmax>(); },
          [=](const Values& x, const std::vector<Values>&) {
            return reference::each(reference::softmax(x, width), [](double share) { return std::log(share); });
          }};
}

/// Tokens are whole numbers; steps of finite differences change none.
inline OperationCase embedding(const Shape& input, int tokens, int units) {
  return {"embedding", input, [=] { return std::make_unique<nn::Embedding>(nn::Embedding::Options{tokens, units}); },
          [=](const Values& x, const std::vector<Values>& p) {
            Values result;
            for (double token : x) {
              const auto row =
                  static_cast<std::ptrdiff_t>(std::clamp(std::floor(token + 0.5), 0.0, tokens - 1.0)) * units;
              result.insert(result.end(), p[0].begin() + row, p[0].begin() + row + units);
            }
            return result;
          }};
}

inline OperationCase conv1d(const Shape& input, const nn::Conv1d::Options& options, std::size_t left,
                            std::size_t right) {
  const auto u = [](auto extent) { return static_cast<std::size_t>(extent); };
  const engine::Window w =
      reference::dilated(reference::window(1, u(input[0]), u(input[1]), 1, u(options.kernel), 1, u(options.stride),
                                           {0, left, 0, right}, u(options.filters)),
                         1, u(options.dilation), u(options.groups));
  return {"conv1d", input, [=] { return std::make_unique<nn::Conv1d>(options); },
          [=](const Values& x, const std::vector<Values>& p) {
            return reference::convolution(w, x, p[0], parameter_or_none(p, 1));
          }};
}

inline OperationCase conv_transpose(const Shape& input, const nn::ConvTranspose2d::Options& options,
                                    const Shape& output) {
  const auto u = [](auto extent) { return static_cast<std::size_t>(extent); };
  return {"convTranspose2d", input, [=] { return std::make_unique<nn::ConvTranspose2d>(options); },
          [=](const Values& x, const std::vector<Values>& p) {
            return reference::transposed_convolution(input, output, u(options.kernel), u(options.stride),
                                                     u(options.crop), x, p[0], parameter_or_none(p, 1));
          }};
}

inline OperationCase resize_bilinear(const Shape& input, int height, int width) {
  return {"resize", input,
          [=] { return std::make_unique<nn::Resize>(nn::Resize::Options{height, width, nn::ResizeMode::bilinear}); },
          [=](const Values& x, const std::vector<Values>&) {
            return reference::bilinear(input, static_cast<std::size_t>(height), static_cast<std::size_t>(width), x);
          }};
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
      conv2d({4, 4, 2}, {.filters = 2, .kernel = 3, .stride = 2, .pads = std::vector<int>{2, 0, 1, 1}}, {2, 0, 1, 1}),
      conv2d({4, 5, 4}, grouped(filters(6, 3), 1, 2), {}),
      conv2d({6, 7, 5}, grouped(filters(5, 3, 1, PaddingMode::same), 1, 5), {1, 1, 1, 1}),
      conv2d({7, 7, 3}, grouped(filters(3, 3, 2, PaddingMode::valid, false), 1, 3), {}),
      conv2d({7, 6, 2}, grouped(filters(3, 2), 3, 1), {}),
      conv1d({9, 3}, {.filters = 4}, 0, 0),
      conv1d({9, 2}, {.filters = 3, .kernel = 4, .padding = PaddingMode::same, .bias = false}, 1, 2),
      conv1d({9, 4}, {.filters = 4, .kernel = 3, .stride = 2, .dilation = 2, .groups = 4}, 0, 0),
      conv_transpose({3, 4, 2}, {.filters = 3}, {7, 9, 3}),
      conv_transpose({3, 2, 4}, {.filters = 2, .kernel = 4, .stride = 2, .crop = 1, .bias = false}, {6, 4, 2}),
      conv_transpose({2, 3, 1}, {.filters = 2, .kernel = 3, .stride = 3, .crop = 1, .extra = 2}, {6, 9, 2}),
      conv_transpose({3, 3, 2}, {.filters = 9, .kernel = 3, .stride = 1, .crop = 1}, {3, 3, 9}),
      embedding({7}, 3, 4),
      conv2d({3, 4, 4}, filters(3, 1), {}),
      max_pool({6, 6, 2}, {}, {}),
      max_pool({5, 5, 3}, {.kernel = 3, .stride = 1}, {}),
      max_pool({5, 6, 2}, {.kernel = 3, .stride = 2, .padding = PaddingMode::same}, {1, 0, 1, 1}),
      average_pool({6, 5, 2}, {}, {}),
      average_pool({5, 5, 3}, {.kernel = 3, .stride = 2, .padding = PaddingMode::same}, {1, 1, 1, 1}),
      average_pool_with_padding({4, 4, 2}, 3, 2, {2, 0, 1, 1}),
      max_pool({6, 5, 2}, {.kernel = 2, .stride = 2, .ceil = true}, {0, 0, 0, 1}),
      max_pool({5, 5, 5}, {.kernel = 3, .stride = 2, .pads = std::vector<int>{2, 1, 0, 2}}, {2, 1, 0, 2}),
      relu({300}),
      relu({3, 2, 2}),
      leaky_relu({300}, 0.3),
      element_wise<nn::Clip>({-1, 2.5}, [](double x) { return std::clamp(x, -1.0, 2.5); }),
      element_wise<nn::Elu>({1.5}, [](double x) { return reference::elu(x, 1.5); }),
      element_wise<nn::Selu>({}, [](double x) { return 1.0507009873554805 * reference::elu(x, 1.6732632423543772); }),
      element_wise<nn::Gelu>({}, reference::gelu),
      element_wise<nn::Gelu>({nn::GeluForm::tanh}, reference::gelu_by_tanh),
      element_wise<nn::Silu>({}, [](double x) { return x * reference::logistic(x); }),
      element_wise<nn::HardSwish>({}, reference::hard_swish),
      element_wise<nn::HardSigmoid>({0.25, 0.4}, [](double x) { return std::clamp(0.25 * x + 0.4, 0.0, 1.0); }),
      element_wise<nn::Softplus>({}, [](double x) { return std::log(1 + std::exp(x)); }),
      sigmoid({300}),
      tanh({300}),
      element_wise<nn::Abs>({}, [](double x) { return std::fabs(x); }),
      element_wise<nn::Exp>({}, [](double x) { return std::exp(x); }, {60}),
      element_wise<nn::Log>({}, [](double x) { return std::log(std::max(x, 1.17549435e-38)); }, {20}),
      element_wise<nn::Reciprocal>({}, [](double x) { return 1 / x; }, {20}),
      element_wise<nn::Sqrt>({}, [](double x) { return x > 0 ? std::sqrt(x) : 0; }, {20}),
      element_wise<nn::Pow>({3}, [](double x) { return x * x * x; }, {60}),
      element_wise<nn::Pow>({2}, [](double x) { return x * x; }, {60}),
      quantise(),
      affine({7}, {-1.5}, {0.25}),
      affine({2, 3, 2}, {0.5, -2}, {1, 0.75}),
      affine({2, 3, 2}, {1}, {1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6}),
      prelu({9}),
      prelu({3, 2, 4}),
      softmax({9}),
      softmax({3, 4}),
      log_softmax({9}),
      log_softmax({3, 4}),
      normalisation<nn::LayerNorm>({9}, {}, [](std::size_t) { return std::size_t{0}; }),
      normalisation<nn::LayerNorm>({3, 5}, {}, [](std::size_t i) { return i / 5; }),
      normalisation<nn::InstanceNorm>({3, 4, 2}, {}, [](std::size_t i) { return i % 2; }),
      normalisation<nn::GroupNorm>({3, 2, 6}, {.groups = 3}, [](std::size_t i) { return i % 6 / 2; }),
      arithmetic<nn::Subtract>({3, 2}, {3, 2}, {3, 2}, std::minus<double>()),
      arithmetic<nn::Subtract>({2}, {3, 2}, {3, 2}, std::minus<double>()),
      arithmetic<nn::Multiply>({7}, {7}, {7}, std::multiplies<double>()),
      arithmetic<nn::Multiply>({2, 1, 3}, {4, 1}, {2, 4, 3}, std::multiplies<double>()),
      arithmetic<nn::Divide>({5}, {5}, {5}, std::divides<double>()),
      arithmetic<nn::Maximum>({5}, {5}, {5}, [](double a, double b) { return std::max(a, b); }),
      arithmetic<nn::Minimum>({2, 3}, {1, 3}, {2, 3}, [](double a, double b) { return std::min(a, b); }),
      arithmetic<nn::Add>({2, 3}, {3}, {2, 3}, std::plus<double>()),
      binary<nn::MatMul>({}, {3, 4}, {4, 2}, [](auto& a, auto& b) { return reference::matmul(a, b, 3, 4, 2); }),
      binary<nn::MatMul>({true}, {3, 4}, {9, 4},
                         [](auto& a, auto& b) {
                           Values turned(36);
                           for (std::size_t i = 0; i < 36; ++i) turned[i % 4 * 9 + i / 4] = b[i];
                           return reference::matmul(a, turned, 3, 4, 9);
                         }),
      binary<nn::Concat>({1}, {2, 3}, {2, 1},
                         [](auto& a, auto& b) { return Values{a[0], a[1], a[2], b[0], a[3], a[4], a[5], b[1]}; }),
      reduction<nn::ReduceMean>(
          {2, 3, 4}, {.axes = std::vector<int>{0, 1}}, {4}, [](auto to, auto from) { return to[0] == from[2]; },
          mean_of),
      reduction<nn::ReduceSum>(
          {2, 3}, {.axes = std::vector<int>{-1}, .keep_axes = true}, {2, 1},
          [](auto to, auto from) { return to[0] == from[0]; }, sum_of),
      reduction<nn::ReduceMax>(
          {2, 3, 4}, {.axes = std::vector<int>{1}}, {2, 4},
          [](auto to, auto from) { return to[0] == from[0] && to[1] == from[2]; }, largest_of),
      reduction<nn::ReduceMax>(
          {7}, {}, {1}, [](auto, auto) { return true; }, largest_of),
      {"adaptiveAveragePool2d",
       {1, 5, 2},
       [] { return std::make_unique<nn::AdaptiveAveragePool2d>(nn::AdaptiveAveragePool2d::Options{1, 3}); },
       [](const Values& x, const std::vector<Values>&) {
         Values result;  // columns 0 and 1, 1 to 3, 3 and 4
         for (std::size_t c : {std::size_t{0}, std::size_t{1}}) result.push_back((x[c] + x[2 + c]) / 2);
         for (std::size_t c : {std::size_t{0}, std::size_t{1}}) result.push_back((x[2 + c] + x[4 + c] + x[6 + c]) / 3);
         for (std::size_t c : {std::size_t{0}, std::size_t{1}}) result.push_back((x[6 + c] + x[8 + c]) / 2);
         return result;
       }},
      {"adaptiveAveragePool2d",
       {5, 4, 2},
       [] { return std::make_unique<nn::AdaptiveAveragePool2d>(nn::AdaptiveAveragePool2d::Options{2, 4}); },
       [](const Values& x, const std::vector<Values>&) {
         Values result;  // rows 0 ... 2 and 2 ... 4, each column by itself
         for (std::size_t half = 0; half < 2; ++half)
           for (std::size_t i = 0; i < 8; ++i)
             result.push_back((x[half * 16 + i] + x[half * 16 + 8 + i] + x[half * 16 + 16 + i]) / 3);
         return result;
       }},
      moving<nn::Reshape>({2, 6}, {{3, -1}}, {12}, [](auto p) { return std::vector{p[0] / 6, p[0] % 6}; }),
      moving<nn::Transpose>({2, 3, 4}, {{2, 0, 1}}, {4, 2, 3}, [](auto p) { return std::vector{p[1], p[2], p[0]}; }),
      moving<nn::Slice>({3, 7}, {.axis = 1, .begin = 1, .end = -1, .step = 2}, {3, 3},
                        [](auto p) { return std::vector{p[0], 1 + 2 * p[1]}; }),
      moving<nn::Split>({2, 6}, {.axis = -1, .parts = 3, .part = 1}, {2, 2},
                        [](auto p) { return std::vector{p[0], 2 + p[1]}; }),
      moving<nn::Gather>({4, 2}, {.axis = 0, .indices = {3, 0, 3}}, {3, 2},
                         [](auto p) { return std::vector{p[0] == 1 ? std::size_t{0} : std::size_t{3}, p[1]}; }),
      moving<nn::Pad>({3, 4}, {{2, 0}, {1, 3}, nn::PadMode::reflect}, {6, 7},
                      [](auto p) {
                        const std::array<std::size_t, 6> rows{2, 1, 0, 1, 2, 1};
                        return std::vector{rows[p[0]], p[1] < 4 ? p[1] : 6 - p[1]};
                      }),
      moving<nn::Pad>({3, 4}, {{2, 0}, {1, 3}, nn::PadMode::edge}, {6, 7},
                      [](auto p) {
                        const std::array<std::size_t, 6> rows{0, 0, 0, 1, 2, 2};
                        return std::vector{rows[p[0]], std::min<std::size_t>(p[1], 3)};
                      }),
      {"pad",
       {3},
       [] { return std::make_unique<nn::Pad>(nn::Pad::Options{{1}, {2}, nn::PadMode::constant, 0.5}); },
       [](const Values& x, const std::vector<Values>&) { return Values{0.5, x[0], x[1], x[2], 0.5, 0.5}; }},
      moving<nn::Resize>({2, 3, 2}, {4, 6}, {4, 6, 2}, [](auto p) { return std::vector{p[0] / 2, p[1] / 2, p[2]}; }),
      resize_bilinear({3, 4, 2}, 5, 7),
      resize_bilinear({6, 5, 1}, 2, 3),
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
