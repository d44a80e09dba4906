// Feeds read_json arbitrary bytes; what it reads, written, reads as the same. Seeds are any JSON files.
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/json.hpp"
#include "base/json_reader.hpp"
#include "tests/fuzz/checks.hpp"

using namespace mlsec;

namespace {

void write(JsonWriter& json, const Value& value) {
  if (const auto* list = value.as<ValueList>()) {
    json.begin_list();
    for (const Value& each : *list) write(json, each);
    json.end_list();
  } else if (const auto* object = value.as<ValueObject>()) {
    json.begin_object();
    for (const auto& [name, member] : *object) write(json.key(name), member);
    json.end_object();
  } else if (const auto* text = value.as<std::string>()) {
    json.text(*text);
  } else if (const auto* number = value.as<double>()) {
    json.whole(static_cast<std::int64_t>(*number > -1e15 && *number < 1e15 ? *number : 0));
  } else {
    json.boolean(!value.is_null() && *value.as<bool>());
  }
}

std::string written(const Value& value) {
  JsonWriter json;
  write(json, value);
  return json.result();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = read_json(fuzz::text_of(std::as_bytes(std::span(data, size))), "json");
  if (!value.ok()) return fuzz::check_refusal(value.error());
  const std::string text = written(value.value());
  const auto again = read_json(text, "json");
  MLSEC_CHECK(again.ok());
  MLSEC_CHECK(written(again.value()) == text);
  return 0;
}
