#include "formats/safetensors.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/json.hpp"
#include "base/json_reader.hpp"
#include "base/sort.hpp"
#include "base/text.hpp"
#include "formats/array_file.hpp"
#include "formats/float16.hpp"
#include "formats/onnx_allowance.hpp"
#include "formats/onnx_error.hpp"

namespace mlsec::formats {

namespace {

using onnx::refuse;

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view metadata_name = "__metadata__";
constexpr std::size_t length_bytes = 8, longest_header = std::size_t{4} << 20;

/// A tensor as the header has it, its bytes counted from the end of the header.
struct Entry {
  std::string_view name;
  Shape shape;
  std::string_view type;
  std::size_t begin = 0, end = 0;
};

onnx::Subject subject_of(const Entry& entry) { return {"tensor", entry.name}; }

struct StoredType {
  std::string_view name;
  ElementType type;
};
constexpr StoredType stored_types[] = {
    {"F32", ElementType::f32},  {"F16", ElementType::f16}, {"F64", ElementType::f64}, {"I64", ElementType::i64},
    {"I32", ElementType::i32},  {"I16", ElementType::i16}, {"I8", ElementType::i8},   {"U8", ElementType::u8},
    {"U16", ElementType::u16},  {"U32", ElementType::u32}, {"U64", ElementType::u64}, {"BOOL", ElementType::boolean},
    {"BF16", ElementType::u16},  // the upper half of a float
};

const StoredType* find_type(std::string_view name) {
  for (const StoredType& each : stored_types)
    if (each.name == name) return &each;
  return nullptr;
}

/// A whole number that is no sign, fraction or beyond what double counts; nothing for anything else.
std::optional<std::uint64_t> whole_number(const Value& value) {
  const double* number = value.as<double>();
  if (!number || !(*number >= 0) || *number > 0x1p53 || *number != std::floor(*number)) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

Result<Entry> read_entry(const std::string& name, const Value& value) {
  Entry entry{.name = name, .shape = {}, .type = {}};
  const onnx::Subject subject = subject_of(entry);
  const Value* type = value.find("dtype");
  const Value* shape = value.find("shape");
  const Value* offsets = value.find("data_offsets");
  const auto* type_name = type ? type->as<std::string>() : nullptr;
  const auto* extents = shape ? shape->as<ValueList>() : nullptr;
  const auto* places = offsets ? offsets->as<ValueList>() : nullptr;
  if (!type_name || !extents || !places || places->size() != 2)
    return refuse(ErrorCode::malformed, subject, "must have a dtype, a shape and two data_offsets.");
  entry.type = *type_name;

  if (extents->size() > Shape::max_rank) return refuse(ErrorCode::unsupported, subject, "has more than 8 axes.");
  std::int64_t read[Shape::max_rank];
  for (std::size_t i = 0; i < extents->size(); ++i) {
    const auto extent = whole_number((*extents)[i]);
    if (!extent) return refuse(ErrorCode::malformed, subject, "has a shape that is not made of whole numbers.");
    read[i] = static_cast<std::int64_t>(*extent);
  }
  entry.shape = Shape(std::span<const std::int64_t>(read, extents->size()));

  const auto begin = whole_number((*places)[0]), end = whole_number((*places)[1]);
  if (!begin || !end || *end < *begin || *end > SIZE_MAX / 2)
    return refuse(ErrorCode::malformed, subject, "has data_offsets that are not two whole numbers, the smaller first.");
  entry.begin = static_cast<std::size_t>(*begin);
  entry.end = static_cast<std::size_t>(*end);
  return entry;
}

Result<Metadata> read_texts(const Value& value) {
  Metadata metadata;
  const auto* members = value.as<ValueObject>();
  for (std::size_t i = 0; members && i < members->size(); ++i) {
    const auto& [name, member] = (*members)[i];
    const auto* text = member.as<std::string>();
    if (!text) return refuse(ErrorCode::malformed, "The model's __metadata__ must hold nothing but strings.");
    metadata.emplace(name, *text);
  }
  if (!members) return refuse(ErrorCode::malformed, "The model's __metadata__ must be an object of strings.");
  return metadata;
}

/// The upper halves of floats made whole.
std::vector<std::byte> widened(std::span<const std::byte> halves) {
  std::vector<std::byte> floats(2 * halves.size());
  for (std::size_t i = 0; i < halves.size(); i += 2) std::memcpy(floats.data() + 2 * i + 2, halves.data() + i, 2);
  return floats;
}

Result<nn::Constant> read_elements_of(const Entry& entry, std::span<const std::byte> bytes) {
  const StoredType& stored = *find_type(entry.type);
  const bool widens = entry.type == "BF16";
  const std::vector<std::byte> wide = widens ? widened(bytes) : std::vector<std::byte>();
  const ElementLayout layout{.shape = entry.shape, .type = widens ? ElementType::f32 : stored.type};
  auto elements = read_elements(widens ? std::span<const std::byte>(wide) : bytes, layout, "model");
  if (!elements.ok()) {
    const bool infinite = elements.error().code == ErrorCode::not_finite;
    return refuse(elements.error().code, subject_of(entry),
                  infinite ? "holds NaN or infinity." : "holds a number beyond what can be read.");
  }
  nn::Constant constant{entry.shape, {}, {}};
  if (auto* floats = std::get_if<std::vector<float>>(&elements.value().values)) {
    constant.floats = std::move(*floats);
  } else {
    std::visit(
        [&](const auto& values) {
          for (const auto value : values) constant.integers.push_back(static_cast<std::int64_t>(value));
        },
        elements.value().values);
  }
  return constant;
}

/// Of which type a tensor is written.
std::string_view written_type(const nn::Constant& constant, Precision precision) {
  if (!constant.integers.empty()) return "I64";
  return precision == Precision::float16 ? "F16" : "F32";
}

void append(std::vector<std::byte>& bytes, const void* from, std::size_t count) {
  const auto* first = static_cast<const std::byte*>(from);
  bytes.insert(bytes.end(), first, first + count);
}

Result<void> append_elements(const onnx::Subject& subject, const nn::Constant& constant, Precision precision,
                             std::vector<std::byte>& bytes) {
  append(bytes, constant.integers.data(), constant.integers.size() * sizeof(std::int64_t));
  for (float number : constant.floats) {
    if (!std::isfinite(number)) return refuse(ErrorCode::not_finite, subject, "holds NaN or infinity.");
    if (precision == Precision::float32) {
      append(bytes, &number, sizeof number);
      continue;
    }
    const std::uint16_t half = float32_to_float16(number);
    if (!std::isfinite(float16_to_float32(half)))
      return refuse(ErrorCode::out_of_range, subject, "holds a number beyond what float16 holds.");
    append(bytes, &half, sizeof half);
  }
  return {};
}

}  // namespace

Result<SafeTensors> read_safetensors(std::span<const std::byte> file, const Limits& limits) {
  if (file.size() > limits.file_bytes) return refuse(ErrorCode::too_large, "The model is larger than 64 MiB.");
  if (file.size() < length_bytes)
    return refuse(ErrorCode::malformed, "The model is no safetensors file: it is too short.");
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), length_bytes);
  if (length > longest_header) return refuse(ErrorCode::too_large, "The model's header is larger than 4 MiB.");
  if (length > file.size() - length_bytes)
    return refuse(ErrorCode::malformed, "The model is no safetensors file: its header would be longer than it.");
  const auto header_bytes = file.subspan(length_bytes, static_cast<std::size_t>(length));
  const auto data = file.subspan(length_bytes + header_bytes.size());
  const std::string_view text(reinterpret_cast<const char*>(header_bytes.data()), header_bytes.size());
  if (!text.starts_with('{'))
    return refuse(ErrorCode::malformed, "The model is no safetensors file: its header does not begin with {.");
  MLSEC_TRY(const Value header, read_json(text, "model", {.depth = 8}));

  SafeTensors result;
  onnx::Allowance allowance(limits);
  std::vector<Entry> entries;
  for (const auto& [name, value] : *header.as<ValueObject>()) {
    MLSEC_TRY_VOID(allowance.check_name(name));
    if (name == metadata_name) {
      MLSEC_TRY(result.metadata, read_texts(value));
      MLSEC_TRY_VOID(allowance.take_entries(result.metadata.size()));
      continue;
    }
    MLSEC_TRY(Entry entry, read_entry(name, value));
    const onnx::Subject subject = subject_of(entry);
    const StoredType* type = find_type(entry.type);
    if (!type) return refuse(ErrorCode::unsupported, subject, "has the dtype", entry.type, ", which is not supported.");
    const std::size_t count = entry.shape.count();
    MLSEC_TRY_VOID(allowance.take_constant(count, subject));
    // By division, which cannot overflow.
    if ((entry.end - entry.begin) / size_of(type->type) != count ||
        (entry.end - entry.begin) % size_of(type->type) != 0)
      return refuse(ErrorCode::malformed, subject, "has data_offsets that do not fit its shape and dtype.");
    if (entry.end > data.size()) return refuse(ErrorCode::malformed, subject, "lies behind the end of the file.");
    entries.push_back(entry);
  }

  sort(entries, [](const Entry& a, const Entry& b) { return a.begin != b.begin ? a.begin < b.begin : a.end < b.end; });
  std::size_t end = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != end)
      return refuse(ErrorCode::malformed, subject_of(entry),
                    entry.begin < end ? "overlaps another." : "leaves bytes before it that belong to no tensor.");
    end = entry.end;
    MLSEC_TRY(nn::Constant constant, read_elements_of(entry, data.subspan(entry.begin, entry.end - entry.begin)));
    result.tensors.emplace(entry.name, std::move(constant));
  }
  if (end != data.size()) return refuse(ErrorCode::malformed, "The model has bytes behind its last tensor.");
  return result;
}

Result<std::vector<std::byte>> write_safetensors(const SafeTensors& file, Precision precision) {
  JsonWriter header;
  std::vector<std::byte> data;
  header.begin_object();
  if (!file.metadata.empty()) {
    header.key(metadata_name).begin_object();
    for (const auto& [key, text] : file.metadata) header.key(key).text(text);
    header.end_object();
  }
  // Wider elements first, so that all are aligned.
  for (const bool integers : {true, false})
    for (const auto& [name, constant] : file.tensors) {
      if (constant.integers.empty() == integers) continue;
      const onnx::Subject subject{"tensor", name};
      if (name == metadata_name) return refuse(ErrorCode::malformed, subject, "has a name that means something else.");
      if (constant.shape.count() != constant.floats.size() + constant.integers.size() ||
          (!constant.floats.empty() && !constant.integers.empty()))
        return refuse(ErrorCode::shape_mismatch, subject, "has elements that do not fit its shape.");
      const std::size_t begin = data.size();
      MLSEC_TRY_VOID(append_elements(subject, constant, precision, data));
      if (data.size() > Limits{}.file_bytes) return refuse(ErrorCode::too_large, "The model is larger than 64 MiB.");
      header.key(name).begin_object().key("dtype").text(written_type(constant, precision)).key("shape").begin_list();
      for (std::int64_t extent : constant.shape) header.whole(extent);
      header.end_list().key("data_offsets").begin_list();
      header.whole(static_cast<std::int64_t>(begin)).whole(static_cast<std::int64_t>(data.size()));
      header.end_list().end_object();
    }
  header.end_object();
  std::string text = header.result();
  text.resize((text.size() + length_bytes - 1) / length_bytes * length_bytes, ' ');
  if (text.size() > longest_header || length_bytes + text.size() + data.size() > Limits{}.file_bytes)
    return refuse(ErrorCode::too_large, "The model is larger than 64 MiB, or its header than 4 MiB.");

  const std::uint64_t length = text.size();
  std::vector<std::byte> bytes;
  bytes.reserve(length_bytes + text.size() + data.size());
  append(bytes, &length, length_bytes);
  append(bytes, text.data(), text.size());
  append(bytes, data.data(), data.size());
  return bytes;
}

}  // namespace mlsec::formats
