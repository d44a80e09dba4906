// The engine beside another library on the same numbers. Native only; XNNPACK's kernels there fuse multiply and add.
#include <doctest/doctest.h>
#include <xnnpack.h>

#include <limits>
#include <memory>

#include "engine/convolution.hpp"
#include "engine/linear.hpp"
#include "tests/core/engine/shapes.hpp"
#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {
namespace {

using test::random_tensor;
using test::rows_by;

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr double tolerance = 4e-6;

struct DeleteOperator {
  void operator()(xnn_operator* self) const { xnn_delete_operator(self); }
};
using Operator = std::unique_ptr<xnn_operator, DeleteOperator>;

}  // namespace

TEST_CASE("linear maps and convolutions are those of XNNPACK") {
  REQUIRE(xnn_initialize(nullptr) == xnn_status_success);
  constexpr std::size_t rows = 7;
  for (const auto& shape : test::linear_shapes) {
    const Tensor weights = random_tensor(rows_by(shape.outputs, shape.inputs), 1),
                 bias = random_tensor(rows_by(1, shape.outputs), 2), x = random_tensor(rows_by(rows, shape.inputs), 3);
    Tensor ours(rows_by(rows, shape.outputs)), theirs(rows_by(rows, shape.outputs));
    engine::Linear linear;
    linear.pack(shape.inputs, shape.outputs, weights.data(), bias.data(), engine::WeightOrder::output_major);
    linear.run(rows, x.data(), ours.data(), {true, true});
    xnn_operator_t created = nullptr;
    REQUIRE(xnn_create_fully_connected_nc_f32(shape.inputs, shape.outputs, shape.inputs, shape.outputs, weights.data(),
                                              bias.data(), 0, infinity, 0, nullptr, nullptr,
                                              &created) == xnn_status_success);
    const Operator owned(created);
    REQUIRE(xnn_reshape_fully_connected_nc_f32(created, rows, nullptr) == xnn_status_success);
    REQUIRE(xnn_setup_fully_connected_nc_f32(created, x.data(), theirs.data()) == xnn_status_success);
    REQUIRE(xnn_run_operator(created, nullptr) == xnn_status_success);
    CHECK(test::largest_error(ours.values(), theirs.values()) < tolerance);
  }
  std::size_t index = 0;
  for (const engine::Window& w : test::convolution_windows()) {
    CAPTURE(index);
    const Tensor kernels = random_tensor(rows_by(w.output_channels, w.kernel_size()), 1),
                 bias = random_tensor(rows_by(1, w.output_channels), 2),
                 x = random_tensor(rows_by(rows, w.input_size()), 3);
    Tensor ours(rows_by(rows, w.output_size())), theirs(rows_by(rows, w.output_size()));
    engine::Convolution convolution(w);
    convolution.set_weights(kernels.data(), bias.data());
    convolution.forward(rows, x.data(), ours.data(), {true, true});
    const auto u = [](std::size_t extent) { return static_cast<std::uint32_t>(extent); };
    xnn_operator_t created = nullptr;
    REQUIRE(xnn_create_convolution2d_nhwc_f32(
                u(w.padding.top), u(w.padding.right), u(w.padding.bottom), u(w.padding.left), u(w.kernel_height),
                u(w.kernel_width), u(w.stride_height), u(w.stride_width), u(w.dilation_height), u(w.dilation_width),
                u(w.groups), w.input_channels / w.groups, w.output_channels / w.groups, w.input_channels,
                w.output_channels, kernels.data(), bias.data(), 0, infinity, 0, nullptr, nullptr,
                &created) == xnn_status_success);
    const Operator owned(created);
    std::size_t bytes = 0, alignment = 0, height = 0, width = 0;
    REQUIRE(xnn_reshape_convolution2d_nhwc_f32(created, rows, w.input_height, w.input_width, &bytes, &alignment,
                                               &height, &width, nullptr) == xnn_status_success);
    REQUIRE(height == w.output_height);
    REQUIRE(width == w.output_width);
    Tensor workspace(Shape{static_cast<std::int64_t>(bytes / sizeof(float) + 16)});
    REQUIRE(xnn_setup_convolution2d_nhwc_f32(created, workspace.data(), x.data(), theirs.data()) == xnn_status_success);
    REQUIRE(xnn_run_operator(created, nullptr) == xnn_status_success);
    CHECK(test::largest_error(ours.values(), theirs.values()) < tolerance);
    ++index;
  }
}

}  // namespace mlsec
