#include "formats/onnx_tensor.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "formats/float16.hpp"
#include "formats/onnx_wire.hpp"

namespace mlsec::formats::onnx {
namespace {

using protozero::data_view;
using protozero::pbf_reader;

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

/// How a type is stored: the bytes of an element in raw_data, or the numbers of a field of its own.
struct Storage {
  std::size_t raw_bytes;
  FieldNumber field;
  std::int64_t lowest = 0, highest = 0;  // in int32_data
};

std::optional<Storage> storage_of(std::int64_t data_type) {
  switch (data_type) {
    case float32_type:
      return Storage{4, tensor::float_data};
    case double_type:
      return Storage{8, tensor::double_data};
    case float16_type:
      return Storage{2, tensor::int32_data, 0, 0xffff};
    case int64_type:
      return Storage{8, tensor::int64_data};
    case int32_type:
      return Storage{4, tensor::int32_data, INT32_MIN, INT32_MAX};
    case int8_type:
      return Storage{1, tensor::int32_data, INT8_MIN, INT8_MAX};
    case uint8_type:
      return Storage{1, tensor::int32_data, 0, UINT8_MAX};
    case bool_type:
      return Storage{1, tensor::int32_data, 0, 1};
    default:
      return std::nullopt;
  }
}

/// Everything but the elements.
struct Header {
  std::string_view name;
  std::int64_t data_type = 0;
  std::vector<std::int64_t> extents;
  std::optional<data_view> raw;
  bool external = false;
  bool segmented = false;
};

std::string_view text(data_view view) { return {view.data(), view.size()}; }

Header read_header(data_view message) {
  Header header;
  header.extents = read_integers(message, tensor::dims, Shape::max_rank);
  pbf_reader reader(message);
  while (next_field(reader)) {
    switch (reader.tag_and_type()) {
      case bytes_field(tensor::name):
        header.name = text(reader.get_view());
        break;
      case varint_field(tensor::data_type):
        header.data_type = reader.get_int64();
        break;
      case bytes_field(tensor::raw_data):
        header.raw = reader.get_view();
        break;
      case varint_field(tensor::data_location):
        header.external |= reader.get_int64() != 0;
        break;
      case bytes_field(tensor::external_data):
        header.external = true;
        reader.skip();
        break;
      case bytes_field(tensor::segment):
        header.segmented = true;
        reader.skip();
        break;
      default:
        reader.skip();
    }
  }
  return header;
}

/// Checked against overflow and against what is allowed before anything is allocated.
Result<Shape> check_shape(std::span<const std::int64_t> extents, const Subject& subject, std::size_t most) {
  if (extents.size() > Shape::max_rank) return refuse(ErrorCode::too_large, subject, "has more than 8 dimensions.");
  std::uint64_t count = 1;
  for (std::int64_t extent : extents) {
    if (extent < 0) return refuse(ErrorCode::malformed, subject, "has a negative extent.");
    // Exporters write optional lists that are left out as empty ones.
    if (extent == 0 && extents.size() == 1) return Shape(extents);
    if (extent == 0) return refuse(ErrorCode::unsupported, subject, "is empty.");
    if (static_cast<std::uint64_t>(extent) > most / count)
      return refuse(ErrorCode::too_large, subject, "has more elements than are left to the constants of a model.");
    count *= static_cast<std::uint64_t>(extent);
  }
  return Shape(extents);
}

template <class Stored, class Element, class Convert>
void decode(data_view raw, std::vector<Element>& elements, Convert convert) {
  elements.resize(raw.size() / sizeof(Stored));
  for (std::size_t i = 0; i < elements.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, raw.data() + i * sizeof(Stored), sizeof(Stored));
    elements[i] = convert(stored);
  }
}

void decode_raw(data_view raw, std::int64_t data_type, nn::Constant& constant) {
  const auto to_integer = [](auto stored) { return std::int64_t{stored}; };
  switch (data_type) {
    case float32_type:
      return decode<float>(raw, constant.floats, [](float stored) { return stored; });
    case double_type:
      return decode<double>(raw, constant.floats, [](double stored) { return static_cast<float>(stored); });
    case float16_type:
      return decode<std::uint16_t>(raw, constant.floats, float16_to_float32);
    case int64_type:
      return decode<std::int64_t>(raw, constant.integers, to_integer);
    case int32_type:
      return decode<std::int32_t>(raw, constant.integers, to_integer);
    case int8_type:
      return decode<std::int8_t>(raw, constant.integers, to_integer);
    case uint8_type:
      return decode<std::uint8_t>(raw, constant.integers, to_integer);
    case bool_type:
      return decode<std::uint8_t>(raw, constant.integers, [](auto stored) { return std::int64_t{stored != 0}; });
  }
}

/// Elements in a field of their own; false where one of them is out of the type's range.
bool decode_field(data_view message, std::int64_t data_type, const Storage& storage, std::size_t count,
                  nn::Constant& constant) {
  if (data_type == float32_type) {
    constant.floats = read_floats(message, storage.field, count);
    return true;
  }
  if (data_type == double_type) {
    constant.floats = read_doubles(message, storage.field, count);
    return true;
  }
  constant.integers = read_integers(message, storage.field, count);
  if (storage.field == tensor::int32_data)
    for (std::int64_t element : constant.integers)
      if (element < storage.lowest || element > storage.highest) return false;
  if (data_type == float16_type) {
    for (std::int64_t bits : constant.integers)
      constant.floats.push_back(float16_to_float32(static_cast<std::uint16_t>(bits)));
    constant.integers = {};
  }
  return true;
}

}  // namespace

bool all_finite(std::span<const float> numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](float number) { return std::isfinite(number); });
}

Result<NamedConstant> read_tensor(data_view message, std::optional<Subject> given_subject, Allowance& allowance) {
  const Header header = read_header(message);
  MLSEC_TRY_VOID(allowance.check_name(header.name));
  const Subject subject = given_subject.value_or(Subject{"tensor", header.name});
  if (header.external)
    return refuse(ErrorCode::unsupported, subject, "is stored in another file, which cannot be read.");
  if (header.segmented) return refuse(ErrorCode::unsupported, subject, "is stored in segments.");

  const auto storage = storage_of(header.data_type);
  if (!storage)
    return refuse(ErrorCode::unsupported, subject, "has the element type", std::to_string(header.data_type),
                  ", which is not supported.");
  MLSEC_TRY(const Shape shape, check_shape(header.extents, subject, allowance.elements()));
  const std::size_t count = shape.count();
  MLSEC_TRY_VOID(allowance.take_constant(count, subject));

  NamedConstant result{std::string(header.name), {shape, {}, {}}, header.data_type};
  nn::Constant& constant = result.constant;
  bool fits = false;
  if (header.raw) {
    fits = header.raw->size() / storage->raw_bytes == count && header.raw->size() % storage->raw_bytes == 0;
    if (fits) decode_raw(*header.raw, header.data_type, constant);
  } else {
    if (!decode_field(message, header.data_type, *storage, count, constant))
      return refuse(ErrorCode::malformed, subject, "holds a number out of its type's range.");
    fits = constant.floats.size() + constant.integers.size() == count;
  }
  if (!fits) return refuse(ErrorCode::malformed, subject, "holds more or less data than its shape says.");
  if (!all_finite(constant.floats)) return refuse(ErrorCode::not_finite, subject, "holds NaN or infinity.");
  return result;
}

}  // namespace mlsec::formats::onnx
