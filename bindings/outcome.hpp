// How a call of the core ends for JavaScript: { ok: true, value } or { ok: false, error }.
#pragma once

#include <emscripten/val.h>

#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "bindings/values.hpp"

namespace mlsec::bindings {

val success(val value);
val failure(const Error& error);

// Everything that a call can throw ends here. `body` returns Result<val>.
template <class Body>
val guarded(Body body) {
  try {
    Result<val> result = body();
    if (!result.ok()) return failure(result.error());
    return success(std::move(result).value());
  } catch (const std::bad_alloc&) {
    return failure({ErrorCode::out_of_memory, "",
                    "There is not enough memory for this; smaller inputs or fewer samples at a time may fit."});
  } catch (const std::length_error&) {
    return failure({ErrorCode::out_of_memory, "", "An array would be larger than memory can hold."});
  } catch (const std::exception& fault) {
    return failure({ErrorCode::internal, "", "Unexpected: " + std::string(fault.what()) + ". Please report this."});
  }
}

}  // namespace mlsec::bindings
