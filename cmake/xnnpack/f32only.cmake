# The element-wise and reduction operators choose their data type at run time, which would link every type's kernels
# and 195 KB of generic ones behind them. For these three files the configurations of all other types become "there
# is none", which the operators answer with xnn_status_unsupported_hardware.
file(READ ${XNNPACK_SOURCE}/src/xnnpack/config.h configurations)
string(REGEX MATCHALL "xnn_init_[a-z0-9_]+_config" getters "${configurations}")
list(REMOVE_DUPLICATES getters)
list(FILTER getters EXCLUDE REGEX "^xnn_init_(f32|xx|x32|transpose)_")
list(APPEND getters xnn_init_f32_to_f16_cvt_config xnn_init_f32_to_qp8_cvt_config
  xnn_init_f32_to_qs8_cvt_config xnn_init_f32_to_qu8_cvt_config)
list(TRANSFORM getters REPLACE "(.+)" "#define \\1() ((void*) 0)")
list(APPEND getters
  "#define xnn_init_unary_reference_config(...) ((void*) 0)"
  "#define xnn_init_binary_reference_config(...) ((void*) 0)")
list(JOIN getters "\n" getters)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/f32only.h @ONLY CONTENT [[
#include "xnnpack/config.h"
#include "xnnpack/reference-config.h"
@getters@
]])
foreach(name unary-elementwise-nc binary-elementwise-nd reduce-nd)
  set_property(SOURCE ${XNNPACK_SOURCE}/src/operators/${name}.c APPEND PROPERTY
    COMPILE_OPTIONS -include ${CMAKE_BINARY_DIR}/f32only.h)
endforeach()
