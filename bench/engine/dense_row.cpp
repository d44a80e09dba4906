// A dense layer on a single sample: our engine beside XNNPACK's operator. Checks that both give the
// same but for rounding, then prints GFLOP/s of interleaved repetitions as JSON.
#include <xnnpack.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "base/check.hpp"
#include "base/random.hpp"
#include "base/stopwatch.hpp"
#include "engine/linear.hpp"
#include "tensor/tensor.hpp"

using namespace mlsec;

namespace {

constexpr std::size_t inputs = 784, outputs = 128;
constexpr int repetitions = 300, calls = 200;
constexpr double operations = 2.0 * inputs * outputs;

Tensor noise(Shape shape, std::uint64_t seed) {
  Tensor tensor(shape);
  Random random(seed, 0, Purpose::test);
  for (float& value : tensor.values()) value = random.uniform() - 0.5f;
  return tensor;
}

void expect_success(xnn_status status) { MLSEC_CHECK(status == xnn_status_success); }

template <class Call>
double gigaflops(const Call& call) {
  const Stopwatch watch;
  for (int i = 0; i < calls; ++i) call();
  return operations * calls / watch.milliseconds() / 1e6;
}

void print(const char* name, std::vector<double> figures, const char* end) {
  std::sort(figures.begin(), figures.end());
  std::printf("\"%s\": {\"best\": %.3f, \"median\": %.3f}%s", name, figures.back(), figures[figures.size() / 2], end);
}

}  // namespace

int main() {
  const Tensor x = noise(Shape{inputs}, 1), weights = noise(Shape{outputs, inputs}, 2), bias = noise(Shape{outputs}, 3);
  Tensor ours = Tensor::filled(Shape{outputs}, 0), theirs = Tensor::filled(Shape{outputs}, 0);

  engine::Linear linear;
  linear.pack(inputs, outputs, weights.data(), bias.data(), engine::WeightOrder::output_major);
  const auto run_ours = [&] { linear.run(1, x.data(), ours.data()); };

  expect_success(xnn_initialize(nullptr));
  xnn_operator_t dense = nullptr;
  expect_success(xnn_create_fully_connected_nc_f32(inputs, outputs, inputs, outputs, weights.data(), bias.data(),
                                                   -INFINITY, INFINITY, 0, nullptr, nullptr, &dense));
  expect_success(xnn_reshape_fully_connected_nc_f32(dense, 1, nullptr));
  expect_success(xnn_setup_fully_connected_nc_f32(dense, x.data(), theirs.data()));
  const auto run_theirs = [&] { expect_success(xnn_run_operator(dense, nullptr)); };

  run_ours();
  run_theirs();
  for (std::size_t i = 0; i < outputs; ++i) MLSEC_CHECK(std::abs(ours.data()[i] - theirs.data()[i]) < 1e-3f);

  std::vector<double> our_figures, their_figures;
  for (int i = 0; i < 10; ++i) {  // until it is compiled for speed
    gigaflops(run_ours);
    gigaflops(run_theirs);
  }
  for (int i = 0; i < repetitions; ++i) {
    our_figures.push_back(gigaflops(run_ours));
    their_figures.push_back(gigaflops(run_theirs));
  }
  std::printf("{");
  print("ours", our_figures, ", ");
  print("operator", their_figures, ", ");
  std::printf("\"repetitions\": %d}\n", repetitions);
}
