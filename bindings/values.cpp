#include "bindings/values.hpp"

#include <cmath>

#include "base/text.hpp"

namespace mlsec::bindings {

namespace {

constexpr int deepest = 32;

void call_set(const val& array, const val& values) { array.call<void>("set", values); }

bool is_view(const val& js) { return val::global("ArrayBuffer").call<bool>("isView", js); }

std::size_t length_of(const val& array) { return static_cast<std::size_t>(get(array, "length").as<double>()); }

template <class T>
void copy_into(std::span<T> out, const val& array) {
  if (!out.empty()) call_set(val(emscripten::typed_memory_view(out.size(), out.data())), array);
}

template <class T>
std::vector<T> copy_array(const val& array) {
  std::vector<T> result(length_of(array));
  copy_into(std::span(result), array);
  return result;
}

/// A new array of that type, over the bytes of these numbers.
val copy_out(const char* type, std::span<const std::byte> bytes) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const val view(emscripten::typed_memory_view(bytes.size(), first));
  const val copy = val::global("Uint8Array").new_(view);
  return val::global(type).new_(get(copy, "buffer"));
}

Result<Value> convert(const val& js, int depth) {
  if (depth > deepest) return Error{ErrorCode::too_large, "options", "options are nested deeper than 32 levels."};
  if (js.isUndefined() || js.isNull()) return Value();
  const std::string type = js.typeOf().as<std::string>();
  if (type == "boolean") return Value(js.as<bool>());
  if (type == "number") return Value(js.as<double>());
  if (type == "string") return Value(js.as<std::string>());
  if (type != "object")
    return Error{ErrorCode::wrong_type, "options", sentence({"options must not hold a ", type, "."})};
  if (is_view(js)) {
    NumberArray array{copy_array<float>(js), {}};
    array.extents = {static_cast<std::int64_t>(array.numbers.size())};
    return Value(std::move(array));
  }
  if (js.isArray()) {
    ValueList list;
    const std::size_t length = length_of(js);
    for (std::size_t i = 0; i < length; ++i) {
      MLSEC_TRY(Value item, convert(js[i], depth + 1));
      list.push_back(std::move(item));
    }
    return Value(std::move(list));
  }
  ValueObject object;
  const val keys = val::global("Object").call<val>("keys", js);
  const std::size_t length = length_of(keys);
  for (std::size_t i = 0; i < length; ++i) {
    const std::string key = keys[i].as<std::string>();
    MLSEC_TRY(Value member, convert(js[key], depth + 1));
    object.emplace_back(key, std::move(member));
  }
  return Value(std::move(object));
}

}  // namespace

Result<Value> to_value(const val& js) { return convert(js, 0); }

Result<ArrayArgument> to_array_argument(const val& js, const std::string& name) {
  const auto refuse = [&] {
    return Error{ErrorCode::wrong_type, name,
                 sentence({name, " must be an object { data: a typed array, shape: whole numbers }."})};
  };
  if (js.typeOf().as<std::string>() != "object" || js.isNull() || !is_view(get(js, "data")) ||
      !get(js, "shape").isArray())
    return refuse();
  const val shape = get(js, "shape");
  const std::size_t rank = length_of(shape);
  if (rank > Shape::max_rank) return refuse();
  std::vector<std::int64_t> extents;
  double count = 1;
  for (std::size_t i = 0; i < rank; ++i) {
    const double extent = shape[i].isNumber() ? shape[i].as<double>() : -1;
    if (!(extent >= 0 && extent <= 4294967295.0) || extent != std::floor(extent)) return refuse();
    count *= extent;
    extents.push_back(static_cast<std::int64_t>(extent));
  }
  ArrayArgument argument{get(js, "data"), Shape(extents)};
  if (count != static_cast<double>(length_of(argument.data)))
    return Error{ErrorCode::shape_mismatch, name,
                 sentence({name, " has ", length_of(argument.data), " values, which do not fit its shape ",
                           to_text(argument.shape), "."})};
  return argument;
}

std::vector<float> to_floats(const val& array) { return copy_array<float>(array); }
std::vector<int> to_integers(const val& array) { return copy_array<int>(array); }
std::vector<std::uint8_t> to_bytes(const val& array) { return copy_array<std::uint8_t>(array); }

Result<Tensor> to_tensor(const ArrayArgument& argument, const std::string& name) {
  if (!is_a(argument.data, "Float32Array"))
    return Error{ErrorCode::wrong_type, name, sentence({name, " must hold its data as a Float32Array."})};
  Tensor tensor(argument.shape);
  copy_into(tensor.values(), argument.data);
  return tensor;
}

val from_floats(std::span<const float> values) { return copy_out("Float32Array", std::as_bytes(values)); }
val from_doubles(std::span<const double> values) { return copy_out("Float64Array", std::as_bytes(values)); }
val from_integers(std::span<const std::int32_t> values) { return copy_out("Int32Array", std::as_bytes(values)); }
val from_bytes(std::span<const std::byte> values) { return copy_out("Uint8Array", values); }

val from_strings(std::span<const std::string> values) {
  val list = val::array();
  for (const std::string& value : values) push(list, val(value));
  return list;
}

val from_shape(const Shape& shape) {
  val list = val::array();
  for (std::int64_t extent : shape) push(list, val(static_cast<double>(extent)));
  return list;
}

val from_text(std::string_view text) { return val(std::string(text)); }

void set(val& object, const char* name, const val& value) { object.set(name, value); }
void set(val& object, const char* name, double number) { set(object, name, val(number)); }
void set(val& object, const char* name, std::string_view text) { set(object, name, from_text(text)); }
val get(const val& object, const char* name) { return object[name]; }
void push(val& list, const val& value) { list.call<void>("push", value); }
bool is_a(const val& object, const char* class_name) { return object.instanceof(val::global(class_name)); }

}  // namespace mlsec::bindings
