#include "formats/float16.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>

namespace mlsec::formats {
namespace {

constexpr std::uint16_t half_infinity = 0x7c00;

/// The value of a finite half by its definition.
double defined_value(unsigned half) {
  const int exponent = static_cast<int>((half >> 10) & 0x1f);
  const double fraction = half & 0x3ff;
  const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 15 - 10);
  return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

}  // namespace

TEST_CASE("every half becomes the float of its value") {
  int wrong = 0;
  for (unsigned half = 0; half <= 0xffff; ++half) {
    const float number = float16_to_float32(static_cast<std::uint16_t>(half));
    const unsigned magnitude = half & 0x7fff;
    if (std::signbit(number) != ((half & 0x8000) != 0)) ++wrong;
    if (magnitude > half_infinity    ? !std::isnan(number)
        : magnitude == half_infinity ? !std::isinf(number)
                                     : number != defined_value(half))
      ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("every half comes back from float with the same bits") {
  int wrong = 0;
  for (unsigned half = 0; half <= 0xffff; ++half) {
    const auto bits = static_cast<std::uint16_t>(half);
    if (float32_to_float16(float16_to_float32(bits)) != bits) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a float between two halves goes to the nearer one, a tie to the even one") {
  int wrong = 0;
  for (std::uint16_t half = 0; half < 0x7bff; ++half) {
    const std::uint16_t next = half + 1;
    const float tie = static_cast<float>((defined_value(half) + defined_value(next)) / 2);
    const std::uint16_t even = half % 2 == 0 ? half : next;
    for (const unsigned sign : {0x0000u, 0x8000u}) {
      const float signed_tie = sign == 0 ? tie : -tie;
      if (float32_to_float16(signed_tie) != (sign | even)) ++wrong;
      if (float32_to_float16(std::nextafter(signed_tie, 0.0f)) != (sign | half)) ++wrong;
      if (float32_to_float16(std::nextafter(signed_tie, signed_tie * 4)) != (sign | next)) ++wrong;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("floats beyond the largest half become infinity from the half-way point on") {
  CHECK(float32_to_float16(65504.0f) == 0x7bff);
  CHECK(float32_to_float16(std::nextafter(65520.0f, 0.0f)) == 0x7bff);
  CHECK(float32_to_float16(65520.0f) == half_infinity);
  CHECK(float32_to_float16(-65520.0f) == (0x8000 | half_infinity));
  CHECK(float32_to_float16(std::numeric_limits<float>::max()) == half_infinity);
  CHECK(float32_to_float16(-std::numeric_limits<float>::infinity()) == (0x8000 | half_infinity));
}

TEST_CASE("floats too small for a half become zero of the same sign") {
  CHECK(float32_to_float16(0.0f) == 0);
  CHECK(float32_to_float16(-0.0f) == 0x8000);
  CHECK(float32_to_float16(std::numeric_limits<float>::denorm_min()) == 0);
  CHECK(float32_to_float16(-std::numeric_limits<float>::min()) == 0x8000);
  CHECK(float32_to_float16(0x1p-25f) == 0);
  CHECK(float32_to_float16(0x1.000002p-25f) == 1);
}

TEST_CASE("a NaN whose payload has only low bits stays a NaN") {
  CHECK(float32_to_float16(std::bit_cast<float>(0x7fc00001u)) == 0x7e00);
  CHECK(std::isnan(float16_to_float32(float32_to_float16(std::bit_cast<float>(0xff800001u)))));
}

}  // namespace mlsec::formats
