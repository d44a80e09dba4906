// A value as JSON.
#pragma once

#include <string>

#include "base/json.hpp"
#include "base/value.hpp"

namespace mlsec::fuzz {

inline void write(JsonWriter& json, const Value& value) {
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
    json.number(*number);
  } else {
    const bool* flag = value.as<bool>();
    json.boolean(flag && *flag);
  }
}

inline std::string json_text(const Value& value) {
  JsonWriter json;
  write(json, value);
  return json.result();
}

}  // namespace mlsec::fuzz
