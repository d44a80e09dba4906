// Models of TensorFlow.js: model.json and its weights, a LayersModel (Keras) or a GraphModel.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "nn/description.hpp"

namespace mlsec::formats {

struct TfjsSource {
  std::string_view json;               // the text of model.json
  std::span<const std::byte> weights;  // the files that it names, one behind another in its order
};

/// A file of weights that belongs to a model.json.
struct TfjsWeightFile {
  std::string path;            // relative to model.json, of plain segments
  std::size_t most_bytes = 0;  // what all files of its group have together: it cannot be larger
  std::size_t group = 0;       // counted from 0
};

/// The files in the order in which `TfjsSource::weights` has them.
///
/// Error.field is "model". Codes: malformed (no model.json of TensorFlow.js; a path that leaves its folder: absolute,
/// with a scheme, "..", a backslash, %, ?, # or a control character), unsupported (an element type), too_large (more
/// than 1,000 files, or 256 MiB).
Result<std::vector<TfjsWeightFile>> tfjs_weight_files(std::string_view json);

/// Images are height x width x channels, as TensorFlow.js has them: inputs of three axes beside the batch are
/// `channels_last`. What matters in training only (dropout, noise) is left away. Each value that a layer makes bears
/// the layer's name.
///
/// Error.field is "model". Codes: malformed (no such model; values or weights that are missing, named twice or of
/// another size than given; cycles), unsupported (a layer, an operation, an option or an element type that is not
/// supported here: the message names it), not_finite (a weight), too_large (beyond the Limits of formats/onnx.hpp or
/// those of JSON), out_of_memory.
Result<nn::GraphDescription> read_tfjs(const TfjsSource& source);

}  // namespace mlsec::formats
