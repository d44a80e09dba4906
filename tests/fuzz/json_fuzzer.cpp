// Feeds read_json arbitrary bytes; what it reads, written, reads as the same. Seeds are any JSON files.
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/json_reader.hpp"
#include "tests/fuzz/checks.hpp"
#include "tests/fuzz/json_text.hpp"

using namespace mlsec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = read_json(fuzz::text_of(std::as_bytes(std::span(data, size))), "json");
  if (!value.ok()) return fuzz::check_refusal(value.error());
  const std::string text = fuzz::json_text(value.value(), true);
  const auto again = read_json(text, "json");
  MLSEC_CHECK(again.ok());
  MLSEC_CHECK(fuzz::json_text(again.value(), true) == text);
  return 0;
}
