// Networks as ONNX files (https://onnx.ai/onnx/repo-docs/IR.html), read and written.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_names.hpp"
#include "base/result.hpp"
#include "nn/description.hpp"

namespace mlsec::formats {

/// Metadata: the first input is of images whose channels are last. Written where the graph says so, and read back.
inline constexpr const char* channels_last_key = "mlsec.channelsLast";

/// What a file may hold at most: model files are untrusted input.
struct Limits {
  std::size_t file_bytes = std::size_t{64} << 20;
  std::size_t nodes = 10'000;
  std::size_t constants = 10'000;                // stored ones, and those that come of a Cast or a copy
  std::size_t elements = std::size_t{64} << 20;  // of all constants together
  std::size_t entries = 1'000'000;               // of all lists together: inputs, outputs and attributes of nodes,
                                                 // numbers of an attribute, inputs, outputs and metadata of the model
  std::size_t name_length = 1'000;               // bytes
};

/// Reads the operators' default domain in versions 6 to 28. What comes out differs from the file in this:
/// - Constants are float or std::int64_t, whichever type (floating; integer or bool) and field they are stored in.
/// - `Constant` nodes and `Cast`s of constants have become constants; `Identity` nodes are gone (one stays where an
///   output of the model is one of its inputs, or two outputs are one value), and so are unused constants.
/// - Outputs that are not floats are left away where there are others. Of the domain ai.onnx.ml, LinearClassifier,
///   Normalizer and Scaler are named plainly, others with the domain in front.
/// - A QuantizeLinear whose zero point is a constant says in its attribute output_dtype which type that has.
/// - Inputs are those that are not constants. An output whose shape the file leaves open has no extents.
/// - Softmax and its kin from before version 13 carry their axis (then 1, now -1) explicitly.
/// - Attributes that differ between versions are otherwise as in the file: Clip may have `min` as attribute or input.
/// - Metadata is passed through; duplicate keys are refused.
///
/// Error.field is always "model". Codes: malformed (no valid model, a value used before it is made, a name given
/// twice ...), unsupported (valid, but not here: external data, subgraphs, other domains, inputs that are not floats,
/// empty tensors of more than one axis ...), not_finite (a constant or attribute), out_of_range (a Cast whose result
/// does not fit), too_large (beyond a limit), out_of_memory.
///
/// `given` are values of inputs, which are constants then.
using Constants = std::map<std::string, nn::Constant, std::less<>>;
Result<nn::GraphDescription> read_onnx(std::span<const std::byte> file, const Limits& limits = {},
                                       const Constants& given = {});

/// How constants of more than 16 floats are stored.
enum class Precision { float32, float16 };
constexpr std::array<std::string_view, 2> enum_names(Precision) { return {"float32", "float16"}; }

/// IR version 8, operators of version 17, whose forms the nodes must have; the same bytes for the same graph.
/// Extents of -1 become open, the first of a shape as the symbol "batch". float16 rounds to the nearest, and puts a
/// Cast to float behind each constant so stored, which read_onnx removes; integers are stored as int64 (zero points of
/// a QuantizeLinear as its output_dtype says), smaller constants and those in attributes as float32. A file has at most
/// the bytes that the default Limits allow.
///
/// Error.field is "model". Codes: out_of_range (a constant beyond what float16 holds), not_finite, shape_mismatch (a
/// constant whose elements do not fit its shape), too_large (more than 64 MiB), unsupported (an empty constant).
Result<std::vector<std::byte>> write_onnx(const nn::GraphDescription& graph, Precision precision);

}  // namespace mlsec::formats
