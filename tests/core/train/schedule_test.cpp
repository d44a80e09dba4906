#include "train/schedule.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mlsec {
namespace {

using train::Schedule;
using train::TrainOptions;

constexpr double pi = std::numbers::pi;
constexpr std::size_t batches_an_epoch = 12, total = 20 * batches_an_epoch;

TrainOptions options_for(Schedule schedule, double warm_up = 0) {
  TrainOptions options;
  options.learning_rate = 0.3;
  options.schedule = schedule;
  options.warm_up = warm_up;
  return options;
}

double rate_at(const TrainOptions& options, std::size_t batch) {
  return train::learning_rate(options, batch, total, batches_an_epoch);
}

/// The rate at every batch after `warm` of them against a formula of the progress from 0 to 1.
template <class Formula>
double largest_error(const TrainOptions& options, std::size_t warm, Formula formula) {
  double largest = 0;
  for (std::size_t batch = warm; batch < total; ++batch) {
    const double progress = static_cast<double>(batch - warm) / static_cast<double>(total - warm);
    largest = std::max(largest, std::fabs(rate_at(options, batch) - formula(progress)));
  }
  return largest;
}

double half_cosine(double from, double to, double progress) {
  return to + (from - to) * (1 + std::cos(pi * progress)) / 2;
}

}  // namespace

TEST_CASE("the constant schedule keeps the rate") {
  CHECK(largest_error(options_for(Schedule::constant), 0, [](double) { return 0.3; }) == 0);
}

TEST_CASE("the cosine schedule goes from the rate to nothing along half a cosine") {
  const auto formula = [](double progress) { return half_cosine(0.3, 0, progress); };
  CHECK(largest_error(options_for(Schedule::cosine), 0, formula) < 1e-14);
  CHECK(largest_error(options_for(Schedule::cosine, 3), 3 * batches_an_epoch, formula) < 1e-14);
  CHECK(rate_at(options_for(Schedule::cosine), 0) == 0.3);
}

TEST_CASE("the step schedule multiplies the rate after so many epochs") {
  for (double every : {0.5, 1.0, 3.0, 7.25}) {
    auto options = options_for(Schedule::step);
    options.step_epochs = every;
    options.step_factor = 0.4;
    for (std::size_t batch = 0; batch < total; ++batch) {
      // Batches and steps in quarters of a batch, which are whole numbers.
      const auto steps = batch * 4 / static_cast<std::size_t>(every * 4 * static_cast<double>(batches_an_epoch));
      CHECK(rate_at(options, batch) == doctest::Approx(0.3 * std::pow(0.4, static_cast<double>(steps))).epsilon(1e-12));
    }
  }
}

TEST_CASE("a step factor of 0 ends learning, of 1 changes nothing") {
  auto options = options_for(Schedule::step);
  options.step_epochs = 5;
  options.step_factor = 0;
  CHECK(rate_at(options, 5 * batches_an_epoch - 1) == 0.3);
  CHECK(rate_at(options, 5 * batches_an_epoch) == 0);
  options.step_factor = 1;
  CHECK(rate_at(options, total - 1) == 0.3);
}

TEST_CASE("the one-cycle schedule rises for 30 % of the time and falls in the rest") {
  const auto options = options_for(Schedule::one_cycle);
  const auto formula = [](double progress) {
    return progress < 0.3 ? half_cosine(0.3 / 25, 0.3, progress / 0.3)
                          : half_cosine(0.3, 0.3 / 250000, (progress - 0.3) / 0.7);
  };
  CHECK(largest_error(options, 0, formula) < 1e-14);
  CHECK(rate_at(options, 0) == doctest::Approx(0.3 / 25).epsilon(1e-12));
  CHECK(rate_at(options, total * 3 / 10) == doctest::Approx(0.3).epsilon(1e-12));
  // At the end of the last batch, where no batch begins any more.
  CHECK(train::learning_rate(options, total, total, batches_an_epoch) == doctest::Approx(0.3 / 250000).epsilon(1e-9));
  CHECK(rate_at(options, total - 1) < 0.3 / 10000);
}

TEST_CASE("every schedule starts after a warm-up, in which the rate rises linearly and reaches its height") {
  for (Schedule schedule : {Schedule::constant, Schedule::cosine, Schedule::step, Schedule::one_cycle}) {
    for (double epochs : {0.5, 1.0, 4.0}) {
      const auto options = options_for(schedule, epochs);
      const auto warm = static_cast<std::size_t>(epochs * batches_an_epoch);
      for (std::size_t batch = 0; batch < warm; ++batch)
        CHECK(rate_at(options, batch) ==
              doctest::Approx(0.3 * static_cast<double>(batch + 1) / static_cast<double>(warm)).epsilon(1e-14));
      CHECK(rate_at(options, warm) == doctest::Approx(schedule == Schedule::one_cycle ? 0.3 / 25 : 0.3).epsilon(1e-12));
    }
  }
}

TEST_CASE("a warm-up that ends between two batches, or after the last one, never exceeds the rate") {
  for (double epochs : {0.3, 1.99, 20.0, 1000.0}) {
    const auto options = options_for(Schedule::cosine, epochs);
    double before = 0;
    for (std::size_t batch = 0; batch < total; ++batch) {
      const double rate = rate_at(options, batch);
      CHECK(rate > 0);
      CHECK(rate <= 0.3);
      if (static_cast<double>(batch) < epochs * batches_an_epoch) CHECK(rate > before);
      before = rate;
    }
  }
}

}  // namespace mlsec
