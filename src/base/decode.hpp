// From a Value to an options struct, by the struct's schema alone.
#pragma once

#include <array>
#include <cmath>
#include <span>
#include <string>
#include <string_view>

#include "base/schema.hpp"

namespace mlsec::inline base {

namespace detail {

/// A field of one struct in hand, its type known only to `decode`: so the loop over fields is compiled once for all.
struct Slot {
  std::string_view name;
  double minimum, maximum;
  std::uint64_t choices;
  void* member;
  Result<void> (*decode)(const Value& value, const std::string& path, const Slot& slot, void* member);
};

Error wrong_type(std::string_view path, std::string_view expected, const Value& actual);
/// `integer_bits`: the size of a whole number without its sign; 0 where the number need not be whole.
Result<double> decode_number(const Value& value, const std::string& path, const Slot& slot, int integer_bits);
Result<int> decode_choice(const Value& value, const std::string& path, const Slot& slot,
                          std::span<const std::string_view> names);
Result<NumberArray> decode_array(const Value& value, const std::string& path, const Slot& slot);
Result<MethodReference> decode_method(const Value& value, const std::string& path);
Result<HandleReference> decode_handle(const Value& value, const std::string& path);
Result<void> decode_slots(const Value& object, const std::string& path, std::span<const Slot> slots);
Result<void> refuse_unknown(const Value& object, const std::string& path,
                            std::initializer_list<std::span<const Slot>> known);
std::string index_path(const std::string& path, std::size_t index);

template <OptionStruct T>
Result<void> decode_struct(const Value& object, const std::string& path, T& out);

template <OptionValue T>
Result<void> decode_value(const Value& value, const std::string& path, const Slot& slot, void* member) {
  T& out = *static_cast<T*>(member);
  if constexpr (IsOptional<T>::value) {
    return decode_value<typename T::value_type>(value, path, slot, &out.emplace());
  } else if constexpr (IsList<T>::value) {
    const auto* array = value.as<NumberArray>();
    const auto* list = value.as<ValueList>();
    if (!array && !list) return wrong_type(path, "a list", value);
    out.resize(array ? array->numbers.size() : list->size());
    for (std::size_t i = 0; i < out.size(); ++i)
      MLSEC_TRY_VOID(decode_value<typename T::value_type>(array ? Value(double{array->numbers[i]}) : (*list)[i],
                                                          index_path(path, i), slot, &out[i]));
    return {};
  } else if constexpr (std::same_as<T, bool>) {
    const bool* flag = value.as<bool>();
    if (!flag) return wrong_type(path, "true or false", value);
    out = *flag;
    return {};
  } else if constexpr (std::same_as<T, int> || std::same_as<T, std::int64_t>) {
    MLSEC_TRY(const double number, decode_number(value, path, slot, std::same_as<T, int> ? 31 : 53));
    out = static_cast<T>(number);
    return {};
  } else if constexpr (std::same_as<T, double>) {
    MLSEC_TRY(out, decode_number(value, path, slot, 0));
    return {};
  } else if constexpr (std::same_as<T, std::string>) {
    const auto* text = value.as<std::string>();
    if (!text) return wrong_type(path, "a string", value);
    out = *text;
    return {};
  } else if constexpr (NamedEnum<T>) {
    MLSEC_TRY(const int choice, decode_choice(value, path, slot, names_of<T>));
    out = static_cast<T>(choice);
    return {};
  } else if constexpr (std::same_as<T, NumberArray>) {
    MLSEC_TRY(out, decode_array(value, path, slot));
    return {};
  } else if constexpr (std::same_as<T, HandleReference>) {
    MLSEC_TRY(out, decode_handle(value, path));
    return {};
  } else if constexpr (std::same_as<T, MethodReference>) {
    MLSEC_TRY(out, decode_method(value, path));
    return {};
  } else {
    return decode_struct(value, path, out);
  }
}

template <OptionStruct T>
auto slots_of(T& out) {
  std::array<Slot, decltype(T::schema())::size> slots;
  for_each_field_index<T>([&]<std::size_t I>() {
    constexpr FieldInfo info = field_at<T, I>;
    auto& member = out.*field_at<T, I>.member;
    slots[I] = {info.name,    info.minimum, info.maximum,
                info.choices, &member,      &decode_value<std::remove_cvref_t<decltype(member)>>};
  });
  return slots;
}

template <OptionStruct T>
Result<void> checked(const T& options) {
  if constexpr (CrossChecked<T>)
    return T::check(options);
  else
    return {};
}

template <OptionStruct T>
Result<void> decode_struct(const Value& object, const std::string& path, T& out) {
  const auto slots = slots_of(out);
  MLSEC_TRY_VOID(decode_slots(object, path, slots));
  MLSEC_TRY_VOID(refuse_unknown(object, path, {slots}));
  return checked(out);
}

}  // namespace detail

/// Fills a struct from an object. What its schema does not name is refused; absent members keep their defaults.
template <OptionStruct T>
Result<void> decode(const Value& object, T& out) {
  return detail::decode_struct(object, "", out);
}

/// Fills two structs from one flat object, each taking the members its schema names.
template <OptionStruct A, OptionStruct B>
Result<void> decode(const Value& object, A& first, B& second) {
  const auto first_slots = detail::slots_of(first);
  const auto second_slots = detail::slots_of(second);
  MLSEC_TRY_VOID(detail::decode_slots(object, "", first_slots));
  MLSEC_TRY_VOID(detail::decode_slots(object, "", second_slots));
  MLSEC_TRY_VOID(detail::refuse_unknown(object, "", {first_slots, second_slots}));
  MLSEC_TRY_VOID(detail::checked(first));
  return detail::checked(second);
}

}  // namespace mlsec::inline base
