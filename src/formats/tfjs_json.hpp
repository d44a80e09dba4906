// Members of JSON objects whose types are known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.hpp"

namespace mlsec::formats::tfjs {

using Integers = std::vector<std::int64_t>;

/// A whole number up to 2^53, as a number or (GraphDef) as its digits; nothing for anything else.
std::optional<std::int64_t> integer_of(const Value& value);

/// A list of them.
std::optional<Integers> integers_of(const Value& value);

/// The elements; none where it is no list.
const ValueList& list_of(const Value* value);

/// The text; empty where it is no string.
std::string_view text_of(const Value* value);

/// The bytes of a text in base64, or of a list of their codes; nothing for anything else.
std::optional<std::string> bytes_of(const Value& value);

/// The member of an object in it: find(value, {"a", "b"}) is value.a.b; nullptr where something is missing.
const Value* find(const Value& value, std::initializer_list<std::string_view> path);

/// The options of a layer or a node. A member that is missing or null has its default; one of a wrong type has it, too,
/// and is remembered by name.
class Options {
 public:
  explicit Options(const Value& object) : object_(object) {}

  const Value* find(std::string_view name) const;
  bool flag(std::string_view name, bool otherwise);
  double number(std::string_view name, double otherwise);
  std::int64_t integer(std::string_view name, std::int64_t otherwise);
  std::string text(std::string_view name, std::string_view otherwise);

  /// `count` numbers; one stands for all of them.
  Integers integers(std::string_view name, std::size_t count, std::int64_t otherwise);
  /// However many there are.
  std::optional<Integers> list(std::string_view name);

  /// The first member of a wrong type; empty where all were right.
  const std::string& wrong() const { return wrong_; }

 private:
  const Value& object_;
  std::string wrong_;
};

}  // namespace mlsec::formats::tfjs
