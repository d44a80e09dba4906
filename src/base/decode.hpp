// From a Value to an options struct, by the struct's schema alone.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "base/schema.hpp"

namespace mlsec::inline base {

namespace detail {

struct Slot;
/// Fills `member`, an object of the type that this function stands for.
using Decode = Result<void>(const Value& value, const std::string& path, const Slot& slot, void* member);

/// A field of an options struct. These are constants, and types are known to two small functions only: so what decodes
/// is compiled once for all structs, and one more struct costs its table.
struct Slot {
  std::string_view name;
  double minimum, maximum;
  std::uint64_t choices;
  void* (*member_of)(void* options);
  Decode* decode;
};

/// An options struct.
struct Layout {
  std::span<const Slot> slots;
  Result<void> (*check)(const void* options);  // across fields; may be null
};

/// One of the structs that an object is to fill.
struct Target {
  const Layout& layout;
  void* options;
};

/// A list in an options struct.
struct Items {
  void* list;
  std::byte* (*resize)(void* list, std::size_t count);  // to its first item
  std::size_t stride;
  Decode* decode;
};

Error wrong_type(std::string_view path, std::string_view expected, const Value& actual);
/// `integer_bits`: the size of a whole number without its sign; 0 where the number need not be whole.
Result<double> decode_number(const Value& value, const std::string& path, const Slot& slot, int integer_bits);
/// `choice`: an enumeration of int's size.
Result<void> decode_choice(const Value& value, const std::string& path, const Slot& slot,
                           std::span<const std::string_view> names, void* choice);
Result<void> decode_list(const Value& value, const std::string& path, const Slot& slot, const Items& items);
Result<NumberArray> decode_array(const Value& value, const std::string& path, const Slot& slot);
Result<MethodReference> decode_method(const Value& value, const std::string& path);
Result<HandleReference> decode_handle(const Value& value, const std::string& path);
/// Each struct takes the members that its slots name; what none names is refused.
Result<void> decode_structs(const Value& object, const std::string& path, std::initializer_list<Target> targets);

template <class T>
std::byte* resize_list(void* list, std::size_t count) {
  auto& items = *static_cast<std::vector<T>*>(list);
  items.resize(count);
  return reinterpret_cast<std::byte*>(items.data());
}

template <OptionStruct T>
const Layout& layout_of();

template <OptionValue T>
Result<void> decode_value(const Value& value, const std::string& path, const Slot& slot, void* member) {
  T& out = *static_cast<T*>(member);
  if constexpr (IsOptional<T>::value) {
    return decode_value<typename T::value_type>(value, path, slot, &out.emplace());
  } else if constexpr (IsList<T>::value) {
    using Item = typename T::value_type;
    return decode_list(value, path, slot, {member, &resize_list<Item>, sizeof(Item), &decode_value<Item>});
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
    static_assert(std::same_as<std::underlying_type_t<T>, int>);
    return decode_choice(value, path, slot, names_of<T>, member);
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
    return decode_structs(value, path, {{layout_of<T>(), member}});
  }
}

template <OptionStruct T, std::size_t I>
void* member_at(void* options) {
  return &(static_cast<T*>(options)->*field_at<T, I>.member);
}

// Field by field: a copy of the whole FieldInfo would keep its sentence in the WebAssembly.
template <OptionStruct T, std::size_t I>
constexpr Slot slot_at() {
  constexpr const auto& info = field_at<T, I>;
  using Member = std::remove_cvref_t<decltype(std::declval<T&>().*info.member)>;
  return {info.name, info.minimum, info.maximum, info.choices, &member_at<T, I>, &decode_value<Member>};
}

template <OptionStruct T>
inline constexpr auto slots_of = []<std::size_t... I>(std::index_sequence<I...>) {
  return std::array<Slot, sizeof...(I)>{slot_at<T, I>()...};
}(std::make_index_sequence<field_count<T>>{});

template <OptionStruct T>
constexpr auto check_of() -> Result<void> (*)(const void*) {
  if constexpr (CrossChecked<T>)
    return [](const void* options) { return T::check(*static_cast<const T*>(options)); };
  else
    return nullptr;
}

template <OptionStruct T>
const Layout& layout_of() {
  static constexpr Layout layout{slots_of<T>, check_of<T>()};
  return layout;
}

}  // namespace detail

/// Fills a struct from an object. What its schema does not name is refused; absent members keep their defaults.
template <OptionStruct T>
Result<void> decode(const Value& object, T& out) {
  return detail::decode_structs(object, "", {{detail::layout_of<T>(), &out}});
}

/// Fills two structs from one flat object, each taking the members its schema names.
template <OptionStruct A, OptionStruct B>
Result<void> decode(const Value& object, A& first, B& second) {
  return detail::decode_structs(object, "", {{detail::layout_of<A>(), &first}, {detail::layout_of<B>(), &second}});
}

}  // namespace mlsec::inline base
