// Between JavaScript's values and the core's. Arrays are copied both ways; no view of the heap outlives a call here.
#pragma once

#include <emscripten/val.h>

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"
#include "tensor/tensor.hpp"

namespace mlsec::bindings {

using emscripten::val;

/// Functions and symbols are refused, as is nesting deeper than 32.
Result<Value> to_value(const val& js);

/// { data, shape } of an array of samples; `name` is the argument's public name, for errors.
struct ArrayArgument {
  val data = val::undefined();
  Shape shape;
};
Result<ArrayArgument> to_array_argument(const val& js, const std::string& name);

/// Copies a typed array.
std::vector<float> to_floats(const val& array);
std::vector<int> to_integers(const val& array);
std::vector<std::uint8_t> to_bytes(const val& array);
Result<Tensor> to_tensor(const ArrayArgument& argument, const std::string& name);

val from_floats(std::span<const float> values);
val from_doubles(std::span<const double> values);
val from_integers(std::span<const std::int32_t> values);
val from_bytes(std::span<const std::byte> values);
val from_strings(std::span<const std::string> values);
val from_shape(const Shape& shape);
val from_text(std::string_view text);

// Members of objects and of lists. The functions of `val` itself are compiled anew for every type of value and every
// length of name.

void set(val& object, const char* name, const val& value);
void set(val& object, const char* name, double number);
void set(val& object, const char* name, std::string_view text);
template <std::same_as<bool> T>
void set(val& object, const char* name, T flag) {
  set(object, name, val(flag));
}
template <std::integral T>
  requires(!std::same_as<T, bool>)
void set(val& object, const char* name, T number) {
  set(object, name, static_cast<double>(number));
}
inline void set(val& object, const char* name, const char* text) { set(object, name, std::string_view(text)); }

val get(const val& object, const char* name);
void push(val& list, const val& value);
/// Whether this is an object of a global class: "Float32Array".
bool is_a(const val& object, const char* class_name);

}  // namespace mlsec::bindings
