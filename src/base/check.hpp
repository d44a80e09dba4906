// A broken invariant of our own. Never for the caller's mistakes: those are Errors.
#pragma once

/// Traps. The WebAssembly instance is then replaced, and the caller is told what to report.
#define MLSEC_CHECK(condition)          \
  do {                                  \
    if (!(condition)) __builtin_trap(); \
  } while (false)
