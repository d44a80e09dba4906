#include "base/value.hpp"

namespace mlsec::inline base {

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
