// A value as JSON.
#pragma once

#include <string>

#include "base/json.hpp"
#include "base/value.hpp"

namespace mlsec::fuzz {

/// With `rounded`, numbers as whole ones below 1e15: what is read is a few units of its last place off.
inline void write(JsonWriter& json, const Value& value, bool rounded) {
  if (const auto* list = value.as<ValueList>()) {
    json.begin_list();
    for (const Value& each : *list) write(json, each, rounded);
    json.end_list();
  } else if (const auto* object = value.as<ValueObject>()) {
    json.begin_object();
    for (const auto& [name, member] : *object) write(json.key(name), member, rounded);
    json.end_object();
  } else if (const auto* text = value.as<std::string>()) {
    json.text(*text);
  } else if (const auto* number = value.as<double>()) {
    if (rounded)
      json.whole(static_cast<std::int64_t>(*number > -1e15 && *number < 1e15 ? *number : 0));
    else
      json.number(*number);
  } else {
    const bool* flag = value.as<bool>();
    json.boolean(flag && *flag);
  }
}

inline std::string json_text(const Value& value, bool rounded = false) {
  JsonWriter json;
  write(json, value, rounded);
  return json.result();
}

}  // namespace mlsec::fuzz
