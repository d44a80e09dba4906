#include "base/math.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace mlsec {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

double relative_error(double actual, double expected) { return std::fabs(actual - expected) / std::fabs(expected); }

// 1e-15 in units of the own error of the standard library's functions, one in the last place.
constexpr double bound_in_double = 1e-15 + 0x1p-53;

}  // namespace

TEST_CASE("the logarithm of doubles is right to 1e-15 over all magnitudes") {
  double largest = 0;
  for (int exponent = -1022; exponent <= 1023; exponent += 5)
    for (int i = 0; i < 512; ++i) {
      const double x = std::ldexp(1 + (i + 0.37) / 512, exponent);
      largest = std::max(largest, relative_error(log(x), std::log(x)));
    }
  for (int i = 1; i < 100000; ++i) {  // around 1, where the result is small
    const double x = 1 + (i - 50000) * 1e-6;
    if (x != 1) largest = std::max(largest, relative_error(log(x), std::log(x)));
  }
  CHECK(largest < bound_in_double);
  CHECK(log(1.0) == 0);
  CHECK(log(2.0) == 0.6931471805599453);
  CHECK(relative_error(log(std::numeric_limits<double>::min()), -708.3964185322641) < bound_in_double);
  CHECK(relative_error(log(std::numeric_limits<double>::max()), 709.782712893384) < bound_in_double);
}

TEST_CASE("the logarithms of infinity and NaN are what they are") {
  CHECK(log(double{infinity}) == double{infinity});
  CHECK(std::isnan(log(std::numeric_limits<double>::quiet_NaN())));
}

TEST_CASE("the exponential of doubles is right to 1e-15 up to 700") {
  double largest = 0;
  for (int i = -500000; i <= 500000; ++i) {
    const double x = i * 0.0014;
    largest = std::max(largest, relative_error(exp(x), std::exp(x)));
  }
  CHECK(largest < bound_in_double);
  CHECK(exp(0.0) == 1);
  CHECK(exp(1e-300) == 1);
}

TEST_CASE("sine and cosine of turns are right to 1e-15, and exact at quarters") {
  double largest = 0;
  for (int i = -20000; i <= 20000; ++i) {
    const double t = i / 20000.0;
    const long double angle = 6.283185307179586476925286766559L * static_cast<long double>(t);
    largest = std::max(largest, std::fabs(sin_turn(t) - static_cast<double>(std::sin(angle))));
    largest = std::max(largest, std::fabs(cos_turn(t) - static_cast<double>(std::cos(angle))));
  }
  CHECK(largest < 1e-15);
  const double sines[] = {0, 1, 0, -1};
  for (int quarter = -4; quarter <= 4; ++quarter) {
    CHECK(sin_turn(quarter * 0.25) == sines[(quarter + 4) % 4]);
    CHECK(cos_turn(quarter * 0.25) == sines[(quarter + 5) % 4]);
  }
}

TEST_CASE("the exponential of floats is right to 2e-7 where the result is a normal number") {
  double largest = 0;
  for (int i = -873000; i <= 880000; ++i) {
    const float x = static_cast<float>(i) * 1e-4f;
    if (x >= -87.3f && x <= 88.0f) largest = std::max(largest, relative_error(double{exp(x)}, std::exp(double{x})));
  }
  CHECK(largest < 2e-7);
  CHECK(exp(0.0f) == 1);
  CHECK(exp(-0.0f) == 1);
}

TEST_CASE("the exponential of floats is zero far below and clamped far above") {
  CHECK(exp(-87.3f) > 0);
  CHECK(exp(std::nextafter(-87.3f, -infinity)) == 0);
  CHECK(exp(-1e30f) == 0);
  CHECK(exp(-infinity) == 0);
  CHECK(exp(89.0f) == exp(88.0f));
  CHECK(exp(infinity) == exp(88.0f));
  CHECK(std::isfinite(exp(88.0f)));
}

TEST_CASE("the exponential of a NaN is a NaN") { CHECK(std::isnan(exp(std::numeric_limits<float>::quiet_NaN()))); }

TEST_CASE("the hyperbolic tangent is right to 2e-7, and to 4e-7 of itself") {
  double absolute = 0, relative = 0;
  for (int i = -600000; i <= 600000; ++i) {
    const float x = static_cast<float>(i) * 2e-5f;
    const double expected = std::tanh(double{x}), error = std::fabs(double{tanh(x)} - expected);
    absolute = std::max(absolute, error);
    if (x != 0) relative = std::max(relative, error / std::fabs(expected));
  }
  for (int exponent = -120; exponent < 0; ++exponent) {
    const float x = std::ldexp(1.3f, exponent);
    relative = std::max(relative, relative_error(double{tanh(x)}, std::tanh(double{x})));
  }
  CHECK(absolute < 2e-7);
  CHECK(relative < 4e-7);
}

TEST_CASE("the hyperbolic tangent keeps the sign of its argument and ends at 1") {
  CHECK(std::signbit(tanh(-0.0f)));
  CHECK(!std::signbit(tanh(0.0f)));
  CHECK(tanh(20.0f) == 1);
  CHECK(tanh(-20.0f) == -1);
  CHECK(tanh(infinity) == 1);
  CHECK(tanh(-infinity) == -1);
}

TEST_CASE("the logistic function is right to 4e-7 of itself") {
  double largest = 0;
  for (int i = -873000; i <= 873000; ++i) {
    const float x = static_cast<float>(i) * 1e-4f;
    if (x < -87.3f) continue;
    largest = std::max(largest, relative_error(double{sigmoid(x)}, 1 / (1 + std::exp(-double{x}))));
  }
  CHECK(largest < 4e-7);
}

TEST_CASE("the logistic function ends at 0 and 1, and is a NaN of a NaN") {
  CHECK(sigmoid(0.0f) == 0.5f);
  CHECK(sigmoid(infinity) == 1);
  CHECK(sigmoid(1e30f) == 1);
  CHECK(sigmoid(-infinity) == 0);
  CHECK(sigmoid(-1e30f) == 0);
  CHECK(std::isnan(sigmoid(std::numeric_limits<float>::quiet_NaN())));
}

TEST_CASE("the inverse hyperbolic tangent undoes the tangent and is right to float") {
  double largest = 0;
  for (int i = -99999; i <= 99999; ++i) {
    const float x = static_cast<float>(i) * 1e-5f;
    const double expected = std::atanh(double{x});
    largest = std::max(largest, std::fabs(double{atanh(x)} - expected) / (std::fabs(expected) + 1e-9));
  }
  CHECK(largest < 1e-7);
  const float last = std::nextafter(1.0f, 0.0f);
  CHECK(relative_error(double{atanh(last)}, std::atanh(double{last})) < 1e-7);
  CHECK(atanh(0.0f) == 0);
}

}  // namespace mlsec
