#include "base/value.hpp"

namespace mlsec::inline base {

Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

const Value* Value::find(std::string_view name) const {
  if (const auto* object = as<ValueObject>())
    for (const auto& [member_name, member] : *object)
      if (member_name == name) return &member;
  return nullptr;
}

std::string_view describe_kind(const Value& value) {
  if (value.is_null()) return "nothing";
  if (value.as<bool>()) return "a boolean";
  if (value.as<double>()) return "a number";
  if (value.as<std::string>()) return "a string";
  if (value.as<NumberArray>()) return "a typed array";
  if (value.as<ValueList>()) return "a list";
  return "an object";
}

}  // namespace mlsec::inline base
