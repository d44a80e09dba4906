// Feeds read_onnx arbitrary bytes, and what it reads to the writer, to model_from and to inspect. Seeds are any ONNX
// files.
#include <cstddef>
#include <cstdint>
#include <span>

#include "formats/inspection.hpp"
#include "formats/model_graph.hpp"
#include "formats/onnx.hpp"
#include "tests/fuzz/checks.hpp"
#include "tests/fuzz/graph_mutator.hpp"

using namespace mlsec;

namespace {

/// Half of the files are loaded with options, chosen by their length.
formats::LoadOptions options_for(std::size_t size) {
  formats::LoadOptions options;
  switch (size % 16) {
    case 0:
      options.bounds = {-1, 1};
      options.mean = {0.5};
      options.deviation = {0.25};
      break;
    case 1:
      options.mean = {0.1, 0.2, 0.3};
      break;
    case 2:
      options.layout = model::Layout::hwc;
      break;
    case 3:
      options.layout = model::Layout::chw;
      break;
    case 4:
      options.shape = {3, 4, 5};
      break;
    case 5:
      options.shape = {4};
      break;
    case 6:
      options.labels = {"cat", "dog", "bird"};
      break;
    case 7:
      options.output = formats::OutputKind::probabilities;
      break;
  }
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto graph = formats::read_onnx(std::as_bytes(std::span(data, size)));
  if (!graph.ok()) return fuzz::check_refusal(graph.error());
  for (const formats::Precision precision : {formats::Precision::float32, formats::Precision::float16}) {
    const auto file = formats::write_onnx(graph.value(), precision);
    if (!file.ok()) continue;  // a constant beyond what float16 holds
    const auto again = formats::read_onnx(file.value());
    MLSEC_CHECK(again.ok());
    MLSEC_CHECK(formats::write_onnx(again.value(), precision).value() == file.value());
  }
  const formats::LoadOptions options = options_for(size);
  const auto model = formats::model_from(graph.value(), options);
  if (!model.ok()) {
    const auto found = formats::inspect(graph.value(), options);
    MLSEC_CHECK(!found.problems.empty());
    for (const Error& problem : found.problems) fuzz::check_refusal(problem);
    return fuzz::check_refusal(model.error());
  }
  fuzz::check_pass(*model.value());
  if (const auto described = formats::describe(*model.value()); !described.ok()) fuzz::check_refusal(described.error());
  return 0;
}

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  // Half the time as bytes: that tries the protobuf, but seldom leaves a file that can be read.
  if (seed % 2 == 0) return LLVMFuzzerMutate(data, size, most);
  if (const auto graph = formats::read_onnx(std::as_bytes(std::span(data, size))); graph.ok()) {
    const auto file = formats::write_onnx(fuzz::changed(graph.value(), seed), formats::Precision::float32);
    if (file.ok() && file.value().size() <= most) {
      std::memcpy(data, file.value().data(), file.value().size());
      return file.value().size();
    }
  }
  return LLVMFuzzerMutate(data, size, most);
}
