// What every attack owes, whoever wrote it. A new entry of the catalogue is checked here without a line of its own.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "catalog/attacks.hpp"
#include "model/callback_model.hpp"
#include "support/run_attack.hpp"
#include "support/toy_models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;

namespace {

constexpr std::int64_t features = 12, rows = 24;
constexpr int classes = 3;

// The same network over vectors, or over images of 4 x 3 pixels.
std::shared_ptr<model::NetworkModel> toy(bool of_images = false) {
  const auto vectors = random_network(features, 24, classes, 7);
  if (!of_images) return vectors;
  nn::Network network(Shape{4, 3, 1});
  MLSEC_CHECK(network.add(std::make_unique<nn::Flatten>()).ok());
  MLSEC_CHECK(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{.units = 24, .bias = true})).ok());
  MLSEC_CHECK(network.add(std::make_unique<nn::Relu>()).ok());
  MLSEC_CHECK(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{.units = classes, .bias = true})).ok());
  network.initialise(1);
  for (std::size_t i = 0; i < network.parameters().size(); ++i)
    network.parameters()[i]->value = vectors->network().parameters()[i]->value.copy();
  network.parameters_changed();
  return std::make_shared<model::NetworkModel>("images", std::move(network), model::plain_input(Shape{4, 3, 1}),
                                               vectors->output());
}
Tensor inputs() { return random_inputs(rows, features, 9); }

// As much as 0.3 in linf; never more than 0.3 a feature but in l1 and l0, where one feature may take it all.
template <class Attack>
double epsilon_of() {
  if constexpr (requires { Attack::norm; }) return Attack::norm == threat::Norm::l1 ? 1.5 : 0.3;
  return 0.3;
}

// Enough work for a toy model, whatever the attack calls it.
template <class Attack>
ValueObject options_of() {
  ValueObject options{{"method", std::string(Attack::id)}, {"seed", 3}};
  for_each_field<typename Attack::Options>([&](const auto& entry) {
    if (entry.name == "epsilon") options.emplace_back("epsilon", epsilon_of<Attack>());
    if (entry.name == "steps") options.emplace_back("steps", 200);
    for (const auto& [name, amount] : {std::pair<const char*, int>{"directions", 20},
                                       {"firstEvaluations", 20},
                                       {"samples", 20},
                                       {"squareSteps", 200},
                                       {"generations", 10},
                                       {"population", 50},
                                       {"coordinates", 4},
                                       {"queries", 500}})
      if (entry.name == name) options.emplace_back(name, amount);
    if (entry.name == "learningRate") options.emplace_back("learningRate", 0.05);
  });
  return options;
}

ValueObject with(ValueObject options, std::string name, Value value) {
  options.emplace_back(std::move(name), std::move(value));
  return options;
}

template <class Attack>
constexpr bool has_epsilon() {
  return requires(const typename Attack::Options& options) { options.radius(); };
}

template <class Check>
void for_each_attack(Check check) {
  for_each_type(catalog::Attacks{}, [&]<class Attack>() {
    INFO("attack " << Attack::id);
    check.template operator()<Attack>();
  });
}

}  // namespace

TEST_CASE("every attack stays within the bounds and its budget, and counts a success only where the model is wrong") {
  for_each_attack([&]<class Attack>() {
    const auto model = toy(Attack::traits.images_only);
    const auto result = attack(model, inputs(), options_of<Attack>());
    for (std::size_t row = 0; row < rows; ++row) {
      const auto point = result.adversarials.values().subspan(row * features, features);
      for (float value : point) CHECK((value >= 0 && value <= 1));
      const auto& sample = result.samples[row];
      const auto measured = threat::distances(inputs().values().subspan(row * features, features), point);
      CHECK(measured.linf == sample.distances.linf);
      if constexpr (has_epsilon<Attack>()) CHECK(measured.linf <= epsilon_of<Attack>());
      const auto pass = model->forward(model::Batch::single(1, point), {});
      const auto logits = pass.value()->outputs();
      const auto predicted = static_cast<std::size_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
      CHECK(sample.prediction == predicted);
      CHECK((sample.status == Status::success) == (predicted != sample.label));
    }
  });
}

TEST_CASE("every attack succeeds on most samples of a toy model") {
  for_each_attack([&]<class Attack>() {
    const auto result = attack(toy(Attack::traits.images_only), inputs(), options_of<Attack>());
    if (Attack::traits.blind) return;
    const auto successes = std::count_if(result.samples.begin(), result.samples.end(),
                                         [](const auto& sample) { return sample.status == Status::success; });
    CHECK(successes > rows / 2);
  });
}

TEST_CASE("every attack gives the same bytes for the same seed, and other bytes for another where it is random") {
  for_each_attack([&]<class Attack>() {
    const auto first = attack(toy(Attack::traits.images_only), inputs(), options_of<Attack>());
    const auto again = attack(toy(Attack::traits.images_only), inputs(), options_of<Attack>());
    CHECK(same_bytes(first.adversarials.values(), again.adversarials.values()));
    ValueObject other = options_of<Attack>();
    other[1].second = 4;
    const auto seeded = attack(toy(Attack::traits.images_only), inputs(), other);
    CHECK(same_bytes(first.adversarials.values(), seeded.adversarials.values()) == !Attack::traits.random);
  });
}

TEST_CASE("every attack gives a sample the same bytes alone, in a batch and in any split of it") {
  for_each_attack([&]<class Attack>() {
    const Tensor all = inputs();
    const auto whole = attack(toy(Attack::traits.images_only), all, options_of<Attack>());
    const std::int64_t size = rows / 3;
    for (std::int64_t first = 0; first < rows; first += size) {
      const auto begin = static_cast<std::size_t>(first * features);
      const Tensor part(Shape{size, features}, all.values().subspan(begin, static_cast<std::size_t>(size * features)));
      const auto result =
          attack(toy(Attack::traits.images_only), part, options_of<Attack>(), static_cast<std::uint64_t>(first));
      CHECK(same_bytes(result.adversarials.values(),
                       whole.adversarials.values().subspan(begin, static_cast<std::size_t>(size * features))));
    }
    const std::size_t row = 5;
    const Tensor one(Shape{1, features}, all.values().subspan(row * features, features));
    const auto alone = attack(toy(Attack::traits.images_only), one, options_of<Attack>(), row);
    CHECK(same_bytes(alone.adversarials.values(), whole.adversarials.values().subspan(row * features, features)));
    CHECK(alone.samples[0].queries == whole.samples[row].queries);
  });
}

TEST_CASE("every fixed-budget attack with epsilon 0 returns the input") {
  for_each_attack([&]<class Attack>() {
    if constexpr (has_epsilon<Attack>()) {
      const auto result =
          attack(toy(Attack::traits.images_only), inputs(), {{"method", std::string(Attack::id)}, {"epsilon", 0.0}});
      CHECK(same_bytes(result.adversarials.values(), inputs().values()));
    }
  });
}

TEST_CASE("every attack aims at targets or refuses them by name") {
  for_each_attack([&]<class Attack>() {
    ValueList targets;
    for (int row = 0; row < rows; ++row) targets.push_back(row % classes);
    const ValueObject options = with(options_of<Attack>(), "targets", targets);
    if (!Attack::traits.targeted) {
      CHECK(refusal(toy(Attack::traits.images_only), inputs(), options).field == "targets");
      return;
    }
    const auto result = attack(toy(Attack::traits.images_only), inputs(), options);
    int reached = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      const bool success = result.samples[row].status == Status::success;
      CHECK(success == (result.samples[row].prediction == row % classes));
      reached += success;
    }
    if (!Attack::traits.blind) CHECK(reached > rows / 3);
  });
}

TEST_CASE("every attack keeps to what the rules let change, and succeeds within them") {
  // Features 0 and 5 stay, 1 may only grow, 2 and 7 have bounds of their own.
  NumberArray mask{std::vector<float>(features, 1), {features}}, lower{std::vector<float>(features, 0), {features}};
  mask.numbers[0] = mask.numbers[5] = 0;
  const Tensor all = inputs();
  NumberArray upper{std::vector<float>(rows * features, 1), {rows * features}};
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t i : {2u, 7u}) upper.numbers[row * features + i] = std::min(1.0f, all[row * features + i] + 0.05f);
  for_each_attack([&]<class Attack>() {
    ValueObject options = options_of<Attack>();
    options.emplace_back("mask", mask);
    options.emplace_back("lowerBounds", lower);
    options.emplace_back("upperBounds", upper);
    options.emplace_back("increaseOnly", list({1}));
    const auto result = attack(toy(Attack::traits.images_only), all, options);
    int successes = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      const auto before = all.values().subspan(row * features, features);
      const auto after = result.adversarials.values().subspan(row * features, features);
      CHECK(after[0] == before[0]);
      CHECK(after[5] == before[5]);
      CHECK(after[1] >= before[1]);
      CHECK(after[2] <= upper.numbers[row * features + 2]);
      CHECK(after[7] <= upper.numbers[row * features + 7]);
      successes += result.samples[row].status == Status::success;
    }
    if (!Attack::traits.blind) CHECK(successes > rows / 4);
  });
}

TEST_CASE("every attack honours maxGradients") {
  for_each_attack([&]<class Attack>() {
    const auto result =
        attack(toy(Attack::traits.images_only), inputs(), with(options_of<Attack>(), "maxGradients", 4));
    for (const auto& sample : result.samples) CHECK(sample.gradients <= 4);
  });
}

TEST_CASE("every attack tells of the points that it visited, and of the margin at each") {
  for_each_attack([&]<class Attack>() {
    const auto model = toy(Attack::traits.images_only);
    const auto result = attack(model, inputs(), with(options_of<Attack>(), "trajectory", true));
    for (const auto& sample : result.samples) {
      REQUIRE(sample.trajectory.size() == sample.margins.size() * features);
      CHECK(!sample.margins.empty());
      for (std::size_t k = 0; k < sample.margins.size(); k += 50) {
        const auto visited = std::span<const float>(sample.trajectory).subspan(k * features, features);
        const auto pass = model->forward(model::Batch::single(1, visited), {});
        const auto logits = pass.value()->outputs();
        float other = -1e9f;
        for (std::size_t i = 0; i < classes; ++i)
          if (i != sample.label) other = std::max(other, logits[i]);
        CHECK(sample.margins[k] == other - logits[sample.label]);
      }
    }
  });
}

TEST_CASE("a model that gives no numbers makes every attack fail in words, not in numbers") {
  for_each_attack([&]<class Attack>() {
    const auto model = toy(Attack::traits.images_only);
    auto& network = const_cast<nn::Network&>(model->network());
    for (float& value : network.parameters().back()->value.values()) value = std::nanf("");
    network.parameters_changed();
    const auto result = attack(model, inputs(), with(options_of<Attack>(), "maxQueries", 500));
    for (const auto& sample : result.samples) CHECK(sample.status != Status::success);
    for (float value : result.adversarials.values()) CHECK((value >= 0 && value <= 1));
  });
}

TEST_CASE("every attack honours maxQueries") {
  for_each_attack([&]<class Attack>() {
    const auto result = attack(toy(Attack::traits.images_only), inputs(), with(options_of<Attack>(), "maxQueries", 2));
    for (const auto& sample : result.samples) CHECK(sample.queries <= 2);
  });
}

TEST_CASE("every attack refuses a model that lacks what it needs") {
  auto labels_only = std::make_shared<model::CallbackModel>(model::plain_input(Shape{features}),
                                                            model::OutputSpecification{3, {"a", "b", "c"}},
                                                            model::CallbackOutput::labels);
  for_each_attack([&]<class Attack>() {
    auto job = catalog::start_attack(labels_only, inputs(), options_of<Attack>(), 0);
    CHECK(job.ok() == (Attack::traits.needs == attacks::Needs::labels && !Attack::traits.images_only));
    if (!job.ok()) CHECK(job.error().field == "method");
  });
}
