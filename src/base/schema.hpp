// One declaration per option struct: public names, ranges and sentences stand here and nowhere else.
//
//   struct Options {
//     double epsilon = 0.3;
//     static constexpr auto schema() {
//       return mlsec::schema(field("epsilon", &Options::epsilon, "Radius of the ball.").range(0, 1));
//     }
//   };
//
// From it come the decoder of JavaScript options (base/decode.hpp) and the catalogue's JSON (base/describe.hpp).
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/enum_names.hpp"
#include "base/result.hpp"
#include "base/value.hpp"

namespace mlsec::inline base {

/// Another method with its own options, as an option: { method: "fgsm", epsilon: 0.1 }. Whoever runs it decodes it.
struct MethodReference {
  std::string method;
  Value options;
};

/// A model or data set of the same instance, by the handle the worker gave it.
struct HandleReference {
  std::int64_t handle = 0;
};

template <class T>
concept OptionStruct = std::is_aggregate_v<T> && std::default_initializable<T> && requires { T::schema(); };

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
struct IsList : std::false_type {};
template <class T>
struct IsList<std::vector<T>> : std::true_type {};

template <class T>
concept OptionValue =
    std::same_as<T, bool> || std::same_as<T, int> || std::same_as<T, std::int64_t> || std::same_as<T, double> ||
    std::same_as<T, std::string> || std::same_as<T, NumberArray> || std::same_as<T, MethodReference> ||
    std::same_as<T, HandleReference> || NamedEnum<T> || OptionStruct<T> || IsOptional<T>::value || IsList<T>::value;

/// What is known of a field beside its member.
struct FieldInfo {
  std::string_view name;
  std::string_view summary;
  double minimum = -std::numeric_limits<double>::max();
  double maximum = std::numeric_limits<double>::max();
  std::string_view unit;                      // "input units", "iterations"; empty for pure numbers
  std::string_view default_text;              // how an absent optional is filled, where that depends on other options
  bool advanced = false;                      // forms fold it away
  bool per_sample = false;                    // a list with one entry for each sample
  bool per_feature = false;                   // an array with one entry for each feature, of all samples or of each
  std::uint64_t choices = ~std::uint64_t{0};  // of an enumeration: a bit for each enumerator allowed
};

template <class Owner, OptionValue T>
struct Field : FieldInfo {
  T Owner::* member;

  /// Closed range of a number, or of each number of a list.
  constexpr Field range(double low, double high) const {
    Field copy = *this;
    copy.minimum = low;
    copy.maximum = high;
    return copy;
  }
  /// Of an enumeration, the values this option takes.
  template <class... E>
  constexpr Field only(E... allowed) const {
    Field copy = *this;
    copy.choices = ((std::uint64_t{1} << static_cast<unsigned>(allowed)) | ...);
    return copy;
  }
  constexpr Field in(std::string_view text) const {
    Field copy = *this;
    copy.unit = text;
    return copy;
  }
  constexpr Field otherwise(std::string_view text) const {
    Field copy = *this;
    copy.default_text = text;
    return copy;
  }
  constexpr Field for_experts() const {
    Field copy = *this;
    copy.advanced = true;
    return copy;
  }
  constexpr Field one_a_sample() const {
    Field copy = *this;
    copy.per_sample = true;
    return copy;
  }
  constexpr Field one_a_feature() const {
    Field copy = *this;
    copy.per_feature = true;
    return copy;
  }
};

template <class Owner, OptionValue T>
constexpr Field<Owner, T> field(std::string_view name, T Owner::* member, std::string_view summary) {
  Field<Owner, T> result{};
  result.name = name;
  result.summary = summary;
  result.member = member;
  return result;
}

template <class... Fields>
struct Schema {
  std::tuple<Fields...> fields;
  static constexpr std::size_t size = sizeof...(Fields);
};

template <class... Fields>
constexpr Schema<Fields...> schema(Fields... fields) {
  return {std::tuple<Fields...>{fields...}};
}

namespace detail {
// Converts to anything, so that counting how many of it fit a brace initialiser counts an aggregate's members.
struct Anything {
  template <class T>
  constexpr operator T() const noexcept {
    __builtin_unreachable();
  }
};
template <class T, std::size_t... I>
constexpr bool takes(std::index_sequence<I...>) {
  return requires { T{((void)I, Anything{})...}; };
}
template <class T, std::size_t N = 0>
constexpr std::size_t member_count() {
  if constexpr (!takes<T>(std::make_index_sequence<N + 1>{}))
    return N;
  else
    return member_count<T, N + 1>();
}
}  // namespace detail

template <OptionStruct T, class Visitor>
constexpr void for_each_field(Visitor&& visit) {
  static_assert(decltype(T::schema())::size == detail::member_count<T>(), "every option must stand in schema()");
  std::apply([&](const auto&... fields) { (visit(fields), ...); }, T::schema().fields);
}

/// Field I as a constant: code that reads only some of its parts leaves the others, its sentence above all, out of the
/// program.
template <OptionStruct T, std::size_t I>
inline constexpr auto field_at = std::get<I>(T::schema().fields);

template <OptionStruct T>
constexpr std::size_t count_fields() {
  static_assert(decltype(T::schema())::size == detail::member_count<T>(), "every option must stand in schema()");
  return decltype(T::schema())::size;
}
template <OptionStruct T>
inline constexpr std::size_t field_count = count_fields<T>();

/// visit.template operator()<I>() for every field.
template <OptionStruct T, class Visitor>
constexpr void for_each_field_index(Visitor&& visit) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit.template operator()<I>(), ...);
  }(std::make_index_sequence<field_count<T>>{});
}

/// What one field cannot know: `static Result<void> check(const Options&)` beside schema().
template <class T>
concept CrossChecked = requires(const T& options) {
  { T::check(options) } -> std::same_as<Result<void>>;
};

}  // namespace mlsec::inline base
