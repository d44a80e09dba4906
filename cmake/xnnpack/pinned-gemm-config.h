// Included before XNNPACK's gemm-config.c in the simd flavour; see pinned-hardware.h.
#pragma once
#include <emscripten.h>
#include <stddef.h>

#include "pinned-hardware.h"
#include "xnnpack/gemm.h"
#include "xnnpack/igemm.h"

// The file's only EM_JS function asks the browser for its number of cores.
#undef EM_JS
#define EM_JS(result, name, parameters, ...) \
  static result name parameters { return mlsec_xnnpack_core_count; }

// These kernels compute max(x, 0) on the bits as integers, so a NaN survives if its sign is positive, and the sign of
// a computed NaN differs between processors. Without them XNNPACK uses the clamping kernels, which give 0.
#define xnn_f32_gemm_relu_ukernel_1x8__wasmsimd_loadsplat NULL
#define xnn_f32_gemm_relu_ukernel_4x8__wasmsimd_loadsplat NULL
#define xnn_f32_gemm_relu_ukernel_1x8__wasmsimd_splat NULL
#define xnn_f32_gemm_relu_ukernel_4x8__wasmsimd_splat NULL
#define xnn_f32_gemm_relu_ukernel_5x8__wasmsimd_splat NULL
#define xnn_f32_igemm_relu_ukernel_1x8__wasmsimd_loadsplat NULL
#define xnn_f32_igemm_relu_ukernel_4x8__wasmsimd_loadsplat NULL
#define xnn_f32_igemm_relu_ukernel_1x8__wasmsimd_splat NULL
#define xnn_f32_igemm_relu_ukernel_4x8__wasmsimd_splat NULL
#define xnn_f32_igemm_relu_ukernel_5x8__wasmsimd_splat NULL
