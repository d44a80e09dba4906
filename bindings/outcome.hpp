// How a call of the core ends for JavaScript: { ok: true, value } or { ok: false, error }.
#pragma once

#include <emscripten/val.h>

#include "base/job.hpp"
#include "base/result.hpp"
#include "bindings/values.hpp"

namespace mlsec::bindings {

/// Everything that a call can throw ends here.
val guarded(Result<val> (*body)(void* context), void* context);

/// `body` returns Result<val>.
template <class Body>
val guarded(Body body) {
  return guarded([](void* context) { return (*static_cast<Body*>(context))(); }, &body);
}

/// { state, done, total }.
val from_state(const JobState& state);

}  // namespace mlsec::bindings
