// Feeds read_npy arbitrary bytes. Seeds are any valid files.
#include <cstddef>
#include <cstdint>
#include <span>

#include "formats/npy.hpp"
#include "tests/fuzz/checks.hpp"

using namespace mlsec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto array = formats::read_npy(std::as_bytes(std::span(data, size)));
  if (!array.ok()) return fuzz::check_refusal(array.error());
  const std::size_t count = std::visit([](const auto& values) { return values.size(); }, array.value().values);
  MLSEC_CHECK(count == array.value().shape.count());
  return 0;
}
