// Transcendental functions of our own: the same bits on every machine, where each C library has its own last digit.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace mlsec::inline base {

/// Natural logarithm of a positive normal number; relative error below 1e-15. Infinity and NaN stay what they are.
double log(double x);

/// e^x for |x| <= 700; relative error below 1e-15.
double exp(double x);

/// sin and cos of 2 pi t; absolute error below 1e-15 for |t| <= 1.
double sin_turn(double t);
double cos_turn(double t);

/// e^x, relative error below 2e-7; 0 below -87.3, clamped at 88.0; NaN of NaN. Without branches, so that loops over it
/// vectorise.
inline float exp(float x) {
  // Comparisons with NaN are false: it is computed with as -87.3, so that the conversion to int is defined.
  const float clamped = x > -87.3f ? (x < 88.0f ? x : 88.0f) : -87.3f;
  // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer.
  const float n = (clamped * 1.44269504f + 12582912.0f) - 12582912.0f;
  // ln 2 in two parts, the first exact in few bits (Cody and Waite, 1980).
  const float r = (clamped - n * 0.693359375f) - n * -2.12194440e-4f;
  float p = 1.0f / 5040;
  p = p * r + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  const float scale = std::bit_cast<float>((static_cast<std::int32_t>(n) + 127) << 23);
  return x >= -87.3f ? p * scale : (x < -87.3f ? 0.0f : x);
}

/// Hyperbolic tangent, absolute error below 2e-7 and relative error below 4e-7.
inline float tanh(float x) {
  const float magnitude = std::fabs(x);
  const float capped = magnitude > 9.1f ? 9.1f : magnitude;
  const float large = 1.0f - 2.0f / (exp(2.0f * capped) + 1.0f);
  // Near 0 that form loses digits to cancellation; the Taylor series does not.
  const float s = x * x;
  float p = 62.0f / 2835;
  p = p * s - 17.0f / 315;
  p = p * s + 2.0f / 15;
  p = p * s - 1.0f / 3;
  const float small = magnitude + magnitude * s * p;
  return std::copysign(magnitude < 0.25f ? small : large, x);
}

/// 1 / (1 + e^-x), relative error below 4e-7; 0 below -87.3. Nothing overflows on the way.
inline float sigmoid(float x) {
  const float decay = exp(-std::fabs(x));
  return (x >= 0 ? 1.0f : decay) / (1.0f + decay);
}

/// e^x - 1 for x <= 0, relative error below 4e-7.
inline float exp_minus_1(float x) {
  // Near 0 the difference loses digits to cancellation; the Taylor series does not.
  float p = 1.0f / 720;
  p = p * x + 1.0f / 120;
  p = p * x + 1.0f / 24;
  p = p * x + 1.0f / 6;
  p = p * x + 0.5f;
  return x > -0.35f ? x + x * x * p : exp(x) - 1.0f;
}

/// log(1 + x) for 0 <= x <= 1, relative error below 2e-7.
inline float log_1_plus(float x) {
  // 2 atanh(s) with s = x / (2 + x) <= 1/3.
  const float s = x / (2.0f + x), s2 = s * s;
  float p = 1.0f / 13;
  p = p * s2 + 1.0f / 11;
  p = p * s2 + 1.0f / 9;
  p = p * s2 + 1.0f / 7;
  p = p * s2 + 1.0f / 5;
  p = p * s2 + 1.0f / 3;
  return 2.0f * s + 2.0f * s * s2 * p;
}

/// Complementary error function, 2 / sqrt(pi) times the integral of e^-t^2 from x; relative error below 2e-6 down to
/// 1e-30, and 0 beyond.
float erfc(float x);

/// Inverse hyperbolic tangent of |x| < 1.
inline float atanh(float x) { return static_cast<float>(0.5 * log((1.0 + double{x}) / (1.0 - double{x}))); }

}  // namespace mlsec::inline base
