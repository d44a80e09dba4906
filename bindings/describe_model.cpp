#include "bindings/describe_model.hpp"

#include "bindings/values.hpp"

namespace mlsec::bindings {

val describe_model(const model::Model& model) {
  const auto& input = model.input();
  val input_object = val::object();
  input_object.set("name", input.name);
  input_object.set("kind", from_text(name_of(input.kind)));
  input_object.set("shape", from_shape(input.shape));
  input_object.set("layout", from_text(name_of(input.layout)));
  input_object.set("lower", input.lower);
  input_object.set("upper", input.upper);

  val output_object = val::object();
  output_object.set("kind", "classes");
  output_object.set("classes", model.output().classes);
  output_object.set("labels", from_strings(model.output().labels));

  val layers = val::array();
  std::size_t parameters = 0;
  for (const auto& layer : model.layers()) {
    val entry = val::object();
    entry.set("name", layer.name);
    entry.set("kind", layer.kind);
    entry.set("shape", from_shape(layer.shape));
    entry.set("parameters", layer.parameters);
    layers.call<void>("push", entry);
    parameters += layer.parameters;
  }

  val capabilities = val::object();
  capabilities.set("gradient", model.capabilities().gradient);
  capabilities.set("activations", model.capabilities().activations);
  capabilities.set("scores", model.capabilities().scores);

  val info = val::object();
  info.set("name", model.name());
  info.set("input", input_object);
  info.set("output", output_object);
  info.set("layers", layers);
  info.set("parameters", parameters);
  info.set("capabilities", capabilities);
  info.set("warnings", from_strings(model.warnings()));
  return info;
}

}  // namespace mlsec::bindings
