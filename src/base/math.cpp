#include "base/math.hpp"

#include <limits>

namespace mlsec::inline base {

double log(double x) {
  if (!(x <= std::numeric_limits<double>::max())) return x;
  // x = m 2^e with m in [sqrt(1/2), sqrt(2)), then log m = 2 atanh(s), s = (m - 1) / (m + 1), |s| < 0.1716.
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  int exponent = static_cast<int>((bits >> 52) & 0x7ff) - 1023;
  double m = std::bit_cast<double>((bits & 0x000fffffffffffffULL) | 0x3ff0000000000000ULL);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++exponent;
  }
  const double s = (m - 1) / (m + 1), s2 = s * s;
  double series = 0;
  for (int k = 21; k >= 3; k -= 2) series = (series + 1.0 / k) * s2;
  return exponent * 0.6931471805599453 + 2 * s * (1 + series);
}

double exp(double x) {
  if (x != x) return x;
  // x = n ln 2 + r with |r| <= ln 2 / 2; ln 2 in two parts, the first exact in few bits.
  const double n = std::floor(x * 1.4426950408889634 + 0.5);
  const double r = (x - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10;
  double sum = 1;
  for (int k = 14; k >= 1; --k) sum = 1 + sum * r / k;
  return sum * std::bit_cast<double>((static_cast<std::uint64_t>(static_cast<std::int64_t>(n) + 1023)) << 52);
}

float erfc(float x) {
  const double a = std::fabs(double{x});
  double tail = 0;
  if (a < 2) {
    // 1 - erf(a), by the series without cancellation: erf(a) = 2/sqrt(pi) e^-a^2 sum 2^n a^(2n+1) / (1 3 5 ... 2n+1).
    double term = a, sum = a;
    for (int n = 1; n < 40; ++n) {
      term *= 2 * a * a / (2 * n + 1);
      sum += term;
    }
    tail = 1 - 1.1283791670955126 * exp(-a * a) * sum;
  } else if (a < 9) {
    // The continued fraction of Laplace: e^-a^2 / sqrt(pi) / (a + (1/2) / (a + (2/2) / (a + ...))).
    double fraction = a;
    for (int n = 40; n >= 1; --n) fraction = a + 0.5 * n / fraction;
    tail = exp(-a * a) * 0.5641895835477563 / fraction;
  }
  const double result = x < 0 ? 2 - tail : tail;
  return x == x ? static_cast<float>(result) : x;
}

namespace {

// Taylor series, for |x| <= pi / 4.
double sin_small(double x) {
  const double x2 = x * x;
  double sum = 1;
  for (int k = 16; k >= 2; k -= 2) sum = 1 - sum * x2 / (k * (k + 1));
  return x * sum;
}

double cos_small(double x) {
  const double x2 = x * x;
  double sum = 1;
  for (int k = 17; k >= 1; k -= 2) sum = 1 - sum * x2 / (k * (k + 1));
  return sum;
}

}  // namespace

double sin_turn(double t) {
  if (t != t) return t;
  // The nearest quarter turn and what is left of it.
  const double quarters = std::floor(t * 4 + 0.5);
  const double rest = (t - quarters * 0.25) * 6.283185307179586;
  switch (static_cast<std::int64_t>(quarters) & 3) {
    case 0:
      return sin_small(rest);
    case 1:
      return cos_small(rest);
    case 2:
      return -sin_small(rest);
    default:
      return -cos_small(rest);
  }
}

double cos_turn(double t) { return sin_turn(t + 0.25); }

}  // namespace mlsec::inline base
