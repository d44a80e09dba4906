// Attacks on sets as the WebAssembly module exports them; web/src/core/binding.ts is the same in TypeScript.
#include <emscripten/bind.h>

#include "bindings/outcome.hpp"
#include "bindings/registry.hpp"
#include "bindings/values.hpp"
#include "catalog/set_dispatch.hpp"

namespace mlsec::bindings {

namespace {

val universal_start(int handle, val inputs, val options) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(auto model, registry().model(handle));
    MLSEC_TRY(const Value& given, to_value(options));
    MLSEC_TRY(const auto& argument, to_array_argument(inputs, "inputs"));
    MLSEC_TRY_VOID(model::rows_of(model->input(), argument.shape));
    MLSEC_TRY(Tensor tensor, to_tensor(argument, "inputs"));
    MLSEC_TRY(auto job, catalog::start_set_attack(std::move(model), std::move(tensor), given));
    return val(registry().add(std::shared_ptr<Job>(std::move(job))));
  });
}

val universal_result(int handle) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto job, registry().job<attacks::SetAttackJob>(handle));
    const attacks::SetAttackResult found = job->result();
    val result = val::object();
    set(result, "pattern", from_floats(found.pattern));
    set(result, "shape", from_shape(found.shape));
    set(result, "form", found.form);
    set(result, "samples", found.samples);
    set(result, "fooled", found.fooled);
    set(result, "queries", found.queries);
    set(result, "gradients", found.gradients);
    set(result, "exhausted", found.exhausted);
    return result;
  });
}

}  // namespace

}  // namespace mlsec::bindings

EMSCRIPTEN_BINDINGS(mlsec_universal) {
  using namespace mlsec::bindings;
  using emscripten::function;
  function("universalStart", &universal_start);
  function("universalResult", &universal_result);
}
