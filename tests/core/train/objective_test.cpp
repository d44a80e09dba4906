#include "train/objective.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/core/support/compare.hpp"
#include "tests/core/support/finite_differences.hpp"
#include "tests/core/support/random_values.hpp"
#include "tests/core/train/formulas.hpp"

namespace mlsec {
namespace {

using test::Values;
using train::LossKind;
using train::Scheme;
using train::TrainOptions;

constexpr std::size_t classes = 4, label = 2;
const std::vector<float> one_hot{0, 0, 1, 0};

TrainOptions options_for(Scheme scheme) {
  TrainOptions options;
  options.adversarial = MethodReference{"test", {}};
  options.scheme = scheme;
  return options;
}

/// The loss and both cotangents of random rows against a formula of clean and adversarial outputs.
template <class Formula>
void check(const TrainOptions& options, Formula formula, const std::vector<float>& target = one_hot) {
  const auto passes = train::passes_of(options);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    const auto clean = test::random_values(classes, seed, -2, 2);
    const auto adversarial = test::random_values(classes, 50 + seed, -2, 2);
    const Values z = test::to_doubles(clean), w = test::to_doubles(adversarial);
    std::vector<float> by_clean(classes, -7), by_adversarial(classes, -7);
    train::Row row{{}, {}, target, label, {}, {}};
    if (passes.clean) row.clean = clean, row.clean_cotangent = by_clean;
    if (passes.adversarial) row.adversarial = adversarial, row.adversarial_cotangent = by_adversarial;
    CHECK(train::objective(options, row) == doctest::Approx(formula(z, w)).epsilon(1e-5));
    if (passes.clean)
      CHECK(test::largest_error(by_clean, test::finite_differences(z, [&](const Values& x) { return formula(x, w); })) <
            1e-5);
    if (passes.adversarial)
      CHECK(test::largest_error(by_adversarial,
                                test::finite_differences(w, [&](const Values& x) { return formula(z, x); })) < 1e-5);
  }
}

double cross_entropy(const Values& z) { return -test::log_probabilities(z)[label]; }

}  // namespace

TEST_CASE("without an attack the loss is that of clean inputs") {
  CHECK(train::passes_of({}).clean);
  CHECK(!train::passes_of({}).adversarial);
  check({}, [](const Values& z, const Values&) { return cross_entropy(z); });
}

TEST_CASE("the schemes standard and free learn from adversarial inputs alone") {
  for (Scheme scheme : {Scheme::standard, Scheme::free}) {
    CHECK(!train::passes_of(options_for(scheme)).clean);
    CHECK(train::passes_of(options_for(scheme)).adversarial);
    check(options_for(scheme), [](const Values&, const Values& w) { return cross_entropy(w); });
  }
}

TEST_CASE("the scheme mixed weighs clean and adversarial losses of any kind") {
  const std::vector<float> soft{0.1f, 0.2f, 0.6f, 0.1f};
  for (double share : {0.0, 0.3, 1.0})
    for (LossKind kind : {LossKind::cross_entropy, LossKind::mean_squared_error, LossKind::binary_cross_entropy}) {
      auto options = options_for(Scheme::mixed);
      options.clean_share = share;
      options.loss = kind;
      const auto formula = [&](const Values& z, const Values& w) {
        const Values target = test::to_doubles(soft);
        return share * test::loss_in_double(kind, z, target) + (1 - share) * test::loss_in_double(kind, w, target);
      };
      check(options, formula, soft);
    }
}

TEST_CASE("trades is cross-entropy on clean inputs and beta times the divergence") {
  for (std::optional<double> beta : {std::optional<double>(), std::optional(0.0), std::optional(2.5)}) {
    auto options = options_for(Scheme::trades);
    options.robust_weight = beta;
    check(options, [&](const Values& z, const Values& w) {
      return cross_entropy(z) + beta.value_or(6) * test::divergence_in_double(z, w);
    });
  }
}

TEST_CASE("mart is boosted cross-entropy and lambda times the divergence of those the network is unsure of") {
  for (std::optional<double> lambda : {std::optional<double>(), std::optional(0.0), std::optional(2.5)}) {
    auto options = options_for(Scheme::mart);
    options.robust_weight = lambda;
    check(options, [&](const Values& z, const Values& w) {
      const double doubt = 1 - std::exp(test::log_probabilities(z)[label]);
      return test::boosted_in_double(w, label) + lambda.value_or(5) * test::divergence_in_double(z, w) * doubt;
    });
  }
}

TEST_CASE("mart of a network that is certain is finite") {
  const std::vector<float> sure{0, 0, 1e4f, 0}, contrary{1e4f, 0, 0, 0};
  for (const auto& clean : {sure, contrary})
    for (const auto& adversarial : {sure, contrary}) {
      std::vector<float> by_clean(classes), by_adversarial(classes);
      const double loss =
          train::objective(options_for(Scheme::mart), {clean, adversarial, one_hot, label, by_clean, by_adversarial});
      CHECK(std::isfinite(loss));
      CHECK(test::largest_error(by_clean, by_clean) == 0);
      CHECK(test::largest_error(by_adversarial, by_adversarial) == 0);
    }
}

}  // namespace mlsec
