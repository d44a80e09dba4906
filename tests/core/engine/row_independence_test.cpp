#include <doctest/doctest.h>

#include <functional>

#include "engine/convolution.hpp"
#include "engine/linear.hpp"
#include "engine/pooling.hpp"
#include "tests/core/engine/shapes.hpp"
#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {
namespace {

using engine::Convolution;
using engine::Linear;
using engine::Window;
using test::random_tensor;
using test::row_of;
using test::rows_by;

using Run = std::function<void(std::size_t rows, const float* input, float* output)>;

/// Rows of a batch give what they give alone, at any place in it; the same batch gives the same bytes again.
void check_rows(std::size_t inputs, std::size_t outputs, const Run& run) {
  constexpr std::size_t rows = 64;
  const Tensor x = random_tensor(rows_by(rows, inputs), 1);
  Tensor batch(rows_by(rows, outputs)), again(rows_by(rows, outputs));
  run(rows, x.data(), batch.data());
  bool same = true;
  for (std::size_t row = 0; row < rows; ++row) {
    const Tensor alone = row_of(x, row, inputs);
    Tensor output(rows_by(1, outputs));
    run(1, alone.data(), output.data());
    same = same && test::same_bytes(output.values(), batch.values().subspan(row * outputs, outputs));
  }
  CHECK(same);
  // In another company and at another place.
  const Tensor tail(rows_by(7, inputs), x.values().subspan((rows - 7) * inputs));
  Tensor output(rows_by(7, outputs));
  run(7, tail.data(), output.data());
  CHECK(test::same_bytes(output.values(), batch.values().subspan((rows - 7) * outputs)));
  run(rows, x.data(), again.data());
  CHECK(test::same_bytes(again.values(), batch.values()));
}

}  // namespace

TEST_CASE("a row of a linear map does not depend on its batch") {
  for (const auto& shape : test::linear_shapes) {
    CAPTURE(shape.inputs);
    CAPTURE(shape.outputs);
    const Tensor weights = random_tensor(rows_by(shape.outputs, shape.inputs), 2),
                 bias = random_tensor(rows_by(1, shape.outputs), 3);
    Linear forward, backward;
    forward.pack(shape.inputs, shape.outputs, weights.data(), bias.data(), engine::WeightOrder::output_major);
    check_rows(shape.inputs, shape.outputs, [&](auto rows, auto x, auto y) { forward.run(rows, x, y); });
    backward.pack(shape.outputs, shape.inputs, weights.data(), nullptr, engine::WeightOrder::input_major);
    check_rows(shape.outputs, shape.inputs, [&](auto rows, auto x, auto y) { backward.run(rows, x, y); });
  }
}

TEST_CASE("a sample of a convolution does not depend on its batch, forwards and backwards") {
  std::size_t index = 0;
  for (const Window& w : test::convolution_windows()) {
    CAPTURE(index);
    const Tensor kernels = random_tensor(rows_by(w.output_channels, w.kernel_size()), 4);
    const Tensor bias = random_tensor(rows_by(1, w.output_channels), 5);
    Convolution convolution(w);
    convolution.set_weights(kernels.data(), bias.data());
    check_rows(w.input_size(), w.output_size(), [&](auto rows, auto x, auto y) { convolution.forward(rows, x, y); });
    check_rows(w.output_size(), w.input_size(),
               [&](auto rows, auto y, auto x) { convolution.backward_input(rows, y, x); });
    ++index;
  }
}

TEST_CASE("a sample of a pool does not depend on its batch") {
  for (const Window& w : test::pooling_windows()) {
    std::vector<std::uint32_t> winners(64 * w.output_size());
    check_rows(w.input_size(), w.output_size(),
               [&](auto rows, auto x, auto y) { engine::max_pool(w, rows, x, y, winners.data()); });
    check_rows(w.input_size(), w.output_size(),
               [&](auto rows, auto x, auto y) { engine::average_pool(w, false, rows, x, y); });
    check_rows(w.output_size(), w.input_size(),
               [&](auto rows, auto y, auto x) { engine::average_pool_backward(w, true, rows, y, x); });
  }
}

}  // namespace mlsec
