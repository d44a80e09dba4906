#include "engine/linear.hpp"

#include <limits>

#include "base/check.hpp"

namespace mlsec::engine {

void Linear::pack(std::size_t inputs, std::size_t outputs, const float* weights, const float* bias, WeightOrder order) {
  initialise_xnnpack();
  constexpr float infinity = std::numeric_limits<float>::infinity();
  xnn_operator_t created = nullptr;
  expect_success(xnn_create_fully_connected_nc_f32(inputs, outputs, inputs, outputs, weights, bias, -infinity, infinity,
                                                   order == WeightOrder::input_major ? XNN_FLAG_TRANSPOSE_WEIGHTS : 0,
                                                   nullptr, nullptr, &created));
  operator_.reset(created);
  rows_ = 0;
}

void Linear::run(std::size_t rows, const float* x, float* y) {
  MLSEC_CHECK(packed());
  if (rows == 0) return;
  if (rows != rows_) {
    expect_success(xnn_reshape_fully_connected_nc_f32(operator_.get(), rows, nullptr));
    rows_ = rows;
  }
  expect_success(xnn_setup_fully_connected_nc_f32(operator_.get(), x, y));
  expect_success(xnn_run_operator(operator_.get(), nullptr));
}

}  // namespace mlsec::engine
