// Batch normalisation in training, where the rows of a call depend on each other.
#include "nn/operations/batch_norm.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "nn/network.hpp"
#include "tests/core/support/finite_differences.hpp"
#include "tests/core/support/networks.hpp"

namespace mlsec {
namespace {

using test::largest_error;
using test::to_doubles;
using Values = std::vector<double>;

const nn::TrainingPass in_training;

struct Moments {
  Values mean, variance;  // divided by the number of values
};

Moments moments_of(const Values& x, std::size_t channels) {
  const double count = static_cast<double>(x.size() / channels);
  Moments moments{Values(channels), Values(channels)};
  for (std::size_t i = 0; i < x.size(); ++i) moments.mean[i % channels] += x[i] / count;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double distance = x[i] - moments.mean[i % channels];
    moments.variance[i % channels] += distance * distance / count;
  }
  return moments;
}

/// The output of a whole batch by its own moments.
Values normalised(Values x, const Values& scale, const Values& shift) {
  const Moments moments = moments_of(x, scale.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t c = i % scale.size();
    x[i] = (x[i] - moments.mean[c]) / std::sqrt(moments.variance[c] + 1e-5) * scale[c] + shift[c];
  }
  return x;
}

/// A layer alone, evaluated on a batch whose channels have means and spreads of their own.
struct Fixture {
  nn::Network network;
  std::size_t rows, channels;
  Tensor x, cotangent;
  nn::Workspace workspace;

  Fixture(const Shape& sample, std::size_t count)
      : network(sample), rows(count), channels(static_cast<std::size_t>(sample[sample.rank() - 1])) {
    REQUIRE(network.add(std::make_unique<nn::BatchNorm>(nn::BatchNorm::Options{})).ok());
    test::randomise(network, 1);
    x = test::random_tensor(sample.with_rows(static_cast<std::int64_t>(rows)), 2);
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = x[i] * (0.5f + static_cast<float>(i % channels)) + 3 - static_cast<float>(i % channels);
    cotangent = test::random_tensor(x.shape(), 3);
  }

  void forward(const nn::TrainingPass* training) { network.forward(rows, x.data(), workspace, training); }
  Values parameter(std::size_t which) { return to_doubles(network.parameters()[which]->value.values()); }
  std::span<const float> output() const { return workspace.values[1].values().first(x.size()); }

  double objective(const Values& input, const Values& scale, const Values& shift) const {
    const Values y = normalised(input, scale, shift);
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) sum += double{cotangent[i]} * y[i];
    return sum;
  }
};

const std::vector<Shape> samples{Shape{1}, Shape{6}, Shape{3, 4, 1}, Shape{2, 3, 5}, Shape{4, 1, 8}};

}  // namespace

TEST_CASE("in training a batch normalisation uses the moments of its rows, in forward and in both gradients") {
  for (const Shape& sample : samples)
    for (std::size_t rows : {2u, 3u, 32u}) {
      CAPTURE(to_text(sample));
      CAPTURE(rows);
      Fixture f(sample, rows);
      f.forward(&in_training);
      const Values x = to_doubles(f.x.values()), scale = f.parameter(0), shift = f.parameter(1);
      CHECK(largest_error(f.output(), normalised(x, scale, shift)) < 5e-6);

      test::WeightGradients gradients(f.network);
      for (Tensor& tensor : gradients.tensors)
        for (float& value : tensor.values()) value = 1;
      REQUIRE(
          f.network.backward(f.cotangent.data(), test::to_inputs_and_weights, f.workspace, gradients.pointers).ok());
      if (x.size() <= 200) {
        const auto to_input =
            test::finite_differences(x, [&](const Values& v) { return f.objective(v, scale, shift); });
        CHECK(largest_error(f.workspace.cotangents[0].values().first(x.size()), to_input) < 1e-5);
      }
      auto to_scale = test::finite_differences(scale, [&](const Values& v) { return f.objective(x, v, shift); });
      auto to_shift = test::finite_differences(shift, [&](const Values& v) { return f.objective(x, scale, v); });
      for (double& value : to_scale) value += 1;
      for (double& value : to_shift) value += 1;
      CHECK(largest_error(gradients.tensors[0].values(), to_scale) < 1e-5);
      CHECK(largest_error(gradients.tensors[1].values(), to_shift) < 1e-5);
    }
}

TEST_CASE("what a pass in training measured is added for its rows, the variance without bias") {
  for (const Shape& sample : samples) {
    CAPTURE(to_text(sample));
    constexpr std::size_t rows = 5;
    Fixture f(sample, rows);
    const Values before = f.parameter(2);
    f.forward(&in_training);
    test::WeightGradients gradients(f.network);
    for (int time = 0; time < 2; ++time)
      REQUIRE(f.network.backward(f.cotangent.data(), test::to_weights, f.workspace, gradients.pointers).ok());
    const Moments moments = moments_of(to_doubles(f.x.values()), f.channels);
    const double count = static_cast<double>(f.x.size() / f.channels);
    for (std::size_t c = 0; c < f.channels; ++c) {
      CHECK(double{gradients.tensors[2][c]} == doctest::Approx(2 * rows * moments.mean[c]).epsilon(1e-5));
      CHECK(double{gradients.tensors[3][c]} ==
            doctest::Approx(2 * rows * moments.variance[c] * count / (count - 1)).epsilon(1e-5));
    }
    CHECK(f.parameter(2) == before);  // the trainer moves it
  }
}

TEST_CASE("moments are right over many values far from zero") {
  Fixture f(Shape{30, 30, 5}, 32);
  for (float& value : f.x.values()) value += 100;
  f.forward(&in_training);
  test::WeightGradients gradients(f.network);
  REQUIRE(f.network.backward(f.cotangent.data(), test::to_weights, f.workspace, gradients.pointers).ok());
  const Moments moments = moments_of(to_doubles(f.x.values()), f.channels);
  for (std::size_t c = 0; c < f.channels; ++c) {
    CHECK(double{gradients.tensors[2][c]} / 32 == doctest::Approx(moments.mean[c]).epsilon(1e-6));
    CHECK(double{gradients.tensors[3][c]} / 32 == doctest::Approx(moments.variance[c]).epsilon(1e-4));
  }
}

TEST_CASE("one value a channel has no variance: the running moments stand in and stay") {
  Fixture f(Shape{6}, 1), evaluated(Shape{6}, 1);
  f.forward(&in_training);
  evaluated.forward(nullptr);
  CHECK(test::same_bytes(f.output(), evaluated.output()));
  test::WeightGradients gradients(f.network), expected(evaluated.network);
  REQUIRE(f.network.backward(f.cotangent.data(), test::to_inputs_and_weights, f.workspace, gradients.pointers).ok());
  REQUIRE(evaluated.network
              .backward(evaluated.cotangent.data(), test::to_inputs_and_weights, evaluated.workspace, expected.pointers)
              .ok());
  CHECK(test::same_bytes(f.workspace.cotangents[0].values(), evaluated.workspace.cotangents[0].values()));
  for (std::size_t weight : {0u, 1u})
    CHECK(test::same_bytes(gradients.tensors[weight].values(), expected.tensors[weight].values()));
  for (std::size_t statistic : {2u, 3u})
    CHECK(test::same_bytes(gradients.tensors[statistic].values(), f.network.parameters()[statistic]->value.values()));
}

TEST_CASE("outside training nothing is measured") {
  Fixture f(Shape{2, 3, 5}, 4);
  f.forward(nullptr);
  test::WeightGradients gradients(f.network);
  REQUIRE(f.network.backward(f.cotangent.data(), test::to_weights, f.workspace, gradients.pointers).ok());
  for (std::size_t statistic : {2u, 3u})
    for (float value : gradients.tensors[statistic].values()) CHECK(value == 0);
}

TEST_CASE("gradients for each sample are refused after a pass in training, where rows share their moments") {
  Fixture f(Shape{6}, 4);
  f.forward(&in_training);
  test::WeightGradients gradients(f.network, 4);
  const auto each =
      f.network.backward(f.cotangent.data(), test::to_weights_per_sample, f.workspace, gradients.pointers);
  REQUIRE(!each.ok());
  CHECK(each.error().code == ErrorCode::unsupported);
  CHECK(each.error().message ==
        "The operation batchNorm has no gradients to its weights for each sample in training, where rows depend on "
        "each other.");
  const auto norms = f.network.backward(f.cotangent.data(), test::to_squared_norms, f.workspace, gradients.pointers);
  REQUIRE(!norms.ok());
  CHECK(norms.error().message ==
        "The operation batchNorm has no norms of gradients to its weights in training, where rows depend on each "
        "other.");
}

TEST_CASE("a batch normalisation starts as the identity and tells weights from statistics") {
  nn::Network network(Shape{2, 2, 3});
  REQUIRE(network.add(std::make_unique<nn::BatchNorm>(nn::BatchNorm::Options{0.25, 1e-3})).ok());
  for (int time = 0; time < 2; ++time) {
    const auto parameters = network.parameters();
    const std::vector<std::string> names{"scale", "shift", "runningMean", "runningVariance"};
    REQUIRE(parameters.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(parameters[i]->name == names[i]);
      CHECK(parameters[i]->value.shape() == Shape{3});
      CHECK((parameters[i]->role == nn::ParameterRole::statistic) == (i >= 2));
      CHECK(parameters[i]->momentum == (i >= 2 ? 0.25f : 0));
      for (float value : parameters[i]->value.values()) CHECK(value == (i == 0 || i == 3 ? 1 : 0));
    }
    test::randomise(network, 1);
    network.initialise(1);
  }
}

}  // namespace mlsec
