// From an options struct's schema to its JSON description.
#pragma once

#include "base/json.hpp"
#include "base/schema.hpp"

namespace mlsec::inline base {

namespace detail {

template <OptionValue T>
void describe_type(JsonWriter& json, const FieldInfo& info);

template <OptionValue T>
void describe_default(JsonWriter& json, const T& value) {
  if constexpr (IsOptional<T>::value) {
    if (value) describe_default(json, *value);
  } else if constexpr (std::same_as<T, bool>) {
    json.key("default").boolean(value);
  } else if constexpr (std::same_as<T, int> || std::same_as<T, std::int64_t> || std::same_as<T, double>) {
    json.key("default").number(static_cast<double>(value));
  } else if constexpr (std::same_as<T, std::string>) {
    json.key("default").text(value);
  } else if constexpr (NamedEnum<T>) {
    json.key("default").text(name_of(value));
  }
}

template <OptionStruct T>
void describe_fields(JsonWriter& json) {
  json.begin_list();
  const T defaults{};
  for_each_field<T>([&](const auto& entry) {
    using Member = std::remove_cvref_t<decltype(defaults.*entry.member)>;
    json.begin_object().key("name").text(entry.name);
    describe_type<Member>(json, entry);
    describe_default(json, defaults.*entry.member);
    if (!entry.default_text.empty()) json.key("defaultText").text(entry.default_text);
    if (!entry.unit.empty()) json.key("unit").text(entry.unit);
    if (entry.per_sample) json.key("perSample").boolean(true);
    if (entry.per_feature) json.key("perFeature").boolean(true);
    json.key("level").text(entry.advanced ? "advanced" : "basic").key("summary").text(entry.summary).end_object();
  });
  json.end_list();
}

template <OptionValue T>
void describe_type(JsonWriter& json, const FieldInfo& info) {
  const auto range = [&] {
    if (info.minimum > -std::numeric_limits<double>::max()) json.key("minimum").number(info.minimum);
    if (info.maximum < std::numeric_limits<double>::max()) json.key("maximum").number(info.maximum);
  };
  if constexpr (IsOptional<T>::value) {
    describe_type<typename T::value_type>(json, info);
    json.key("optional").boolean(true);
  } else if constexpr (IsList<T>::value) {
    json.key("type").text("list").key("item").begin_object();
    describe_type<typename T::value_type>(json, info);
    json.end_object();
  } else if constexpr (std::same_as<T, bool>) {
    json.key("type").text("boolean");
  } else if constexpr (std::same_as<T, int> || std::same_as<T, std::int64_t>) {
    json.key("type").text("integer");
    range();
  } else if constexpr (std::same_as<T, double>) {
    json.key("type").text("number");
    range();
  } else if constexpr (std::same_as<T, std::string>) {
    json.key("type").text("string");
  } else if constexpr (NamedEnum<T>) {
    json.key("type").text("enum").key("values").begin_list();
    for (std::size_t i = 0; i < names_of<T>.size(); ++i)
      if (info.choices >> i & 1) json.text(names_of<T>[i]);
    json.end_list();
  } else if constexpr (std::same_as<T, NumberArray>) {
    json.key("type").text("array");
    range();
  } else if constexpr (std::same_as<T, MethodReference>) {
    json.key("type").text("method");
  } else if constexpr (std::same_as<T, HandleReference>) {
    json.key("type").text("model");
  } else {
    json.key("type").text("object").key("options");
    describe_fields<T>(json);
  }
}

}  // namespace detail

/// The list of options of T: names, types, defaults, ranges, sentences.
template <OptionStruct T>
void describe(JsonWriter& json) {
  detail::describe_fields<T>(json);
}

}  // namespace mlsec::inline base
