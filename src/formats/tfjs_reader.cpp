#include "base/json_reader.hpp"
#include "formats/tfjs.hpp"
#include "formats/tfjs_graph_model.hpp"
#include "formats/tfjs_json.hpp"
#include "formats/tfjs_layers_model.hpp"
#include "formats/tfjs_weights.hpp"

namespace mlsec::formats {

using namespace tfjs;

Result<std::vector<TfjsWeightFile>> tfjs_weight_files(std::string_view json) {
  MLSEC_TRY(const Value model, read_json(json, "model"));
  return Weights::files(model.find("weightsManifest"));
}

namespace {

/// What the file says of itself in words, but for the signature, which is none.
Result<void> read_metadata(const Value* metadata, Allowance& allowance, nn::GraphDescription& graph) {
  const auto* members = metadata ? metadata->as<ValueObject>() : nullptr;
  if (!members) return {};
  for (const auto& [key, value] : *members) {
    const auto* text = value.as<std::string>();
    if (!text) continue;
    MLSEC_TRY_VOID(allowance.take_entries());
    MLSEC_TRY_VOID(allowance.check_name(key));
    graph.metadata.emplace(key, *text);
  }
  return {};
}

}  // namespace

Result<nn::GraphDescription> read_tfjs(const TfjsSource& source) {
  MLSEC_TRY(const Value model, read_json(source.json, "model"));
  const Value* topology = model.find("modelTopology");
  if (!topology || !topology->as<ValueObject>())
    return refuse(ErrorCode::malformed,
                  "The model file is not a model.json of TensorFlow.js: it has no modelTopology.");
  Allowance allowance{Limits{}};
  MLSEC_TRY(const Weights weights, Weights::read(model.find("weightsManifest"), source.weights, allowance));
  const Value* config = topology->find("model_config");
  MLSEC_TRY(nn::GraphDescription graph, topology->find("node")
                                            ? read_graph_model(model, weights, allowance)
                                            : read_layers_model(config ? *config : *topology, weights, allowance));
  MLSEC_TRY_VOID(read_metadata(model.find("userDefinedMetadata"), allowance, graph));
  return graph;
}

}  // namespace mlsec::formats
