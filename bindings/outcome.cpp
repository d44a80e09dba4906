#include "bindings/outcome.hpp"

#include <new>
#include <stdexcept>
#include <string>

namespace mlsec::bindings {

namespace {

val success(const val& value) {
  val outcome = val::object();
  set(outcome, "ok", true);
  set(outcome, "value", value);
  return outcome;
}

val failure(const Error& error) {
  val report = val::object();
  set(report, "code", name_of(error.code));
  set(report, "field", error.field);
  set(report, "message", error.message);
  val outcome = val::object();
  set(outcome, "ok", false);
  set(outcome, "error", report);
  return outcome;
}

}  // namespace

val guarded(Result<val> (*body)(void* context), void* context) {
  try {
    const Result<val> result = body(context);
    return result.ok() ? success(result.value()) : failure(result.error());
  } catch (const std::bad_alloc&) {
    return failure({ErrorCode::out_of_memory, "",
                    "There is not enough memory for this; smaller inputs or fewer samples at a time may fit."});
  } catch (const std::length_error&) {
    return failure({ErrorCode::out_of_memory, "", "An array would be larger than memory can hold."});
  } catch (const std::exception& fault) {
    return failure({ErrorCode::internal, "", "Unexpected: " + std::string(fault.what()) + ". Please report this."});
  }
}

val from_state(const JobState& state) {
  val result = val::object();
  set(result, "state",
      state.kind == JobState::Kind::running   ? "running"
      : state.kind == JobState::Kind::waiting ? "waiting"
                                              : "done");
  set(result, "done", state.done);
  set(result, "total", state.total);
  return result;
}

}  // namespace mlsec::bindings
