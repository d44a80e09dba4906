// Attacks that try features in turn, where some of them may not change.
#include <doctest/doctest.h>

#include "support/run_attack.hpp"
#include "support/toy_models.hpp"

using namespace mlsec;
using namespace mlsec::test;

namespace {

constexpr std::size_t features = 40;

/// The attack on 40 features of which three may change, and an attack where there are only those three.
void check_same_price(ValueObject masked_options, const ValueObject& options, attacks::Status status) {
  const std::vector<std::size_t> movable{3, 17, 31};
  const std::vector<float> few{1, 2, 1};
  std::vector<float> weights(features, 0.25f), mask(features, 0);
  for (std::size_t k = 0; k < few.size(); ++k) weights[movable[k]] = few[k], mask[movable[k]] = 1;
  masked_options.emplace_back("mask", NumberArray{mask, {features}});
  // From all ones, with a margin of two, of which the 37 others have 9.25.
  const auto masked = attack(linear_model(weights, -2 - 9.25f), Tensor::filled(Shape{1, features}, 1), masked_options);
  const auto alone = attack(linear_model(few, -2), Tensor::filled(Shape{1, 3}, 1), options);
  CHECK(alone.samples[0].status == status);
  CHECK(masked.samples[0].status == status);
  CHECK(masked.samples[0].queries == alone.samples[0].queries);
  for (std::size_t k = 0; k < few.size(); ++k)
    CHECK(masked.adversarials[movable[k]] == doctest::Approx(alone.adversarials[k]).epsilon(1e-4));
}

}  // namespace

TEST_CASE("attacks that try features in turn ask nothing about those that may not change") {
  // So few steps that it does not come to rest, which rounding has a say in.
  const ValueObject zoo{
      {"method", "zoo"}, {"searchSteps", 1}, {"steps", 30}, {"learningRate", 0.05}, {"initialConstant", 10}};
  check_same_price(zoo, zoo, attacks::Status::success);
  const ValueObject local_search{{"method", "local-search"}, {"pixels", 1}, {"reach", 40}};
  check_same_price(local_search, local_search, attacks::Status::success);
  // Once through all features, each of which gains less than a quarter of what it takes.
  const auto simba = [](int steps) { return ValueObject{{"method", "simba"}, {"stepSize", 0.2}, {"steps", steps}}; };
  check_same_price(simba(features), simba(3), attacks::Status::failed);
}

TEST_CASE("simba asks nothing about a step out of the box") {
  // At the upper face only the way down moves anything, and at the lower one only the way up, which leads nowhere.
  const ValueObject options{{"method", "simba"}, {"stepSize", 0.2}, {"steps", 3}};
  const auto above = attack(linear_model({1, 1, 1}, 1), Tensor::filled(Shape{1, 3}, 1), options);
  const auto below = attack(linear_model({1, 1, 1}, 1), Tensor::filled(Shape{1, 3}, 0), options);
  CHECK(above.samples[0].queries == below.samples[0].queries);
}

TEST_CASE("simba goes on as long as one feature can move, wherever in a round its turn comes") {
  // Six steps of 0.1 down, each gaining 0.4 of a margin of two; the other features stay.
  std::vector<float> weights(features, 0), mask(features, 0);
  weights[17] = 4, mask[17] = 1;
  const auto result = attack(linear_model(weights, -2), Tensor::filled(Shape{8, features}, 1),
                             {{"method", "simba"}, {"stepSize", 0.1}, {"mask", NumberArray{mask, {features}}}});
  for (const auto& sample : result.samples) CHECK(sample.status == attacks::Status::success);
}

TEST_CASE("attacks that try features in turn end at once where none may change") {
  for (const ValueObject& options : {ValueObject{{"method", "simba"}, {"basis", "dct"}, {"steps", 1'000'000}},
                                     ValueObject{{"method", "local-search"}, {"rounds", 1000}},
                                     ValueObject{{"method", "zoo"}, {"searchSteps", 2}, {"steps", 1000}}}) {
    ValueObject masked = options;
    masked.emplace_back("mask", NumberArray{std::vector<float>(3, 0), {3}});
    const auto result = attack(linear_model({1, 1, 1}, 1), Tensor::filled(Shape{1, 3}, 0.5f), masked);
    CHECK(result.samples[0].status == attacks::Status::failed);
    CHECK(result.samples[0].queries <= 3);
  }
}
