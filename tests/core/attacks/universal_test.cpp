// Universal perturbations where the best one is known, and what holds for every attack on a set.
#include <algorithm>
#include <cmath>

#include "catalog/set_attacks.hpp"
#include "nn/loss.hpp"
#include "tests/core/support/models.hpp"
#include "tests/core/support/run_set_attack.hpp"
#include "tests/core/support/toy_models.hpp"

using namespace mlsec;
using test::set_attack;
using test::set_refusal;

namespace {

const std::vector<float> weights{0.5f, -1.0f, 2.0f, 0.25f, -0.75f, 1.5f};

/// Samples around the middle of the box, all of class 0 with a margin from 0.2 to 0.9.
Tensor one_sided(std::int64_t rows) {
  Tensor inputs = test::random_inputs(rows, 6, 7, 0.4f, 0.6f);
  for (std::int64_t row = 0; row < rows; ++row) {
    // Along the weights, to where the margin is as wanted.
    double margin = -1.5, square = 0;
    for (std::size_t i = 0; i < 6; ++i) {
      margin += double{weights[i]} * double{inputs[static_cast<std::size_t>(row) * 6 + i]};
      square += double{weights[i]} * double{weights[i]};
    }
    const double wanted = -0.2 - 0.7 * static_cast<double>(row) / static_cast<double>(rows);
    for (std::size_t i = 0; i < 6; ++i)
      inputs[static_cast<std::size_t>(row) * 6 + i] +=
          static_cast<float>((wanted - margin) / square * double{weights[i]});
  }
  return inputs;
}

std::shared_ptr<model::NetworkModel> one_sided_model() { return test::linear_model(weights, -1.5f); }

double margin_after(const Tensor& inputs, std::size_t row, const std::vector<float>& v) {
  double margin = -1.5;
  for (std::size_t i = 0; i < 6; ++i) margin += double{weights[i]} * (double{inputs[row * 6 + i]} + double{v[i]});
  return margin;
}

std::size_t fooled_by(const Tensor& inputs, const std::vector<float>& v) {
  std::size_t fooled = 0;
  for (std::size_t row = 0; row < inputs.size() / 6; ++row) fooled += margin_after(inputs, row, v) > 0;
  return fooled;
}

}  // namespace

TEST_CASE("the best universal perturbation of a linear model is found where all samples have one class") {
  // Every sample's margin grows with w . v: v = epsilon sign(w) in linf, epsilon w / ||w|| in l2 is the best of all.
  const Tensor inputs = one_sided(40);
  double length = 0;
  for (float w : weights) length += double{w} * double{w};
  length = std::sqrt(length);
  for (const char* norm : {"linf", "l2"}) {
    const double epsilon = norm[1] == 'i' ? 0.09 : 0.2;
    const auto found =
        set_attack(one_sided_model(), inputs, {{"method", "universal-gradient"}, {"norm", norm}, {"epsilon", epsilon}});
    std::vector<float> best(6);
    for (std::size_t i = 0; i < 6; ++i) {
      const double direction = norm[1] == 'i' ? (weights[i] > 0 ? 1 : -1) : double{weights[i]} / length;
      best[i] = static_cast<float>(epsilon * direction);
      CHECK(double{found.pattern[i]} == doctest::Approx(double{best[i]}).epsilon(1e-4));
    }
    CHECK(found.result.fooled == fooled_by(inputs, best));
    CHECK(found.result.fooled > 5);
    CHECK(found.result.fooled < 40);
  }
}

TEST_CASE("UAP goes straight to the boundary of each sample that is not fooled yet") {
  // On a linear model DeepFool's step is exact: after one sample v = 1.02 times the shortest way in l2, which is along
  // w, whatever the norm of the limit.
  for (const char* norm : {"linf", "l2"}) {
    Tensor one(Shape{1, 6});
    const Tensor inputs = one_sided(4);
    std::copy(inputs.values().begin(), inputs.values().begin() + 6, one.values().begin());
    const auto found = set_attack(one_sided_model(), one, {{"method", "uap"}, {"norm", norm}, {"epsilon", 1.0}});
    double square = 0;
    for (float w : weights) square += double{w} * double{w};
    const double margin = -margin_after(one, 0, std::vector<float>(6));
    for (std::size_t i = 0; i < 6; ++i) {
      const double expected = 1.02 * margin * double{weights[i]} / square;
      CHECK(double{found.pattern[i]} == doctest::Approx(expected).epsilon(1e-4));
    }
    CHECK(found.result.fooled == 1);
    // One look at the sample, a Jacobian at it and one beyond the boundary, and a look in the end.
    CHECK(found.result.queries == 4);
    CHECK(found.result.gradients == 4);
  }
}

TEST_CASE("UAP fools all but delta where a perturbation does, and ends there") {
  const Tensor inputs = one_sided(40);
  // The largest margin, 0.8825, takes 0.31 in l2, and 0.147 in linf.
  const auto all =
      set_attack(one_sided_model(), inputs, {{"method", "uap"}, {"norm", "l2"}, {"epsilon", 0.33}, {"delta", 0.0}});
  CHECK(all.result.fooled == 40);
  double square = 0;
  for (float v : all.pattern) square += double{v} * double{v};
  CHECK(std::sqrt(square) <= 0.33);
  const auto most = set_attack(one_sided_model(), inputs, {{"method", "uap"}, {"epsilon", 0.16}, {"delta", 0.3}});
  CHECK(most.result.fooled >= 28);
  const auto few = set_attack(one_sided_model(), inputs, {{"method", "uap"}, {"epsilon", 0.02}, {"passes", 3}});
  CHECK(few.result.fooled == fooled_by(inputs, few.pattern));
  for (float v : few.pattern) CHECK(std::fabs(double{v}) <= 0.02);
}

TEST_CASE("with a target, only samples that are not taken for it count") {
  const auto model = test::random_network(8, 12, 4, 3);
  const Tensor inputs = test::random_inputs(60, 8, 1);
  for (const char* method : {"uap", "universal-gradient"})
    for (int target = 0; target < 4; ++target) {
      const auto found = set_attack(model, inputs, {{"method", method}, {"target", target}, {"epsilon", 0.5}});
      // Counted anew.
      std::size_t counted = 0, fooled = 0;
      for (std::size_t row = 0; row < 60; ++row) {
        const auto sample = inputs.values().subspan(row * 8, 8);
        std::vector<float> moved(8);
        for (std::size_t i = 0; i < 8; ++i) moved[i] = std::clamp(sample[i] + found.pattern[i], 0.0f, 1.0f);
        const auto label = [&](std::span<const float> x) {
          return static_cast<int>(nn::largest(test::logits_of(*model, 1, x)));
        };
        if (label(sample) == target) continue;
        ++counted;
        fooled += label(moved) == target;
      }
      CHECK(found.result.samples == counted);
      CHECK(found.result.fooled == fooled);
      CHECK(fooled > 0);
    }
}

TEST_CASE("every attack on a set: determinism, budgets, refusals") {
  const auto model = test::random_network(8, 12, 4, 3);
  const Tensor inputs = test::random_inputs(80, 8, 1);
  const Tensor image_inputs = test::random_inputs(80, 36, 1);
  for_each_type(catalog::SetAttacks{}, [&]<class Attack>() {
    CAPTURE(Attack::id);
    std::shared_ptr<model::Model> subject = model;
    const Tensor* samples = &inputs;
    if (Attack::traits.images_only) {
      CHECK(set_refusal(model, inputs, {{"method", std::string(Attack::id)}}).field == "method");
      subject = test::model_of(test::image_network(Shape{6, 6, 1}, 3), model::plain_input(Shape{6, 6, 1}));
      samples = &image_inputs;
    }
    const auto with = [&](ValueObject more, int seed = 5, double milliseconds = 30) {
      more.push_back({"method", std::string(Attack::id)});
      more.push_back({"seed", seed});
      const bool has_steps =
          std::any_of(more.begin(), more.end(), [](const auto& each) { return each.first == "steps"; });
      if (Attack::traits.images_only && !has_steps) more.push_back({"steps", 20});
      return set_attack(subject, *samples, more, milliseconds);
    };
    const auto once = with({});
    CHECK(once.pattern == with({}).pattern);
    CHECK(once.pattern == with({}, 5, 0).pattern);  // whatever the length of a step
    // Where the end is no corner of what is allowed.
    const ValueObject varied = Attack::traits.images_only
                                   ? ValueObject{{"size", 1.0}, {"steps", 10}}
                                   : ValueObject{{"norm", "l2"}, {"epsilon", 0.3}, {"passes", 1}};
    CHECK(with(varied).pattern != with(varied, 6).pattern);
    CHECK(once.result.fooled > 0);
    CHECK_FALSE(once.result.exhausted);
    std::size_t pattern = 1;
    for (std::size_t axis = 0; axis < once.result.shape.rank(); ++axis)
      pattern *= static_cast<std::size_t>(once.result.shape[axis]);
    CHECK(once.pattern.size() == pattern);

    const auto little = with({{"maxQueries", 50}});
    CHECK(little.result.exhausted);
    CHECK(little.result.queries >= 50);
    CHECK(little.result.queries < 50 + 32);  // what is asked at once
    CHECK(little.pattern.size() == pattern);
    CHECK(with({{"maxGradients", 50}}).result.gradients < 50 + 32);
    CHECK(with({{"maxSeconds", 0.0}}).result.exhausted);

    const auto refused = [&](ValueObject more) {
      ValueObject options{{"method", std::string(Attack::id)}};
      for (auto& each : more) options.push_back(each);
      return set_refusal(subject, *samples, options).field;
    };
    CHECK(refused({{"target", 10}}) == "target");
    CHECK(refused({{"epsilo", 1}}) == "epsilo");
    CHECK(refused({{"seed", -1}}) == "seed");
    Tensor bad = samples->copy();
    bad[17] = 2;
    CHECK(set_refusal(subject, bad, {{"method", std::string(Attack::id)}}).field.starts_with("inputs"));
  });
  CHECK(set_refusal(model, inputs, {{"method", "nothing"}}).field == "method");
  CHECK(set_refusal(one_sided_model(), one_sided(5), {{"method", "uap"}, {"target", 0}}).field == "target");
}
