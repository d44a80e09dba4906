#include "bindings/outcome.hpp"

namespace mlsec::bindings {

val success(val value) {
  val outcome = val::object();
  outcome.set("ok", true);
  outcome.set("value", value);
  return outcome;
}

val failure(const Error& error) {
  val report = val::object();
  report.set("code", from_text(name_of(error.code)));
  report.set("field", error.field);
  report.set("message", error.message);
  val outcome = val::object();
  outcome.set("ok", false);
  outcome.set("error", report);
  return outcome;
}

}  // namespace mlsec::bindings
