// Models of TensorFlow.js: model.json and its weights, a LayersModel (Keras) or a GraphModel.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "formats/onnx.hpp"
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
/// those of JSON).
Result<nn::GraphDescription> read_tfjs(const TfjsSource& source);

struct TfjsFiles {
  std::string json;                // model.json
  std::vector<std::byte> weights;  // weights.bin beside it
};

/// A GraphModel, for all graphs that `describe` makes. Images are height x width x channels at its input; values change
/// their order only where an operation asks for it. With float16, constants of more than 16 floats are quantised to it.
/// Metadata is written as userDefinedMetadata, where read_tfjs finds it.
///
/// Error.field is "model". Codes: unsupported (an operation or an option that TensorFlow.js does not have),
/// out_of_range (a constant beyond what float16 holds), not_finite, shape_mismatch (nodes that do not fit together).
Result<TfjsFiles> write_tfjs(const nn::GraphDescription& graph, Precision precision);

}  // namespace mlsec::formats
