// Included before every file of XNNPACK in the simd flavours, whose results are to be the same bits on every processor.
// In WebAssembly, XNNPACK looks at the machine in two ways, once per instance:
//
// 1. is_x86, from the sign of a computed NaN. It decides between kernels named x86 and arm for clamped GEMM, IGEMM,
//    depthwise convolution and pooling, between tiles of 4 and 5 rows in GEMM, and of 8 and 4 channels in depthwise
//    convolution.
// 2. The number of cores, for GEMM on x86 only: more than four are taken as a sign of AVX, and each input is then
//    loaded into all lanes (loadsplat) instead of four inputs at a time and spread from there (splat).
//
// None of these changes the order in which the terms of one output are added: each output has one accumulator that
// runs over k, or four, one for each k modulo 4, where there are at most two output channels (4x2c4). Nor does the
// number of rows, which the batch size selects. With finite numbers all choices give the same bits. They differ where
// a NaN meets a clamp: the x86 kernels turn it into the lower bound, the arm kernels keep it.
//
// Pinned, as constants so that the kernels of the other choices are not even linked, is what is fast on most machines.
// The simd-unpinned flavour asks two variables that the program linking it defines; it exists for the test that
// compares all choices. An instance chooses once, before its first operator.
#pragma once
#include <stdbool.h>

#include "xnnpack/hardware-config.h"

#ifdef MLSEC_XNNPACK_UNPINNED

extern bool mlsec_xnnpack_is_x86;
extern int mlsec_xnnpack_core_count;

static inline const struct xnn_hardware_config* mlsec_xnnpack_hardware(void) {
  static struct xnn_hardware_config hardware;
  hardware.is_x86 = mlsec_xnnpack_is_x86;
  hardware.arch_flags = mlsec_xnnpack_is_x86 ? xnn_arch_wasm_is_x86 : 0;
  return &hardware;
}
#define xnn_init_hardware_config() mlsec_xnnpack_hardware()

#else

static const struct xnn_hardware_config mlsec_xnnpack_hardware = {.arch_flags = xnn_arch_wasm_is_x86, .is_x86 = true};
static const int mlsec_xnnpack_core_count = 8;
#define xnn_init_hardware_config() (&mlsec_xnnpack_hardware)

#endif
