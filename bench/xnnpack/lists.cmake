# Reading XNNPACK's own lists of source files.

# One of the lists in build_srcs.bzl. (file(STRINGS) would lose entries at the brackets.)
function(read_source_list name result)
  file(READ ${XNNPACK_SOURCE}/build_srcs.bzl text)
  string(REGEX MATCH "(^|\n)${name} = .([^]]*)" text "${text}")
  string(REGEX MATCHALL "src/[^\"]+" sources "${text}")
  if(NOT sources)
    message(FATAL_ERROR "${XNNPACK_SOURCE}/build_srcs.bzl has no ${name}: this version of XNNPACK is not known here")
  endif()
  list(TRANSFORM sources PREPEND ${XNNPACK_SOURCE}/)
  set(${result} ${sources} PARENT_SCOPE)
endfunction()

# The micro-kernels a float32 operator in NHWC layout can reach: float32 arithmetic and the moving of words of any size.
# Configuration functions of other types still name theirs, but nothing calls those functions, and the linker asks
# for a symbol only where the code that names it is used.
function(read_f32_microkernels result)
  foreach(instructions IN LISTS ARGN)
    include(${XNNPACK_SOURCE}/cmake/gen/${instructions}_microkernels.cmake)
    string(TOUPPER ${instructions} upper)
    list(APPEND sources ${PROD_${upper}_MICROKERNEL_SRCS})
  endforeach()
  list(REMOVE_DUPLICATES sources)
  list(FILTER sources INCLUDE REGEX "^src/(f32|xx|x32|x[0-9]+-transposec)")
  list(FILTER sources EXCLUDE REGEX "^src/f32-(qc.w|q.8|f16|conv-hwc2chw|dwconv2d-chw|ibilinear-chw|spmm)")
  list(TRANSFORM sources PREPEND ${XNNPACK_SOURCE}/)
  set(${result} ${sources} PARENT_SCOPE)
endfunction()
