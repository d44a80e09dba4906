#include "attacks/perturbation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "catalog/programs.hpp"
#include "support/run_attack.hpp"
#include "support/toy_models.hpp"

using namespace mlsec;
using namespace mlsec::test;

namespace {

constexpr std::int64_t rows = 12, features = 8;
constexpr std::size_t width = features;

std::unique_ptr<attacks::Program> program(ValueObject options) {
  auto decoded = catalog::decode_attack(Value(std::move(options)));
  if (!decoded.ok()) FAIL(decoded.error().message);
  return std::move(decoded).value().program;
}

struct Keys {
  std::vector<int> labels;
  std::vector<std::uint32_t> samples;
  Keys(std::size_t count, int classes) : labels(count), samples(count) {
    for (std::size_t i = 0; i < count; ++i) labels[i] = static_cast<int>(i) % classes;
    std::iota(samples.begin(), samples.end(), 0u);
  }
  attacks::PerturbationKeys of(std::size_t first, std::size_t count, std::uint32_t step = 0) const {
    return {std::span(labels).subspan(first, count), std::span(samples).subspan(first, count), 1, step};
  }
};

Tensor perturbed(model::Model& model, const attacks::Program& attack, const Tensor& inputs,
                 const attacks::PerturbationKeys& keys) {
  Tensor result = inputs.copy();
  REQUIRE(attacks::perturb(model, attack, result.values(), keys).ok());
  return result;
}

std::span<const float> row_of(const Tensor& tensor, std::size_t row) {
  return tensor.values().subspan(row * width, width);
}

/// Both attacks with a budget; pgd with steps from its random start across the ball.
const std::pair<const char*, ValueObject> fgsm{"fgsm", {{"method", "fgsm"}}},
    pgd{"pgd", {{"method", "pgd"}, {"steps", 10}}};

ValueObject with(ValueObject options, const char* norm, double epsilon) {
  options.emplace_back("norm", norm);
  options.emplace_back("epsilon", epsilon);
  return options;
}

}  // namespace

TEST_CASE("on a linear model fgsm and pgd go to the worst corner of ball and box") {
  const auto w = std::vector<float>{1, -2, 0.5f, 3, -1, 0.25f, -0.75f, 2};
  const auto model = linear_model(w, -0.4f);
  const Tensor inputs = random_inputs(rows, features, 3);
  const Keys keys(rows, 2);
  constexpr float epsilon = 0.2f;
  for (const auto& [name, options] : {fgsm, pgd}) {
    CAPTURE(name);
    const Tensor worst = perturbed(*model, *program(with(options, "linf", 0.2)), inputs, keys.of(0, rows));
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t i = 0; i < width; ++i) {
        // Away from its own class, of which w speaks for class 1.
        const float direction = (w[i] > 0) == (keys.labels[row] == 0) ? 1.0f : -1.0f;
        const float corner = std::clamp(row_of(inputs, row)[i] + direction * epsilon, 0.0f, 1.0f);
        CHECK(std::fabs(row_of(worst, row)[i] - corner) < 1e-6f);
      }
  }
}

TEST_CASE("every step is done, also where the model is wrong already") {
  const auto model = linear_model({1, -2, 0.5f, 3, -1, 0.25f, -0.75f, 2}, 100);  // always class 1
  const Tensor inputs = random_inputs(rows, features, 3);
  Keys keys(rows, 2);
  std::fill(keys.labels.begin(), keys.labels.end(), 0);
  const Tensor a = perturbed(*model, *program(with(pgd.second, "linf", 0.2)), inputs, keys.of(0, rows));
  const Tensor b = perturbed(*model, *program(with(fgsm.second, "linf", 0.2)), inputs, keys.of(0, rows));
  CHECK(test::same_bytes(a.values(), b.values()));
  CHECK(!test::same_bytes(a.values(), inputs.values()));
}

TEST_CASE("perturbed rows stay within ball and box, in either norm") {
  const auto model = random_network(features, 16, 3, 5);
  const Tensor inputs = random_inputs(rows, features, 4);
  const Keys keys(rows, 3);
  for (const auto& [name, options] : {fgsm, pgd})
    for (const auto& [norm, kind] : {std::pair{"linf", threat::Norm::linf}, {"l2", threat::Norm::l2}}) {
      CAPTURE(name);
      CAPTURE(norm);
      const Tensor moved = perturbed(*model, *program(with(options, norm, 0.25)), inputs, keys.of(0, rows));
      for (std::size_t row = 0; row < rows; ++row) {
        const double distance = threat::distances(row_of(inputs, row), row_of(moved, row)).in(kind);
        CHECK(distance <= 0.25);
        CHECK(distance > 0.01);
      }
      for (float value : moved.values()) CHECK((value >= 0 && value <= 1));
    }
}

TEST_CASE("a row's perturbation does not depend on the others, but on its sample and the step") {
  const auto model = random_network(features, 16, 3, 5);
  const Tensor inputs = random_inputs(rows, features, 4);
  const Keys keys(rows, 3);
  const auto attack = program(with({{"method", "pgd"}, {"steps", 2}, {"stepSize", 0.02}}, "linf", 0.3));
  const Tensor together = perturbed(*model, *attack, inputs, keys.of(0, rows));
  for (std::size_t row = 0; row < rows; ++row) {
    const Tensor one(Shape{1, features}, row_of(inputs, row));
    CHECK(test::same_bytes(perturbed(*model, *attack, one, keys.of(row, 1)).values(), row_of(together, row)));
    CHECK(!test::same_bytes(perturbed(*model, *attack, one, keys.of(row, 1, 1)).values(), row_of(together, row)));
  }
}

TEST_CASE("where nothing succeeds early the perturbation is what the attack's own driver gives") {
  const auto model = random_network(features, 16, 3, 5);
  const Tensor inputs = random_inputs(rows, features, 4);
  const auto logits = model->forward(model::Batch::single(rows, inputs.values()), {});
  Keys keys(rows, 3);
  ValueList labels;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto outputs = logits.value()->outputs().subspan(3 * row, 3);
    keys.labels[row] = static_cast<int>(std::max_element(outputs.begin(), outputs.end()) - outputs.begin());
    labels.push_back(keys.labels[row]);
  }
  for (const auto& [name, options] : {fgsm, pgd}) {
    const ValueObject full = with(options, "linf", 0.01);
    ValueObject driven = full;
    driven.emplace_back("labels", labels);
    driven.emplace_back("seed", 1);
    const auto result = attack(model, inputs, driven);
    const Tensor moved = perturbed(*model, *program(full), inputs, keys.of(0, rows));
    int compared = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      if (result.samples[row].status != attacks::Status::failed) continue;
      ++compared;
      CHECK(test::same_bytes(row_of(moved, row), row_of(result.adversarials, row)));
    }
    CHECK(compared > rows / 2);
  }
}

TEST_CASE("an attack that minimises a norm gives a point that is wrong and near, or the original") {
  const std::vector<float> w{1, -2, 0.5f, 3, -1, 0.25f, -0.75f, 2};
  const auto model = linear_model(w, -1.5f);
  const Tensor inputs = random_inputs(rows, features, 3, 0.3f, 0.7f);
  Keys keys(rows, 2);
  const auto attack = program({{"method", "carlini-wagner"}, {"steps", 200}, {"learningRate", 0.05}});
  double length = 0;
  for (float value : w) length += double{value} * double{value};
  const auto margin = [&](std::span<const float> x) { return std::inner_product(w.begin(), w.end(), x.begin(), -1.5); };
  for (std::size_t row = 0; row < rows; ++row) keys.labels[row] = margin(row_of(inputs, row)) > 0;
  const Tensor moved = perturbed(*model, *attack, inputs, keys.of(0, rows));
  for (std::size_t row = 0; row < rows; ++row) {
    CHECK((margin(row_of(moved, row)) > 0) != (keys.labels[row] == 1));
    const double nearest = std::fabs(margin(row_of(inputs, row))) / std::sqrt(length);
    CHECK(threat::distances(row_of(inputs, row), row_of(moved, row)).l2 < 1.1 * nearest + 0.02);
  }
  const auto constant = linear_model(std::vector<float>(width, 0), 1);  // always class 1
  std::fill(keys.labels.begin(), keys.labels.end(), 1);
  CHECK(test::same_bytes(perturbed(*constant, *attack, inputs, keys.of(0, rows)).values(), inputs.values()));
}
