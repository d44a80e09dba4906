#include "formats/tfjs_json.hpp"

#include <cmath>

#include "base/text.hpp"

namespace mlsec::formats::tfjs {

std::optional<std::int64_t> integer_of(const Value& value) {
  std::optional<double> number;
  if (const auto* given = value.as<double>()) number = *given;
  if (const auto* digits = value.as<std::string>()) number = to_number(*digits);
  if (!number || std::fabs(*number) > 0x1p53 || *number != std::floor(*number)) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

std::optional<Integers> integers_of(const Value& value) {
  const auto* list = value.as<ValueList>();
  if (!list) return std::nullopt;
  Integers integers;
  for (const Value& element : *list) {
    const auto integer = integer_of(element);
    if (!integer) return std::nullopt;
    integers.push_back(*integer);
  }
  return integers;
}

const ValueList& list_of(const Value* value) {
  static const ValueList none;
  const auto* list = value ? value->as<ValueList>() : nullptr;
  return list ? *list : none;
}

std::string_view text_of(const Value* value) {
  const auto* text = value ? value->as<std::string>() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

std::optional<std::string> bytes_of(const Value& value) {
  std::string bytes;
  if (const auto codes = integers_of(value)) {
    for (std::int64_t code : *codes) {
      if (code < 0 || code > 255) return std::nullopt;
      bytes += static_cast<char>(code);
    }
    return bytes;
  }
  const auto* text = value.as<std::string>();
  if (!text) return std::nullopt;
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  unsigned bits = 0;
  int count = 0;
  for (char c : std::string_view(*text).substr(0, text->find('='))) {
    const std::size_t digit = digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<unsigned>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

const Value* find(const Value& value, std::initializer_list<std::string_view> path) {
  const Value* found = &value;
  for (std::string_view name : path)
    if (found) found = found->find(name);
  return found;
}

const Value* Options::find(std::string_view name) const {
  const Value* found = object_.find(name);
  return found && !found->is_null() ? found : nullptr;
}

bool Options::flag(std::string_view name, bool otherwise) {
  const Value* found = find(name);
  if (!found) return otherwise;
  if (const auto* flag = found->as<bool>()) return *flag;
  wrong_ = name;
  return otherwise;
}

double Options::number(std::string_view name, double otherwise) {
  const Value* found = find(name);
  if (!found) return otherwise;
  if (const auto* number = found->as<double>()) return *number;
  wrong_ = name;
  return otherwise;
}

std::int64_t Options::integer(std::string_view name, std::int64_t otherwise) {
  const Value* found = find(name);
  if (!found) return otherwise;
  if (const auto integer = integer_of(*found)) return *integer;
  wrong_ = name;
  return otherwise;
}

std::string Options::text(std::string_view name, std::string_view otherwise) {
  const Value* found = find(name);
  if (!found) return std::string(otherwise);
  if (const auto* text = found->as<std::string>()) return *text;
  wrong_ = name;
  return std::string(otherwise);
}

Integers Options::integers(std::string_view name, std::size_t count, std::int64_t otherwise) {
  const Value* found = find(name);
  if (!found) return Integers(count, otherwise);
  if (const auto one = integer_of(*found)) return Integers(count, *one);
  if (auto list = integers_of(*found); list && (list->size() == count || list->size() == 1)) {
    list->resize(count, list->front());
    return *std::move(list);
  }
  wrong_ = name;
  return Integers(count, otherwise);
}

std::optional<Integers> Options::list(std::string_view name) {
  const Value* found = find(name);
  if (!found) return std::nullopt;
  if (const auto one = integer_of(*found)) return Integers{*one};
  auto list = integers_of(*found);
  if (!list) wrong_ = name;
  return list;
}

}  // namespace mlsec::formats::tfjs
