#include "engine/convolution.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/core/engine/shapes.hpp"
#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {
namespace {

using engine::Convolution;
using engine::Window;
using test::batches;
using test::largest_error;
using test::random_tensor;
using test::rows_by;
using test::to_doubles;
using test::reference::for_each_product;

constexpr double tolerance = 4e-6;

struct Weights {
  Tensor kernels, bias;

  explicit Weights(const Window& w)
      : kernels(random_tensor(rows_by(w.output_channels, w.kernel_size()), 1)),
        bias(random_tensor(rows_by(1, w.output_channels), 2)) {}
};

std::vector<double> row_in_double(const Tensor& rows, std::size_t row, std::size_t size) {
  return to_doubles(rows.values().subspan(row * size, size));
}

/// Calls visit(window, rows) for every shape and batch.
template <class Visit>
void for_each_case(Visit visit) {
  std::size_t index = 0;
  for (const Window& w : test::convolution_windows()) {
    CAPTURE(index);
    for (std::size_t rows : batches) {
      CAPTURE(rows);
      visit(w, rows);
    }
    ++index;
  }
}

}  // namespace

TEST_CASE("convolution is the sum of products over each window plus the bias") {
  for_each_case([](const Window& w, std::size_t rows) {
    const Weights weights(w);
    const Tensor x = random_tensor(rows_by(rows, w.input_size()), 3);
    Tensor y = Tensor::filled(rows_by(rows, w.output_size()), 1e9f), without_bias = y.copy();
    Convolution convolution(w);
    convolution.set_weights(weights.kernels.data(), weights.bias.data());
    convolution.forward(rows, x.data(), y.data());
    convolution.set_weights(weights.kernels.data(), nullptr);
    convolution.forward(rows, x.data(), without_bias.data());
    const auto kernels = to_doubles(weights.kernels.values()), bias = to_doubles(weights.bias.values());
    double largest = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      const auto image = row_in_double(x, row, w.input_size());
      const auto output = [&](const Tensor& all) {
        return all.values().subspan(row * w.output_size(), w.output_size());
      };
      largest = std::max(largest, largest_error(output(y), test::reference::convolution(w, image, kernels, bias)));
      largest =
          std::max(largest, largest_error(output(without_bias), test::reference::convolution(w, image, kernels, {})));
    }
    CHECK(largest < tolerance);
  });
}

TEST_CASE("the input gradient of convolution sends each cotangent back along its products") {
  for_each_case([](const Window& w, std::size_t rows) {
    const Weights weights(w);
    const Tensor cotangent = random_tensor(rows_by(rows, w.output_size()), 4);
    Tensor gradient = Tensor::filled(rows_by(rows, w.input_size()), 1e9f);
    Convolution convolution(w);
    convolution.set_weights(weights.kernels.data(), weights.bias.data());
    convolution.backward_input(rows, cotangent.data(), gradient.data());
    std::vector<double> expected(gradient.size());
    for (std::size_t row = 0; row < rows; ++row)
      for_each_product(w, [&](std::size_t to, std::size_t from, std::size_t k) {
        expected[row * w.input_size() + from] +=
            double{cotangent[row * w.output_size() + to]} * double{weights.kernels[k]};
      });
    CHECK(largest_error(gradient.values(), expected) < tolerance);
  });
}

TEST_CASE("the weight gradients of convolution are added to what is there, over all rows") {
  for_each_case([](const Window& w, std::size_t rows) {
    const Weights weights(w);
    const Tensor x = random_tensor(rows_by(rows, w.input_size()), 5),
                 cotangent = random_tensor(rows_by(rows, w.output_size()), 6);
    Tensor kernels = random_tensor(weights.kernels.shape(), 7), bias = random_tensor(weights.bias.shape(), 8);
    auto expected_kernels = to_doubles(kernels.values()), expected_bias = to_doubles(bias.values());
    Convolution convolution(w);
    convolution.set_weights(weights.kernels.data(), weights.bias.data());
    convolution.backward_weights(rows, x.data(), cotangent.data(), kernels.data(), bias.data());
    for (std::size_t row = 0; row < rows; ++row)
      for_each_product(w, [&](std::size_t to, std::size_t from, std::size_t k) {
        expected_kernels[k] += double{cotangent[row * w.output_size() + to]} * double{x[row * w.input_size() + from]};
      });
    for (std::size_t i = 0; i < cotangent.size(); ++i) expected_bias[i % w.output_channels] += double{cotangent[i]};
    // Sums of up to 64 x 64 terms.
    CHECK(largest_error(kernels.values(), expected_kernels) < 2e-5);
    CHECK(largest_error(bias.values(), expected_bias) < 1e-4);
    const Tensor before = kernels.copy();
    convolution.backward_weights(rows, x.data(), cotangent.data(), kernels.data(), nullptr);
    CHECK(!test::same_bytes(kernels.values(), before.values()));
  });
}

TEST_CASE("the input gradient of convolution is the adjoint of the forward map") {
  for_each_case([](const Window& w, std::size_t rows) {
    const Weights weights(w);
    const Tensor x = random_tensor(rows_by(rows, w.input_size()), 9),
                 cotangent = random_tensor(rows_by(rows, w.output_size()), 10);
    Tensor y(rows_by(rows, w.output_size())), gradient(rows_by(rows, w.input_size()));
    Convolution convolution(w);
    convolution.set_weights(weights.kernels.data(), nullptr);
    convolution.forward(rows, x.data(), y.data());
    convolution.backward_input(rows, cotangent.data(), gradient.data());
    double forwards = 0, backwards = 0, scale = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      forwards += double{y[i]} * double{cotangent[i]};
      scale += std::fabs(double{y[i]} * double{cotangent[i]});
    }
    for (std::size_t i = 0; i < x.size(); ++i) backwards += double{x[i]} * double{gradient[i]};
    CHECK(std::fabs(forwards - backwards) < 1e-6 * scale);
  });
}

TEST_CASE("new weights count for every direction at once") {
  const Window w = test::reference::window(4, 4, 2, 3, 3, 1, 1, {1, 1, 1, 1}, 3);
  const Weights first(w);
  Tensor second = random_tensor(first.kernels.shape(), 11);
  const Tensor x = random_tensor(rows_by(2, w.input_size()), 12),
               cotangent = random_tensor(rows_by(2, w.output_size()), 13);
  const auto run = [&](Convolution& convolution) {
    Tensor both(rows_by(2, w.output_size() + w.input_size()));
    convolution.forward(2, x.data(), both.data());
    convolution.backward_input(2, cotangent.data(), both.data() + 2 * w.output_size());
    return both;
  };
  Convolution changed(w), fresh(w);
  changed.set_weights(first.kernels.data(), first.bias.data());
  run(changed);
  changed.set_weights(second.data(), nullptr);
  fresh.set_weights(second.data(), nullptr);
  CHECK(test::same_bytes(run(changed).values(), run(fresh).values()));
}

}  // namespace mlsec
