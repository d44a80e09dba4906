// What a model is inside: gradients, Jacobians and the outputs of its layers; web/src/core/binding.ts is the same in
// TypeScript.
#include <emscripten/bind.h>

#include "attacks/input_gradient.hpp"
#include "base/decode.hpp"
#include "bindings/model_inputs.hpp"
#include "bindings/outcome.hpp"
#include "bindings/registry.hpp"

namespace mlsec::bindings {

namespace {

val gradient(int handle, val inputs, val options) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto model, registry().model(handle));
    MLSEC_TRY(const Value members, to_value(options));
    attacks::GradientOptions decoded;
    MLSEC_TRY_VOID(decode(members, decoded));
    MLSEC_TRY(const ModelInputs given, to_model_inputs(inputs, model->input()));
    MLSEC_TRY(const auto gradient, attacks::input_gradient(*model, given.batch(), decoded));
    val result = val::object();
    set(result, "data", from_floats(gradient.gradients.values()));
    set(result, "losses", from_floats(gradient.losses));
    set(result, "labels", from_integers(gradient.labels));
    return result;
  });
}

val jacobian(int handle, val inputs) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto model, registry().model(handle));
    if (!model->capabilities().gradient) return model::lacks("gradient");
    MLSEC_TRY(const ModelInputs given, to_model_inputs(inputs, model->input()));
    MLSEC_TRY(const auto pass, model->forward(given.batch(), {}));
    MLSEC_TRY(const Tensor jacobian, pass->jacobian());
    val result = val::object();
    set(result, "data", from_floats(jacobian.values()));
    set(result, "logits", from_floats(pass->outputs()));
    return result;
  });
}

// `layer`: an index or a name; the index comes back.
val activation(int handle, val inputs, val layer) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto model, registry().model(handle));
    if (!model->capabilities().activations) return model::lacks("activations");
    MLSEC_TRY(const Value wanted, to_value(layer));
    MLSEC_TRY(const std::size_t index, model::find_layer(*model, wanted));
    MLSEC_TRY(const ModelInputs given, to_model_inputs(inputs, model->input()));
    MLSEC_TRY(const auto pass, model->forward(given.batch(), {}));
    MLSEC_TRY(const auto values, pass->activation(index));
    val result = val::object();
    set(result, "data", from_floats(values));
    set(result, "layer", index);
    return result;
  });
}

}  // namespace

}  // namespace mlsec::bindings

EMSCRIPTEN_BINDINGS(mlsec_derivatives) {
  using namespace mlsec::bindings;
  using emscripten::function;
  function("gradient", &gradient);
  function("jacobian", &jacobian);
  function("activation", &activation);
}
