// The public spelling of an enumeration's values. Beside the enumeration stands
//   constexpr std::array<std::string_view, N> enum_names(Colour) { return {"red", "green"}; }
// with the names in the order of the enumerators.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace mlsec::inline base {

template <class T>
concept NamedEnum = std::is_enum_v<T> && requires { enum_names(T{}); };

template <NamedEnum E>
inline constexpr auto names_of = enum_names(E{});

template <NamedEnum E>
constexpr std::string_view name_of(E value) {
  return names_of<E>[static_cast<std::size_t>(value)];
}

template <NamedEnum E>
constexpr std::optional<E> value_of(std::string_view name) {
  for (std::size_t i = 0; i < names_of<E>.size(); ++i)
    if (names_of<E>[i] == name) return static_cast<E>(i);
  return std::nullopt;
}

}  // namespace mlsec::inline base
