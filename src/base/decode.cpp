#include "base/decode.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/text.hpp"

namespace mlsec::inline base::detail {

namespace {

std::string join_path(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : sentence({path, ".", name});
}

Error refuse(ErrorCode code, const std::string& path, std::initializer_list<Piece> pieces) {
  return {code, path, sentence(pieces)};
}

std::string index_path(const std::string& path, std::size_t index) { return sentence({path, "[", index, "]"}); }

Result<void> decode_members(const Value& object, const std::string& path, const Target& target) {
  for (const Slot& slot : target.layout.slots) {
    const Value* member = object.find(slot.name);
    if (member && !member->is_null())
      MLSEC_TRY_VOID(slot.decode(*member, join_path(path, slot.name), slot, slot.member_of(target.options)));
  }
  return {};
}

bool is_known(std::string_view name, std::initializer_list<Target> targets) {
  for (const Target& target : targets)
    for (const Slot& slot : target.layout.slots)
      if (slot.name == name) return true;
  return false;
}

}  // namespace

Error wrong_type(std::string_view path, std::string_view expected, const Value& actual) {
  const std::string_view name = path.empty() ? "options" : path;
  return {ErrorCode::wrong_type, std::string(name),
          sentence({name, " must be ", expected, ", not ", describe_kind(actual), "."})};
}

Result<double> decode_number(const Value& value, const std::string& path, const Slot& slot, int integer_bits) {
  const double* given = value.as<double>();
  const bool integer = integer_bits > 0;
  if (!given) return wrong_type(path, integer ? "a whole number" : "a number", value);
  const double number = *given;
  if (!std::isfinite(number)) return refuse(ErrorCode::not_finite, path, {path, " must be a finite number."});
  if (integer && number != std::floor(number))
    return refuse(ErrorCode::wrong_type, path, {path, " must be a whole number, not ", number, "."});
  const double limit = integer ? std::ldexp(1.0, integer_bits) - 1 : std::numeric_limits<double>::max();
  const double low = std::max(slot.minimum, -limit), high = std::min(slot.maximum, limit);
  if (number >= low && number <= high) return number;
  if (high >= limit && number < low)
    return refuse(ErrorCode::out_of_range, path, {path, " must be at least ", low, ", not ", number, "."});
  return refuse(ErrorCode::out_of_range, path, {path, " must be between ", low, " and ", high, ", not ", number, "."});
}

Result<void> decode_choice(const Value& value, const std::string& path, const Slot& slot,
                           std::span<const std::string_view> names, void* choice) {
  const auto* text = value.as<std::string>();
  if (!text) return wrong_type(path, "a string", value);
  std::string listed;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!(slot.choices >> i & 1)) continue;
    if (names[i] == *text) {
      const int index = static_cast<int>(i);
      std::memcpy(choice, &index, sizeof index);
      return {};
    }
    append_name(listed, names[i]);
  }
  return refuse(ErrorCode::unknown_name, path, {path, " must be one of ", listed, ", not \"", *text, "\"."});
}

Result<NumberArray> decode_array(const Value& value, const std::string& path, const Slot& slot) {
  NumberArray result;
  if (const auto* array = value.as<NumberArray>()) {
    result = *array;
  } else if (const auto* list = value.as<ValueList>()) {
    for (const Value& item : *list) {
      const double* number = item.as<double>();
      if (!number) return wrong_type(index_path(path, result.numbers.size()), "a number", item);
      result.numbers.push_back(static_cast<float>(*number));
    }
    result.extents = {static_cast<std::int64_t>(result.numbers.size())};
  } else {
    return wrong_type(path, "an array of numbers", value);
  }
  for (std::size_t i = 0; i < result.numbers.size(); ++i)
    if (auto checked = decode_number(Value(double{result.numbers[i]}), index_path(path, i), slot, 0); !checked.ok())
      return std::move(checked).failure();
  return result;
}

Result<MethodReference> decode_method(const Value& value, const std::string& path) {
  if (const auto* name = value.as<std::string>()) return MethodReference{*name, ValueObject{}};
  const Value* method = value.find("method");
  const auto* name = method ? method->as<std::string>() : nullptr;
  if (!name) return wrong_type(path, "the name of a method, or an object with the member method", value);
  return MethodReference{*name, value};
}

Result<HandleReference> decode_handle(const Value& value, const std::string& path) {
  const Value* handle = value.find("handle");
  const double* number = handle ? handle->as<double>() : nullptr;
  // False for NaN too.
  const bool whole = number && std::fabs(*number) <= 9007199254740991.0 && *number == std::floor(*number);
  if (!whole) return wrong_type(path, "a model or data set", value);
  return HandleReference{static_cast<std::int64_t>(*number)};
}

Result<void> decode_list(const Value& value, const std::string& path, const Slot& slot, const Items& items) {
  const auto* array = value.as<NumberArray>();
  const auto* list = value.as<ValueList>();
  if (!array && !list) return wrong_type(path, "a list", value);
  const std::size_t count = array ? array->numbers.size() : list->size();
  std::byte* item = items.resize(items.list, count);
  for (std::size_t i = 0; i < count; ++i, item += items.stride)
    MLSEC_TRY_VOID(
        items.decode(array ? Value(double{array->numbers[i]}) : (*list)[i], index_path(path, i), slot, item));
  return {};
}

Result<void> decode_structs(const Value& object, const std::string& path, std::initializer_list<Target> targets) {
  if (!object.is_null()) {
    const auto* members = object.as<ValueObject>();
    if (!members) return wrong_type(path, "an object", object);
    for (const Target& target : targets) MLSEC_TRY_VOID(decode_members(object, path, target));
    for (const auto& [name, member] : *members)
      if (!member.is_null() && !is_known(name, targets)) {
        const std::string full = join_path(path, name);
        return refuse(ErrorCode::unknown_option, full, {"There is no option ", full, " here."});
      }
  }
  for (const Target& target : targets)
    if (target.layout.check) MLSEC_TRY_VOID(target.layout.check(target.options));
  return {};
}

}  // namespace mlsec::inline base::detail
