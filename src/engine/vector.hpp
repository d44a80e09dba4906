// Four floats at a time, through the compiler's vector extension: WebAssembly SIMD and SSE alike.
#pragma once

#include <cstdint>
#include <cstring>

namespace mlsec::engine {

using Float4 = float __attribute__((vector_size(16)));
using Int4 = std::int32_t __attribute__((vector_size(16)));

inline Float4 load4(const float* from) {
  Float4 result;
  std::memcpy(&result, from, sizeof result);
  return result;
}

inline void store4(float* to, Float4 value) { std::memcpy(to, &value, sizeof value); }

inline Float4 splat4(float value) { return Float4{value, value, value, value}; }

/// a * b + c: rounded once in the relaxed build, twice everywhere else.
inline Float4 multiply_add(Float4 a, Float4 b, Float4 c) {
#ifdef __wasm_relaxed_simd__
  return __builtin_wasm_relaxed_madd_f32x4(a, b, c);
#else
  return a * b + c;
#endif
}

inline float multiply_add(float a, float b, float c) {
#ifdef __wasm_relaxed_simd__
  return multiply_add(splat4(a), splat4(b), splat4(c))[0];
#else
  return a * b + c;
#endif
}

}  // namespace mlsec::engine
