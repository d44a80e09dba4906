#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/core/support/compare.hpp"
#include "train/augmentation.hpp"

namespace mlsec {
namespace {

using train::Augmentation;
using train::AugmentationOptions;

constexpr std::uint32_t rows = 8;

/// Row i holds the number i, alone, and is of class i.
Dataset numbers() {
  std::vector<float> inputs;
  std::vector<int> labels;
  for (std::uint32_t i = 0; i < rows; ++i) {
    inputs.push_back(static_cast<float>(i));
    labels.push_back(static_cast<int>(i));
  }
  auto dataset = Dataset::from_floats(Shape{1}, inputs, labels, rows);
  REQUIRE(dataset.ok());
  return std::move(dataset).value();
}

Augmentation mixup(double parameter) {
  AugmentationOptions options;
  options.mixup = parameter;
  auto made = Augmentation::make(options, Shape{1}, {});
  REQUIRE(made.ok());
  return std::move(made).value();
}

struct Mixed {
  float input;
  std::vector<float> target;
};

Mixed mix(Augmentation& augmentation, const Dataset& dataset, std::uint32_t row, std::uint32_t epoch,
          std::span<const std::uint32_t> partners) {
  Mixed mixed{0, std::vector<float>(rows)};
  dataset.gather({&row, 1}, &mixed.input);
  dataset.target(row, mixed.target);
  augmentation.mix({1, row, epoch}, dataset, partners, {&mixed.input, 1}, mixed.target);
  return mixed;
}

}  // namespace

TEST_CASE("mixup mixes inputs and targets with the same share, and only with the partners it may take") {
  const Dataset dataset = numbers();
  auto augmentation = mixup(1);
  const std::vector<std::uint32_t> partners{2, 5, 7};
  std::vector<int> taken(rows);
  for (std::uint32_t epoch = 0; epoch < 600; ++epoch) {
    const auto [input, target] = mix(augmentation, dataset, 0, epoch, partners);
    double sum = 0, value = 0;
    for (std::uint32_t k = 0; k < rows; ++k) {
      sum += double{target[k]};
      value += double{target[k]} * k;
      if (k > 0 && target[k] > 0) ++taken[k];
    }
    CHECK(sum == doctest::Approx(1).epsilon(1e-6));
    CHECK(double{input} == doctest::Approx(value).epsilon(1e-6));
  }
  for (std::uint32_t k = 1; k < rows; ++k) {
    const bool partner = std::find(partners.begin(), partners.end(), k) != partners.end();
    CHECK(std::abs(taken[k] - (partner ? 200 : 0)) < 50);
  }
}

TEST_CASE("the shares of mixup have the mean and variance of their Beta distribution") {
  const Dataset dataset = numbers();
  const std::vector<std::uint32_t> partners{1};
  for (double parameter : {0.2, 0.5, 1.0, 3.0, 20.0}) {
    CAPTURE(parameter);
    auto augmentation = mixup(parameter);
    constexpr int draws = 20000;
    double sum = 0, squares = 0;
    for (std::uint32_t epoch = 0; epoch < draws; ++epoch) {
      const double share = double{mix(augmentation, dataset, 0, epoch, partners).target[0]};
      sum += share;
      squares += (share - 0.5) * (share - 0.5);
    }
    const double variance = 1 / (4 * (2 * parameter + 1));
    CHECK(std::fabs(sum / draws - 0.5) < 4 * std::sqrt(variance / draws));
    CHECK(squares / draws == doctest::Approx(variance).epsilon(0.05));
  }
}

TEST_CASE("a mixed sample depends on seed, sample and epoch alone; without the option it stays as it is") {
  const Dataset dataset = numbers();
  const std::vector<std::uint32_t> partners{1, 2, 3, 4, 5, 6, 7};
  auto augmentation = mixup(0.7), again = mixup(0.7), none = mixup(0);
  const Mixed first = mix(augmentation, dataset, 3, 5, partners);
  mix(again, dataset, 1, 2, partners);
  const Mixed second = mix(again, dataset, 3, 5, partners);
  CHECK(first.input == second.input);
  CHECK(test::same_bytes(first.target, second.target));
  CHECK(first.input != mix(augmentation, dataset, 3, 6, partners).input);
  CHECK(mix(none, dataset, 3, 5, partners).input == 3);
}

TEST_CASE("the partner of mixup is augmented as it would be on its own") {
  const Dataset dataset = numbers();
  AugmentationOptions options;
  options.noise = 0.25;
  options.mixup = 1;
  auto made = Augmentation::make(options, Shape{1}, {-10, 20});
  REQUIRE(made.ok());
  Augmentation augmentation = std::move(made).value();
  for (std::uint32_t epoch = 0; epoch < 20; ++epoch) {
    float partner = 6;
    augmentation.apply({1, 6, epoch}, {&partner, 1});
    const std::vector<std::uint32_t> partners{6};
    const auto [input, target] = mix(augmentation, dataset, 0, epoch, partners);
    CHECK(double{input} == doctest::Approx(double{target[6]} * double{partner}).epsilon(1e-6));
  }
}

}  // namespace mlsec
