// On a linear model the smallest perturbation that flips a sample has a closed form: margin / dual norm of the weights.
#include <doctest/doctest.h>

#include <cmath>

#include "support/run_attack.hpp"
#include "support/toy_models.hpp"

using namespace mlsec;
using namespace mlsec::test;

namespace {

constexpr std::int64_t features = 20, rows = 200;

struct Setting {
  std::vector<float> w;
  std::shared_ptr<model::NetworkModel> model;
  Tensor inputs;

  // Inputs lie in the middle of the box, so that it never matters.
  Setting() : w(features), inputs(random_inputs(rows, features, 11, 0.4f, 0.6f)) {
    Random random(3, 0, Purpose::test);
    double centre = 0;
    for (float& value : w) {
      value = random.normal();
      centre += 0.5 * double{value};
    }
    model = linear_model(w, static_cast<float>(-centre));
  }

  double margin(std::size_t row) const {
    double sum = 0, centre = 0;
    for (std::size_t i = 0; i < w.size(); ++i) {
      sum += double{w[i]} * double{inputs[row * w.size() + i]};
      centre += 0.5 * double{w[i]};
    }
    return std::fabs(sum + static_cast<double>(static_cast<float>(-centre)));
  }
  double dual_norm(threat::Norm norm) const {
    double l1 = 0, l2 = 0;
    for (float value : w) {
      l1 += std::fabs(double{value});
      l2 += double{value} * double{value};
    }
    return norm == threat::Norm::linf ? l1 : std::sqrt(l2);
  }
};

}  // namespace

TEST_CASE("fgsm and pgd flip exactly the samples of a linear model whose margin is below epsilon times the dual norm") {
  const Setting setting;
  for (const char* method : {"fgsm", "pgd"})
    for (threat::Norm norm : {threat::Norm::linf, threat::Norm::l2}) {
      const double epsilon = norm == threat::Norm::linf ? 0.02 : 0.08;
      ValueObject options{{"method", method}, {"norm", std::string(name_of(norm))}, {"epsilon", epsilon}, {"seed", 5}};
      // The gradient never turns here, so long steps reach the best point of the ball from any random start.
      if (method == std::string("pgd")) options.emplace_back("stepSize", epsilon);
      const auto result = attack(setting.model, setting.inputs, options);
      int flipped = 0;
      for (std::size_t row = 0; row < rows; ++row) {
        const double needed = setting.margin(row) / setting.dual_norm(norm);
        if (std::fabs(needed - epsilon) < 1e-4 * epsilon) continue;  // too close for float32 to say
        const bool success = result.samples[row].status == attacks::Status::success;
        CHECK_MESSAGE(success == (needed < epsilon),
                      method << " " << name_of(norm) << " row " << row << " needs " << needed);
        flipped += success;
      }
      CHECK(flipped > rows / 10);
      CHECK(flipped < rows * 9 / 10);
    }
}

TEST_CASE("targeted pgd reaches the target of a linear model exactly where the untargeted one flips it") {
  const Setting setting;
  const auto clean = attack(setting.model, setting.inputs, {{"method", "fgsm"}, {"epsilon", 0.0}});
  ValueList targets;
  for (const auto& sample : clean.samples) targets.push_back(1 - static_cast<int>(sample.clean_prediction));
  const auto untargeted = attack(setting.model, setting.inputs, {{"method", "pgd"}, {"epsilon", 0.02}});
  const auto targeted =
      attack(setting.model, setting.inputs, {{"method", "pgd"}, {"epsilon", 0.02}, {"targets", targets}});
  for (std::size_t row = 0; row < rows; ++row) CHECK(targeted.samples[row].status == untargeted.samples[row].status);
}

TEST_CASE("carlini-wagner finds the closed-form distance of a linear model within 2 %") {
  const Setting setting;
  const Tensor some(Shape{20, features}, setting.inputs.values().first(20 * features));
  const auto result = attack(setting.model, some, {{"method", "carlini-wagner"}, {"learningRate", 0.001}});
  for (std::size_t row = 0; row < 20; ++row) {
    const double exact = setting.margin(row) / setting.dual_norm(threat::Norm::l2);
    CHECK(result.samples[row].status == attacks::Status::success);
    CHECK(result.samples[row].distances.l2 >= exact * (1 - 1e-4));
    CHECK_MESSAGE(result.samples[row].distances.l2 <= exact * 1.02 + 1e-4, "row " << row << " exact " << exact);
  }
}

TEST_CASE("boundary comes within a tenth of the closed-form distance of a linear model") {
  const Setting setting;
  const Tensor some(Shape{10, features}, setting.inputs.values().first(10 * features));
  const auto result = attack(setting.model, some, {{"method", "boundary"}, {"steps", 3000}, {"seed", 1}});
  for (std::size_t row = 0; row < 10; ++row) {
    const double exact = setting.margin(row) / setting.dual_norm(threat::Norm::l2);
    CHECK(result.samples[row].status == attacks::Status::success);
    CHECK(result.samples[row].distances.l2 >= exact * (1 - 1e-4));
    CHECK_MESSAGE(result.samples[row].distances.l2 <= exact * 1.1 + 1e-3, "row " << row << " exact " << exact);
  }
}

TEST_CASE("epsilonSearch brackets the smallest epsilon of a linear model by bisection") {
  const Setting setting;
  const Tensor some(Shape{30, features}, setting.inputs.values().first(30 * features));
  const auto result = attack(setting.model, some, {{"method", "fgsm"}, {"epsilon", 0.2}, {"epsilonSearch", 12}});
  for (std::size_t row = 0; row < 30; ++row) {
    const double exact = setting.margin(row) / setting.dual_norm(threat::Norm::linf);
    CHECK(result.samples[row].status == attacks::Status::success);
    CHECK(result.samples[row].distances.linf >= exact * (1 - 1e-4));
    CHECK(result.samples[row].distances.linf <= exact + 0.2 / 4096 + 1e-6);
  }
}

TEST_CASE("pgd in l1 flips exactly the samples of a linear model whose distance is below epsilon") {
  const Setting setting;
  double largest = 0;
  for (float value : setting.w) largest = std::max(largest, std::fabs(double{value}));
  const double epsilon = 0.2;  // less than the box leaves to one feature
  const auto result = attack(setting.model, setting.inputs,
                             {{"method", "pgd"}, {"norm", "l1"}, {"epsilon", epsilon}, {"stepSize", epsilon}});
  int flipped = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const double needed = setting.margin(row) / largest;
    if (std::fabs(needed - epsilon) < 1e-4 * epsilon) continue;
    const bool success = result.samples[row].status == attacks::Status::success;
    CHECK(success == (needed < epsilon));
    flipped += success;
  }
  CHECK(flipped > rows / 10);
  CHECK(flipped < rows * 9 / 10);
}
