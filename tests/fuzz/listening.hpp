// Included before everything else where tests of the readers are compiled for the program `seeds`: what they feed to a
// reader becomes a seed for its fuzzer.
#pragma once

#include "base/json_reader.hpp"
#include "formats/csv.hpp"
#include "formats/graph_network.hpp"
#include "formats/idx.hpp"
#include "formats/model_graph.hpp"
#include "formats/npy.hpp"
#include "formats/onnx.hpp"
#include "formats/safetensors.hpp"
#include "formats/tfjs.hpp"
#include "nn/architecture.hpp"
#include "tests/fuzz/json_text.hpp"

namespace mlsec {

namespace fuzz {
/// Files that are refused are kept, too, but not as many. `before` goes before the bytes.
void keep(std::string_view target, std::span<const std::byte> bytes, bool read, std::string_view before = "");
/// The options of the CSV fuzzer's first byte; nothing where no byte means these.
std::optional<char> byte_of(const formats::CsvOptions& options);
}  // namespace fuzz

inline namespace base {
inline Result<Value> heard_read_json(std::string_view text, std::string field, const JsonLimits& limits = {}) {
  auto result = read_json(text, std::move(field), limits);
  fuzz::keep("json", std::as_bytes(std::span(text)), result.ok());
  return result;
}
}  // namespace base

namespace nn {

inline Result<Network> heard_network_from(const Value& architecture) {
  auto result = network_from(architecture);
  const std::string text = fuzz::json_text(architecture);
  fuzz::keep("architecture", std::as_bytes(std::span(text)), result.ok());
  return result;
}

}  // namespace nn

namespace formats {

inline Result<nn::GraphDescription> heard_read_onnx(std::span<const std::byte> file, const Limits& limits = {},
                                                    const Constants& given = {}) {
  auto result = read_onnx(file, limits, given);
  fuzz::keep("onnx", file, result.ok());
  return result;
}

inline Result<nn::Network> heard_network_of(const nn::GraphDescription& graph,
                                            FirstAxis first_axis = FirstAxis::batch) {
  auto result = network_of(graph, first_axis);
  if (const auto file = write_onnx(graph, Precision::float32); file.ok()) fuzz::keep("onnx", file.value(), result.ok());
  return result;
}

inline Result<std::shared_ptr<model::NetworkModel>> heard_model_from(const nn::GraphDescription& graph,
                                                                     const LoadOptions& options) {
  auto result = model_from(graph, options);
  if (const auto file = write_onnx(graph, Precision::float32); file.ok()) fuzz::keep("onnx", file.value(), result.ok());
  return result;
}

inline Result<SafeTensors> heard_read_safetensors(std::span<const std::byte> file, const Limits& limits = {}) {
  auto result = read_safetensors(file, limits);
  // The architecture that the file is for is not known here.
  for (char architecture = 0; architecture < 5; ++architecture)
    fuzz::keep("safetensors", file, result.ok(), {&architecture, 1});
  return result;
}

inline Result<nn::GraphDescription> heard_read_tfjs(const TfjsSource& source) {
  auto result = read_tfjs(source);
  fuzz::keep("tfjs", source.weights, result.ok(), std::string(source.json) + '\0');
  return result;
}

inline Result<ArrayFile> heard_read_npy(std::span<const std::byte> file, std::string_view field = "data",
                                        const ArrayLimits& limits = {}) {
  auto result = read_npy(file, field, limits);
  fuzz::keep("npy", file, result.ok());
  return result;
}

inline Result<ArrayFile> heard_read_idx(std::span<const std::byte> file, std::string_view field = "data",
                                        const ArrayLimits& limits = {}) {
  auto result = read_idx(file, field, limits);
  fuzz::keep("idx", file, result.ok());
  return result;
}

inline Result<CsvTable> heard_read_csv(std::span<const std::byte> file, const CsvOptions& options,
                                       std::string_view field = "csv", const CsvLimits& limits = {}) {
  auto result = read_csv(file, options, field, limits);
  if (const auto byte = fuzz::byte_of(options)) fuzz::keep("csv", file, result.ok(), {&*byte, 1});
  return result;
}

}  // namespace formats

}  // namespace mlsec

#define read_json heard_read_json
#define network_from heard_network_from
#define read_onnx heard_read_onnx
#define network_of heard_network_of
#define model_from heard_model_from
#define read_safetensors heard_read_safetensors
#define read_tfjs heard_read_tfjs
#define read_npy heard_read_npy
#define read_idx heard_read_idx
#define read_csv heard_read_csv
