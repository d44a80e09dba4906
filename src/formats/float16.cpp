#include "formats/float16.hpp"

#include <bit>

namespace mlsec::formats {
namespace {

constexpr std::uint32_t float32_infinity = 0x7f800000;
constexpr std::uint32_t half_infinity = 0x7c00;
constexpr int fraction_shift = 23 - 10;
// The exponent is stored with 127 added in float32 and with 15 added in float16.
constexpr std::uint32_t bias_difference = (127 - 15) << 23;

}  // namespace

float float16_to_float32(std::uint16_t half) {
  const std::uint32_t sign = std::uint32_t{half & 0x8000u} << 16;
  const std::uint32_t magnitude = half & 0x7fffu;
  std::uint32_t bits = 0;
  if (magnitude < 0x0400) {
    bits = std::bit_cast<std::uint32_t>(static_cast<float>(magnitude) * 0x1p-24f);  // zero and subnormal numbers
  } else if (magnitude < half_infinity) {
    bits = (magnitude << fraction_shift) + bias_difference;
  } else {
    bits = (magnitude << fraction_shift) | float32_infinity;
  }
  return std::bit_cast<float>(sign | bits);
}

std::uint16_t float32_to_float16(float number) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(number);
  const std::uint32_t sign = (bits >> 16) & 0x8000;
  const std::uint32_t magnitude = bits & 0x7fffffff;
  std::uint32_t half = 0;
  if (magnitude > float32_infinity) {
    const std::uint32_t payload = (magnitude >> fraction_shift) & 0x03ff;
    half = half_infinity | (payload != 0 ? payload : 0x0200);
  } else if (magnitude >= 0x477ff000) {  // 65520, half-way between the largest half and the next power of two
    half = half_infinity;
  } else if (magnitude >= 0x38800000) {  // 2^-14, the smallest normal half
    const std::uint32_t odd = (magnitude >> fraction_shift) & 1;
    half = (magnitude - bias_difference + 0x0fff + odd) >> fraction_shift;
  } else {
    // The last bit of a number from 0.5 to 1 is worth 2^-24, as that of a subnormal half: the addition rounds.
    half = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - std::bit_cast<std::uint32_t>(0.5f);
  }
  return static_cast<std::uint16_t>(sign | half);
}

}  // namespace mlsec::formats
