// The same bytes in every build without fused multiply-adds: natively and as `simd`, on every machine.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>

#include "catalog/training.hpp"
#include "engine/vector.hpp"
#include "nn/architecture.hpp"
#include "tests/core/support/models.hpp"
#include "tests/core/support/random_values.hpp"
#include "tests/core/support/run_attack.hpp"

namespace mlsec {
namespace {

// FNV-1a (Fowler, Noll and Vo, 1991), of 64 bits.
std::uint64_t hash_of(std::span<const float> values) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (float value : values)
    for (int shift = 0; shift < 32; shift += 8) {
      hash ^= (std::bit_cast<std::uint32_t>(value) >> shift) & 0xff;
      hash *= 0x100000001b3u;
    }
  return hash;
}

Value layer(const char* type, ValueObject options = {}) {
  options.emplace_back("type", type);
  return options;
}

/// Both ways of input gradients, groups, few channels, odd counts, and own transcendental functions.
nn::Network network() {
  auto made = nn::network_from(ValueObject{
      {"input", ValueList{12, 11, 1}},
      {"layers", ValueList{layer("conv2d", {{"filters", 12}, {"kernel", 3}}), layer("relu"), layer("maxPool2d"),
                           layer("conv2d", {{"filters", 12}, {"kernel", 3}, {"padding", "same"}, {"groups", 12}}),
                           layer("gelu"), layer("conv2d", {{"filters", 17}, {"kernel", 3}, {"padding", "same"}}),
                           layer("batchNorm"), layer("tanh"), layer("flatten"), layer("dense", {{"units", 33}}),
                           layer("relu"), layer("dense", {{"units", 5}})}}});
  REQUIRE(made.ok());
  made.value().initialise(1);
  return std::move(made).value();
}

constexpr std::size_t rows = 24;
const Shape sample{12, 11, 1};

Tensor images() { return test::random_tensor(sample.with_rows(rows), 2, 0, 1); }

// In the relaxed build products and sums round once together. Steps along signs may come out the same all the same.
void check(const char* what, std::uint64_t found, std::uint64_t golden, bool of_signs = false) {
  CAPTURE(what);
#ifdef __wasm_relaxed_simd__
  CHECK((of_signs || found != golden));
#else
  (void)of_signs;
  CHECK(found == golden);
#endif
}

}  // namespace

TEST_CASE("a forward pass, an attack and ten training steps have the bytes they always had") {
  const std::shared_ptr<model::NetworkModel> model = test::model_of(network(), model::plain_input(sample));
  const Tensor inputs = images();
  const auto pass = model->forward(model::Batch::single(rows, inputs.values()), {});
  REQUIRE(pass.ok());
  check("forward", hash_of(pass.value()->outputs()), 11853141335157721933u);

  const auto attacked =
      test::attack(model, inputs, {{"method", "pgd"}, {"epsilon", 0.1}, {"steps", 10}, {"earlyStop", false}});
  check("attack", hash_of(attacked.adversarials.values()), 3609235556245985990u, true);

  std::vector<int> labels;
  for (std::size_t i = 0; i < rows; ++i) labels.push_back(static_cast<int>(i % 5));
  auto dataset = Dataset::from_floats(sample, {inputs.values().begin(), inputs.values().end()}, std::move(labels), 5);
  REQUIRE(dataset.ok());
  train::TrainOptions options;
  options.epochs = 5;
  options.batch_size = 12;
  options.optimizer = train::OptimizerKind::adam;
  auto trainer = catalog::start_training({network(), std::move(dataset).value(), {}, {}, {}}, options);
  REQUIRE(trainer.ok());
  REQUIRE(trainer.value()->step(1e9).ok());
  check("training", hash_of(trainer.value()->weights()), 5938475726929141910u);
}

TEST_CASE("multiply-adds round once in the relaxed build alone") {
  // (1 + 2^-12)^2 - 1 is 2^-11 + 2^-24, whose last part is lost where the product is rounded.
  const float x = 1.0f + std::ldexp(1.0f, -12);
  volatile float given = x;
  const float sum = engine::multiply_add(given, given, -1.0f);
#ifdef __wasm_relaxed_simd__
  CHECK(sum == std::ldexp(1.0f, -11) + std::ldexp(1.0f, -24));
#else
  CHECK(sum == std::ldexp(1.0f, -11));
#endif
}

}  // namespace mlsec
