// Feeds read_onnx arbitrary bytes, and what it reads to the writer and to model_from. Seeds are any ONNX files.
#include <cstddef>
#include <cstdint>
#include <span>

#include "formats/model_graph.hpp"
#include "formats/onnx.hpp"
#include "tests/fuzz/checks.hpp"
#include "tests/fuzz/graph_mutator.hpp"

using namespace mlsec;

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
  const auto model = formats::model_from(graph.value(), {});
  if (!model.ok()) return fuzz::check_refusal(model.error());
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
