// What an instance holds does not grow with what it has done. In WebAssembly, where it can be counted; natively the
// address sanitizer looks for leaks.
#ifdef __wasm__
#include <doctest/doctest.h>
#include <malloc.h>

#include "catalog/training.hpp"
#include "nn/architecture.hpp"
#include "tests/core/support/models.hpp"
#include "tests/core/support/random_values.hpp"
#include "tests/core/support/run_attack.hpp"
#include "tests/core/support/toy_models.hpp"

namespace mlsec {
namespace {

int bytes_in_use() { return mallinfo().uordblks; }
std::size_t pages() { return __builtin_wasm_memory_size(0); }

}  // namespace

TEST_CASE("memory is flat over ten thousand steps of attacks") {
  const auto model = test::random_network(20, 16, 3, 1);
  const Tensor inputs = test::random_inputs(4, 20, 2);
  const auto attack = [&](int steps) {
    (void)test::attack(model, inputs, {{"method", "pgd"}, {"steps", steps}, {"earlyStop", false}});
  };
  attack(100);
  const int before = bytes_in_use();
  const std::size_t pages_before = pages();
  attack(5000);
  attack(5000);
  CHECK(bytes_in_use() == before);
  CHECK(pages() == pages_before);
}

TEST_CASE("memory is flat over a thousand models made, used and disposed of") {
  const Tensor inputs = test::random_inputs(4, 20, 2);
  const auto cycle = [&](std::uint64_t seed) {
    const auto model = test::random_network(20, 16, 3, seed);
    CHECK(model->forward(model::Batch::single(4, inputs.values()), {}).ok());
  };
  for (std::uint64_t seed = 0; seed < 10; ++seed) cycle(seed);
  const int before = bytes_in_use();
  const std::size_t pages_before = pages();
  for (std::uint64_t seed = 0; seed < 1000; ++seed) cycle(seed);
  CHECK(bytes_in_use() == before);
  CHECK(pages() == pages_before);
}

TEST_CASE("a training step of LeNet in batches of 64 holds less than 64 MB") {
  const int before = bytes_in_use();
  const auto layer = [](const char* type, ValueObject options = {}) {
    options.emplace_back("type", type);
    return Value(options);
  };
  auto network = nn::network_from(ValueObject{
      {"input", ValueList{28, 28, 1}},
      {"layers",
       ValueList{layer("conv2d", {{"filters", 32}, {"kernel", 5}}), layer("relu"), layer("maxPool2d"),
                 layer("conv2d", {{"filters", 64}, {"kernel", 5}}), layer("relu"), layer("maxPool2d"), layer("flatten"),
                 layer("dense", {{"units", 128}}), layer("relu"), layer("dense", {{"units", 10}})}}});
  REQUIRE(network.ok());
  auto dataset =
      Dataset::from_floats(Shape{28, 28, 1}, test::random_values(64 * 784, 3, 0, 1), std::vector<int>(64, 1), 10);
  REQUIRE(dataset.ok());
  train::TrainOptions options;
  options.epochs = 2;
  options.batch_size = 64;
  options.optimizer = train::OptimizerKind::adam;
  auto trainer = catalog::start_training({std::move(network).value(), std::move(dataset).value(), {}, {}, {}}, options);
  REQUIRE(trainer.ok());
  REQUIRE(trainer.value()->step(1e9).ok());
  // The trainer keeps its buffers, so what is in use now is the most that was.
  const int held = bytes_in_use() - before;
  CAPTURE(held);
  CHECK(held < 64 << 20);
  CHECK(held > 4 << 20);
}

}  // namespace mlsec
#endif
