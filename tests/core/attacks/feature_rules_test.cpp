#include "attacks/feature_rules.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/run_attack.hpp"
#include "support/toy_models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;

namespace {

NumberArray numbers(std::vector<float> values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return {std::move(values), {count}};
}

ValueList groups(std::initializer_list<std::initializer_list<int>> all) {
  ValueList result;
  for (const auto& group : all) result.push_back(list(group));
  return result;
}

// Margin 3 x0 + 4 x1 + 12 x2 - 6, and a point with margin 1.6 in class 1.
std::shared_ptr<model::NetworkModel> plane() { return linear_model({3, 4, 12}, -6); }
Tensor point() { return Tensor(Shape{1, 3}, std::vector<float>{0.4f, 0.4f, 0.4f}); }

double l2_of(const attacks::AttackResult& result) { return result.samples[0].distances.l2; }

}  // namespace

TEST_CASE("the nearest point of a plane under a mask is the nearest one in the features that may change") {
  const ValueObject options{{"method", "deepfool"}, {"norm", "l2"}, {"overshoot", 1e-4}};
  CHECK(l2_of(attack(plane(), point(), options)) == doctest::Approx(1.6 / 13).epsilon(0.002));
  ValueObject masked = options;
  masked.emplace_back("mask", numbers({1, 1, 0}));
  const auto result = attack(plane(), point(), masked);
  CHECK(result.samples[0].status == Status::success);
  CHECK(l2_of(result) == doctest::Approx(1.6 / 5).epsilon(0.002));
  CHECK(result.adversarials[2] == point()[2]);
  ValueObject immutable = options;
  immutable.emplace_back("immutable", list({2}));
  CHECK(same_bytes(attack(plane(), point(), immutable).adversarials.values(), result.adversarials.values()));
}

TEST_CASE("each sample may have a mask of its own") {
  const Tensor two(Shape{2, 3}, std::vector<float>{0.4f, 0.4f, 0.4f, 0.4f, 0.4f, 0.4f});
  const auto result =
      attack(plane(), two,
             {{"method", "deepfool"}, {"norm", "l2"}, {"overshoot", 1e-4}, {"mask", numbers({1, 0, 0, 0, 1, 0})}});
  CHECK(result.samples[0].status == Status::failed);  // 3 * 0.4 < 1.6
  const auto wide =
      attack(linear_model({6, 8, 12}, -8.4f), two,
             {{"method", "deepfool"}, {"norm", "l2"}, {"overshoot", 1e-4}, {"mask", numbers({1, 0, 0, 0, 1, 0})}});
  // Margin 2: 6 features can take it, 8 too.
  CHECK(wide.samples[0].distances.l2 == doctest::Approx(2.0 / 6).epsilon(0.002));
  CHECK(wide.samples[1].distances.l2 == doctest::Approx(2.0 / 8).epsilon(0.002));
}

TEST_CASE("bounds of features cut the way to the plane short, and the rest is taken elsewhere") {
  // Without bounds the step is 1.6 / 169 * (3, 4, 12); feature 2 may only fall by 0.05, so 1 is left for the others.
  const auto result =
      attack(plane(), point(),
             {{"method", "deepfool"}, {"norm", "l2"}, {"overshoot", 1e-4}, {"lowerBounds", numbers({0, 0, 0.35f})}});
  CHECK(result.samples[0].status == Status::success);
  CHECK(l2_of(result) == doctest::Approx(std::sqrt(0.05 * 0.05 + 1.0 / 25)).epsilon(0.002));
  CHECK(result.adversarials[2] >= 0.35f);
}

TEST_CASE("features that may only grow do not fall") {
  // Only feature 0 and 1 could help by falling; 2 may only grow.
  const auto result = attack(
      plane(), point(), {{"method", "deepfool"}, {"norm", "l2"}, {"overshoot", 1e-4}, {"increaseOnly", list({2})}});
  CHECK(l2_of(result) == doctest::Approx(1.6 / 5).epsilon(0.002));
  const auto none = attack(plane(), point(), {{"method", "pgd"}, {"epsilon", 0.4}, {"increaseOnly", list({0, 1, 2})}});
  CHECK(none.samples[0].status == Status::failed);
  const auto shrinking =
      attack(plane(), point(), {{"method", "pgd"}, {"epsilon", 0.4}, {"decreaseOnly", list({0, 1, 2})}});
  CHECK(shrinking.samples[0].status == Status::success);
}

TEST_CASE("whole numbers stay whole, and the nearest whole point beyond a plane is found") {
  nn::Network network(Shape{2});
  REQUIRE(network
              .add(std::make_unique<nn::Dense>(Tensor(Shape{2, 2}, std::vector<float>{0, 0, 1, 0.1f}),
                                               Tensor(Shape{2}, std::vector<float>{0, -2.5f})))
              .ok());
  auto input = model::plain_input(Shape{2});
  input.upper = 10;
  const auto model = std::make_shared<model::NetworkModel>("counts", std::move(network), input,
                                                           model::OutputSpecification{2, {"0", "1"}});
  const Tensor counts(Shape{1, 2}, std::vector<float>{5, 0.5f});
  for (const char* method : {"deepfool", "ddn", "fmn", "pgd"}) {
    INFO(method);
    ValueObject options{{"method", method}, {"integer", list({0})}};
    if (std::string(method) == "pgd") options.emplace_back("epsilon", 4);
    const auto result = attack(model, counts, options);
    CHECK(result.samples[0].status == Status::success);
    CHECK(result.adversarials[0] == std::floor(result.adversarials[0]));
    CHECK(result.adversarials[0] <= 2);
  }
}

TEST_CASE("of a group another one holds afterwards, or the same") {
  // Features 0-2 are one of three, 3 is free; class 1 while feature 0 holds.
  const auto model = linear_model({2, -1, 1, 0.1f}, -0.5f);
  const Tensor sample(Shape{1, 4}, std::vector<float>{1, 0, 0, 0.5f});
  for (const char* method : {"deepfool", "pgd", "boundary"}) {
    INFO(method);
    ValueObject options{{"method", method}, {"norm", "l2"}, {"oneHot", groups({{0, 1, 2}})}};
    if (std::string(method) == "boundary") options.erase(options.begin() + 1);
    if (std::string(method) == "pgd") options.emplace_back("epsilon", 2);
    const auto result = attack(model, sample, options);
    CHECK(result.samples[0].status == Status::success);
    CHECK(result.adversarials[0] == 0);
    CHECK(result.adversarials[1] == 1);
    CHECK(result.adversarials[2] == 0);
  }
  // Less than the way from one to another: not within the budget.
  const auto result =
      attack(model, sample, {{"method", "pgd"}, {"norm", "l2"}, {"epsilon", 1.2}, {"oneHot", groups({{0, 1, 2}})}});
  CHECK(result.samples[0].status == Status::failed);
}

TEST_CASE("what does not fit the samples or contradicts itself is refused by the option's name") {
  const auto field = [](ValueObject more) {
    ValueObject options{{"method", "pgd"}};
    options.insert(options.end(), more.begin(), more.end());
    return refusal(plane(), point(), options).field;
  };
  CHECK(field({{"mask", numbers({1, 1})}}) == "mask");
  CHECK(field({{"mask", numbers({1, 1, 2})}}) == "mask[2]");
  CHECK(field({{"lowerBounds", numbers({0, 0.5f, 0})}}) == "lowerBounds");
  CHECK(field({{"upperBounds", numbers({1, 0.3f, 1})}}) == "upperBounds");
  CHECK(field({{"immutable", list({0, 3})}}) == "immutable[1]");
  CHECK(field({{"increaseOnly", list({-1})}}) == "increaseOnly[0]");
  CHECK(field({{"decreaseOnly", list({7})}}) == "decreaseOnly[0]");
  CHECK(field({{"integer", list({0})}}) == "integer");
  CHECK(field({{"oneHot", groups({{0}})}}) == "oneHot[0]");
  CHECK(field({{"oneHot", groups({{0, 1}, {1, 2}})}}) == "oneHot[1][0]");
  CHECK(field({{"oneHot", groups({{0, 9}})}}) == "oneHot[0][1]");
  CHECK(field({{"oneHot", groups({{0, 1}})}}) == "oneHot[0]");
  CHECK(field({{"topK", 2}}) == "topK");
}

TEST_CASE("rounding to levels keeps to the rules") {
  const auto result = attack(
      plane(), point(),
      {{"method", "pgd"}, {"epsilon", 0.3}, {"representable", 8}, {"lowerBounds", numbers({0.2f, 0.2f, 0.25f})}});
  REQUIRE(result.samples[0].status == Status::success);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(result.adversarials[i] >= (i == 2 ? 0.25f : 0.2f));
    const float level = result.adversarials[i] * 255;
    CHECK((std::fabs(level - std::round(level)) < 1e-3f || result.adversarials[i] == point()[i]));
  }
  const auto growing =
      attack(linear_model({-3, -4, -12}, 9), point(),
             {{"method", "pgd"}, {"epsilon", 0.3}, {"representable", 3}, {"increaseOnly", list({0, 1, 2})}});
  for (std::size_t i = 0; i < 3; ++i) CHECK(growing.adversarials[i] >= point()[i]);
}

TEST_CASE("slopes along whole numbers are not estimated") {
  const Tensor whole(Shape{1, 3}, std::vector<float>{1, 0, 0.4f});
  CHECK(refusal(plane(), whole, {{"method", "pgd"}, {"gradient", "estimated"}, {"integer", list({0})}}).field ==
        "gradient");
}
