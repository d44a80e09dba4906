// What the driver and its coroutines cost: PGD through them against the same arithmetic in a plain loop over the batch.
// Prints best and median of interleaved repetitions, after checking that both give the same bytes.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

#include "attacks/loss.hpp"
#include "base/stopwatch.hpp"
#include "catalog/dispatch.hpp"
#include "model/network_model.hpp"
#include "nn/architecture.hpp"
#include "nn/loss.hpp"

using namespace mlsec;

namespace {

constexpr std::size_t rows = 64, features = 784, classes = 10;
constexpr int steps = 40, repetitions = 15;
constexpr double epsilon = 0.1;

Value layer(const char* type, ValueObject options = {}) {
  options.emplace_back("type", type);
  return options;
}

// The network of mnist-cnn.
std::shared_ptr<model::NetworkModel> make_model() {
  const Value architecture = ValueObject{
      {"input", ValueList{28, 28, 1}},
      {"layers",
       ValueList{layer("conv2d", {{"filters", 16}, {"kernel", 5}}), layer("relu"), layer("maxPool2d"),
                 layer("conv2d", {{"filters", 32}, {"kernel", 5}}), layer("relu"), layer("maxPool2d"), layer("flatten"),
                 layer("dense", {{"units", 128}}), layer("relu"), layer("dense", {{"units", 10}})}}};
  auto network = nn::network_from(architecture);
  MLSEC_CHECK(network.ok());
  network.value().initialise(1);
  return std::make_shared<model::NetworkModel>("cnn", std::move(network).value(), model::plain_input(Shape{28, 28, 1}),
                                               model::OutputSpecification{classes, model::numbered_labels(classes)});
}

Tensor plain_loop(model::Model& model, const Tensor& inputs) {
  // The driver, too, begins with the clean predictions and ends with a look at its results.
  std::vector<threat::Criterion> criteria(rows);
  {
    const auto pass = model.forward(model::Batch::single(rows, inputs.values()), {});
    for (std::size_t i = 0; i < rows; ++i)
      criteria[i].label = nn::largest(pass.value()->outputs().subspan(i * classes, classes));
  }
  std::vector<threat::Ball> balls;
  for (std::size_t i = 0; i < rows; ++i)
    balls.emplace_back(inputs.values().subspan(i * features, features), threat::Norm::linf, epsilon, 0.0f, 1.0f);
  Tensor x = inputs.copy();
  std::vector<float> cotangents(rows * classes);
  for (int step = 0; step < steps; ++step) {
    const auto pass = model.forward(model::Batch::single(rows, x.values()), {});
    const auto logits = pass.value()->outputs();
    for (std::size_t i = 0; i < rows; ++i)
      attacks::CrossEntropy()(logits.subspan(i * classes, classes), criteria[i],
                              std::span(cotangents).subspan(i * classes, classes));
    const auto gradients = pass.value()->backward(cotangents, {true, model::WeightGradients::none, std::nullopt});
    for (std::size_t i = 0; i < rows; ++i) {
      const auto row = x.values().subspan(i * features, features);
      balls[i].ascend(row, std::span<const float>(gradients.value().inputs.values()).subspan(i * features, features),
                      2.5 * epsilon / steps);
      balls[i].project(row);
    }
  }
  (void)model.forward(model::Batch::single(rows, x.values()), {});
  return x;
}

Tensor through_driver(const std::shared_ptr<model::NetworkModel>& model, const Tensor& inputs) {
  const Value options = ValueObject{
      {"method", "pgd"}, {"epsilon", epsilon}, {"steps", steps}, {"randomStart", false}, {"earlyStop", false}};
  auto job = catalog::start_attack(model, inputs.copy(), options, 0);
  MLSEC_CHECK(job.ok());
  while (job.value()->step(30).value().kind != JobState::Kind::done) {
  }
  return job.value()->result().adversarials.copy();
}

}  // namespace

int main() {
  const auto model = make_model();
  Tensor inputs(Shape{rows, 28, 28, 1});
  Random random(1, 0, Purpose::test);
  for (float& value : inputs.values()) value = random.uniform();

  std::vector<double> plain, driven;
  for (int i = 0; i <= repetitions; ++i) {
    const Stopwatch first;
    const Tensor by_loop = plain_loop(*model, inputs);
    const double plain_milliseconds = first.milliseconds();
    const Stopwatch second;
    const Tensor by_driver = through_driver(model, inputs);
    const double driven_milliseconds = second.milliseconds();
    if (i == 0) {  // warm-up
      const bool equal = std::memcmp(by_loop.data(), by_driver.data(), by_loop.size() * sizeof(float)) == 0;
      std::printf("same bytes: %s\n", equal ? "yes" : "NO");
      if (!equal) return 1;
      continue;
    }
    plain.push_back(plain_milliseconds);
    driven.push_back(driven_milliseconds);
  }
  std::sort(plain.begin(), plain.end());
  std::sort(driven.begin(), driven.end());
  const std::size_t middle = plain.size() / 2;
  std::printf("plain loop: best %.1f ms, median %.1f ms\n", plain[0], plain[middle]);
  std::printf("driver:     best %.1f ms, median %.1f ms\n", driven[0], driven[middle]);
  std::printf("overhead:   best %+.1f %%, median %+.1f %%\n", 100 * (driven[0] / plain[0] - 1),
              100 * (driven[middle] / plain[middle] - 1));
}
