// What can go wrong by the caller's doing, and the type that carries it.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/enum_names.hpp"

namespace mlsec::inline base {

/// One word for each kind of failure. The names are the `code` of the MlsecError a JavaScript caller sees.
enum class ErrorCode {
  wrong_type,       // a value of another type than the field takes
  out_of_range,     // a number or index outside what the field or the model allows
  not_finite,       // NaN or infinity where a finite number is needed
  shape_mismatch,   // an array whose length or shape does not fit
  unknown_option,   // an option the method does not have
  unknown_name,     // a method, model, norm, layer ... that does not exist
  unsupported,      // something valid that this model, method or build cannot do
  malformed,        // a file that is not what it claims to be
  too_large,        // beyond a limit set to protect the page
  out_of_memory,    // the instance could not get the memory
  callback_failed,  // the caller's own model function threw or answered with nonsense
  aborted,          // cancelled by the caller
  disposed,         // a handle used after dispose()
  load_failed,      // a file or the WebAssembly module could not be fetched
  instance_lost,    // the WebAssembly instance died while it held unsaved work
  internal,         // a fault of ours: please report it
};
constexpr std::array<std::string_view, 16> enum_names(ErrorCode) {
  return {"wrong-type",  "out-of-range", "not-finite",    "shape-mismatch", "unknown-option",  "unknown-name",
          "unsupported", "malformed",    "too-large",     "out-of-memory",  "callback-failed", "aborted",
          "disposed",    "load-failed",  "instance-lost", "internal"};
}

/// `field` is the public name of the option or argument at fault ("epsilon", "inputs", "labels[3]"),
/// empty where there is none. `message` is a whole sentence that also names the field.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string field;
  std::string message;

  // Out of line: errors are made and dropped in so many places that the size of the WebAssembly shows it.
  Error();
  Error(ErrorCode code, std::string field, std::string message);
  Error(const Error&);
  Error(Error&&) noexcept;
  Error& operator=(const Error&);
  Error& operator=(Error&&) noexcept;
  ~Error();
};

}  // namespace mlsec::inline base
