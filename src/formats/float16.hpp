// IEEE 754 half precision (binary16): 1 sign, 5 exponent and 10 fraction bits, largest finite number 65504.
#pragma once

#include <cstdint>

namespace mlsec::formats {

/// Exact, subnormal numbers, infinities and the payload of NaNs included.
float float16_to_float32(std::uint16_t half);

/// To the nearest, ties to even; from 65520 on infinity. A NaN stays a NaN and keeps the upper 10 bits of its payload.
std::uint16_t float32_to_float16(float number);

}  // namespace mlsec::formats
