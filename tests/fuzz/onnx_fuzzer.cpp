// Feeds read_onnx arbitrary bytes (https://llvm.org/docs/LibFuzzer.html). Seeds are any valid ONNX files.
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/check.hpp"
#include "formats/onnx.hpp"

using namespace mlsec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto graph = formats::read_onnx(std::as_bytes(std::span(data, size)));
  if (!graph.ok()) return 0;
  for (const formats::Precision precision : {formats::Precision::float32, formats::Precision::float16}) {
    const auto file = formats::write_onnx(graph.value(), precision);
    if (!file.ok()) continue;  // a constant beyond what float16 holds
    const auto again = formats::read_onnx(file.value());
    MLSEC_CHECK(again.ok());
    MLSEC_CHECK(formats::write_onnx(again.value(), precision).value() == file.value());
  }
  return 0;
}
