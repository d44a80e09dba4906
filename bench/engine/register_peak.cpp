// As many multiplications and additions as WebAssembly can do: nothing but registers, and enough sums at once that none
// waits for the last. With relaxed SIMD both are one instruction, otherwise two.
#include <wasm_simd128.h>

namespace {

constexpr int sums = 12, unrolled = 8;

v128_t multiply_add(v128_t a, v128_t b, v128_t c) {
#ifdef __wasm_relaxed_simd__
  return wasm_f32x4_relaxed_madd(a, b, c);
#else
  return wasm_f32x4_add(wasm_f32x4_mul(a, b), c);
#endif
}

}  // namespace

// How many floating-point operations a round has.
extern "C" __attribute__((export_name("operations_a_round"))) int operations_a_round() {
  return sums * unrolled * 4 * 2;
}

// The factor and the addend are arguments, or the compiler would know the result.
extern "C" __attribute__((export_name("run"))) float run(int rounds, float factor, float addend) {
  const v128_t a = wasm_f32x4_splat(factor), b = wasm_f32x4_splat(addend);
  v128_t values[sums];
  for (int i = 0; i < sums; ++i) values[i] = wasm_f32x4_splat(static_cast<float>(i));
  for (int round = 0; round < rounds; ++round) {
#pragma clang loop unroll(full)
    for (int step = 0; step < unrolled; ++step) {
#pragma clang loop unroll(full)
      for (int i = 0; i < sums; ++i) values[i] = multiply_add(values[i], a, b);
    }
  }
  v128_t sum = values[0];
  for (int i = 1; i < sums; ++i) sum = wasm_f32x4_add(sum, values[i]);
  return wasm_f32x4_extract_lane(sum, 0);
}
