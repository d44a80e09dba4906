// Between JavaScript's values and the core's. Arrays are copied both ways; no view of the heap outlives a call here.
#pragma once

#include <emscripten/val.h>

#include <cstdint>
#include <span>
#include <string>
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

}  // namespace mlsec::bindings
