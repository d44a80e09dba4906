// A neutral tree of values, between JavaScript's (or a test's) and the options structs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mlsec::inline base {

class Value;

/// Members in the order given; names are unique.
using ValueObject = std::vector<std::pair<std::string, Value>>;
using ValueList = std::vector<Value>;

/// A typed array with its extents, as an option (a mask, bounds, targets).
struct NumberArray {
  std::vector<float> numbers;
  std::vector<std::int64_t> extents;
};

/// null stands for both null and undefined: an absent value.
class Value {
 public:
  using Content = std::variant<std::monostate, bool, double, std::string, NumberArray, ValueList, ValueObject>;

  Value() = default;
  // Out of line, as the tree below is copied and dropped in many places.
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();

  Value(bool content) : content_(content) {}
  Value(int content) : content_(static_cast<double>(content)) {}
  Value(double content) : content_(content) {}
  Value(const char* content) : content_(std::string(content)) {}
  Value(std::string content) : content_(std::move(content)) {}
  Value(NumberArray content) : content_(std::move(content)) {}
  Value(ValueList content) : content_(std::move(content)) {}
  Value(ValueObject content) : content_(std::move(content)) {}

  bool is_null() const { return content_.index() == 0; }

  template <class T>
  const T* as() const {
    return std::get_if<T>(&content_);
  }
  template <class T>
  T* as() {
    return std::get_if<T>(&content_);
  }

  /// The member of that name; nullptr where there is none or this is no object.
  const Value* find(std::string_view name) const;

 private:
  Content content_;
};

/// "a number", "a string" ..., for messages.
std::string_view describe_kind(const Value& value);

}  // namespace mlsec::inline base
