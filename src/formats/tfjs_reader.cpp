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

Result<nn::GraphDescription> read_tfjs(const TfjsSource& source) {
  MLSEC_TRY(const Value model, read_json(source.json, "model"));
  const Value* topology = model.find("modelTopology");
  if (!topology || !topology->as<ValueObject>())
    return refuse(ErrorCode::malformed,
                  "The model file is not a model.json of TensorFlow.js: it has no modelTopology.");
  Allowance allowance{Limits{}};
  MLSEC_TRY(const Weights weights, Weights::read(model.find("weightsManifest"), source.weights, allowance));
  if (topology->find("node")) return read_graph_model(model, weights, allowance);
  const Value* config = topology->find("model_config");
  return read_layers_model(config ? *config : *topology, weights, allowance);
}

}  // namespace mlsec::formats
