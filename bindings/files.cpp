// What the files pack exports beside readData (data.cpp): readers of foreign models, which give ONNX. The core itself
// knows of no other format; web/src/core/binding.ts is the same in TypeScript.
#include <emscripten/bind.h>

#include "bindings/outcome.hpp"
#include "bindings/values.hpp"
#include "formats/model_graph.hpp"
#include "formats/onnx.hpp"
#include "formats/safetensors_model.hpp"
#include "formats/tfjs.hpp"

namespace mlsec::bindings {

namespace {

std::string_view text_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

val weight_files(val json) {
  return guarded([&]() -> Result<val> {
    const auto description = to_bytes(json);
    MLSEC_TRY(const auto& files, formats::tfjs_weight_files(text_of(description)));
    val result = val::array();
    for (const formats::TfjsWeightFile& file : files) {
      val entry = val::object();
      set(entry, "path", file.path);
      set(entry, "mostBytes", file.most_bytes);
      push(result, entry);
    }
    return result;
  });
}

val convert_tfjs(val json, val weights) {
  return guarded([&]() -> Result<val> {
    const auto description = to_bytes(json), numbers = to_bytes(weights);
    MLSEC_TRY(const auto& graph, formats::read_tfjs({text_of(description), std::as_bytes(std::span(numbers))}));
    MLSEC_TRY(const auto& file, formats::write_onnx(graph, formats::Precision::float32));
    return from_bytes(file);
  });
}

/// An architecture as the user wrote it, and the weights of its layers.
val convert_safetensors(val bytes, val architecture) {
  return guarded([&]() -> Result<val> {
    const auto file = to_bytes(bytes);
    MLSEC_TRY(const Value& description, to_value(architecture));
    MLSEC_TRY(const auto& tensors, formats::read_safetensors(std::as_bytes(std::span(file))));
    MLSEC_TRY(const auto& model, formats::model_from_safetensors(tensors, description, {}));
    MLSEC_TRY(const auto& graph, formats::describe(*model));
    MLSEC_TRY(const auto& onnx, formats::write_onnx(graph, formats::Precision::float32));
    return from_bytes(onnx);
  });
}

val onnx_to_tfjs(val bytes, std::string precision) {
  return guarded([&]() -> Result<val> {
    const auto file = to_bytes(bytes);
    MLSEC_TRY(const auto& graph, formats::read_onnx(std::as_bytes(std::span(file))));
    const auto chosen = value_of<formats::Precision>(precision).value_or(formats::Precision::float32);
    MLSEC_TRY(const auto& files, formats::write_tfjs(graph, chosen));
    val result = val::object();
    set(result, "json", from_bytes(std::as_bytes(std::span(files.json))));
    set(result, "weights", from_bytes(files.weights));
    return result;
  });
}

}  // namespace

}  // namespace mlsec::bindings

EMSCRIPTEN_BINDINGS(mlsec_files) {
  using namespace mlsec::bindings;
  using emscripten::function;
  function("flavour", +[] { return std::string("files"); });
  function("liveHandles", +[] { return 0; });
  function("weightFiles", &weight_files);
  function("convertTfjs", &convert_tfjs);
  function("convertSafetensors", &convert_safetensors);
  function("onnxToTfjs", &onnx_to_tfjs);
}
