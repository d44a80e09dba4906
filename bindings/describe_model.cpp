#include "bindings/describe_model.hpp"

#include "bindings/values.hpp"

namespace mlsec::bindings {

val describe_model(const model::Model& model) {
  const auto& input = model.input();
  val input_object = val::object();
  set(input_object, "name", input.name);
  set(input_object, "kind", from_text(name_of(input.kind)));
  set(input_object, "shape", from_shape(input.shape));
  set(input_object, "layout", from_text(name_of(input.layout)));
  if (!input.parts.empty()) {
    val parts = val::array();
    for (const model::InputPart& part : input.parts) {
      val entry = val::object();
      set(entry, "name", part.name);
      set(entry, "shape", from_shape(part.shape));
      push(parts, entry);
    }
    set(input_object, "parts", parts);
  }
  set(input_object, "lower", input.lower);
  set(input_object, "upper", input.upper);

  val output_object = val::object();
  set(output_object, "kind", "classes");
  set(output_object, "classes", model.output().classes);
  set(output_object, "labels", from_strings(model.output().labels));

  val layers = val::array();
  std::size_t parameters = 0;
  for (const auto& layer : model.layers()) {
    val entry = val::object();
    set(entry, "name", layer.name);
    set(entry, "kind", layer.kind);
    set(entry, "shape", from_shape(layer.shape));
    set(entry, "parameters", layer.parameters);
    push(layers, entry);
    parameters += layer.parameters;
  }

  val capabilities = val::object();
  set(capabilities, "gradient", model.capabilities().gradient);
  set(capabilities, "activations", model.capabilities().activations);
  set(capabilities, "scores", model.capabilities().scores);

  val info = val::object();
  set(info, "name", model.name());
  set(info, "input", input_object);
  set(info, "output", output_object);
  set(info, "layers", layers);
  set(info, "parameters", parameters);
  set(info, "capabilities", capabilities);
  set(info, "warnings", from_strings(model.warnings()));
  return info;
}

}  // namespace mlsec::bindings
