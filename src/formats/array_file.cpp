#include "formats/array_file.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "formats/float16.hpp"

namespace mlsec::formats {
namespace {

static_assert(std::endian::native == std::endian::little);

/// The elements' bytes in the order of C, the lowest byte of each first.
std::vector<std::byte> in_order(std::span<const std::byte> bytes, const ElementLayout& layout) {
  const std::size_t rank = layout.shape.rank(), size = size_of(layout.type);
  std::array<std::size_t, Shape::max_rank> strides{}, position{};
  std::size_t stride = size;
  for (std::size_t i = 0; i < rank; ++i) {
    const std::size_t axis = layout.first_axis_fastest ? i : rank - 1 - i;
    strides[axis] = stride;
    stride *= static_cast<std::size_t>(layout.shape[axis]);
  }
  std::vector<std::byte> ordered(bytes.size());
  std::size_t from = 0;
  for (std::size_t to = 0; to < ordered.size(); to += size) {
    for (std::size_t i = 0; i < size; ++i) ordered[to + i] = bytes[from + (layout.big_endian ? size - 1 - i : i)];
    for (std::size_t axis = rank; axis-- > 0;) {
      from += strides[axis];
      if (++position[axis] < static_cast<std::size_t>(layout.shape[axis])) break;
      from -= strides[axis] * position[axis];
      position[axis] = 0;
    }
  }
  return ordered;
}

/// What keeps a stored element from becoming a value.
enum class Obstacle { none, not_finite, beyond_float, beyond_integer };

Error refuse(Obstacle obstacle, std::size_t index, std::string_view field) {
  const std::string place = sentence({field, "[", index, "]"});
  if (obstacle == Obstacle::not_finite)
    return {ErrorCode::not_finite, place, sentence({place, " is not a finite number."})};
  return {ErrorCode::out_of_range, place,
          sentence({place, obstacle == Obstacle::beyond_float ? " is beyond what a float of 32 bits holds."
                                                              : " is beyond 2^63 - 1."})};
}

/// Elements of type Stored as values of type Kept: convert(stored, kept) sets the value or says why not.
template <class Stored, class Kept, class Convert>
Result<ArrayFile> convert_all(std::span<const std::byte> bytes, const Shape& shape, std::string_view field,
                              Convert convert) {
  std::vector<Kept> values(bytes.size() / sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    const Obstacle obstacle = convert(stored, values[i]);
    if (obstacle != Obstacle::none) return refuse(obstacle, i, field);
  }
  return ArrayFile{shape, std::move(values)};
}

template <class Stored, class Kept>
Result<ArrayFile> as_integers(std::span<const std::byte> bytes, const Shape& shape, std::string_view field) {
  return convert_all<Stored, Kept>(bytes, shape, field, [](Stored stored, Kept& kept) {
    kept = static_cast<Kept>(stored);
    return std::in_range<Kept>(stored) ? Obstacle::none : Obstacle::beyond_integer;
  });
}

Obstacle to_float(double number, float& kept) {
  if (!std::isfinite(number)) return Obstacle::not_finite;
  kept = static_cast<float>(number);
  return std::isfinite(kept) ? Obstacle::none : Obstacle::beyond_float;
}

Result<ArrayFile> convert_all(std::span<const std::byte> bytes, const Shape& shape, ElementType type,
                              std::string_view field) {
  switch (type) {
    case ElementType::boolean:
      return convert_all<std::uint8_t, std::int32_t>(bytes, shape, field, [](std::uint8_t stored, std::int32_t& kept) {
        kept = stored != 0 ? 1 : 0;
        return Obstacle::none;
      });
    case ElementType::u8:
      return as_integers<std::uint8_t, std::uint8_t>(bytes, shape, field);
    case ElementType::i8:
      return as_integers<std::int8_t, std::int32_t>(bytes, shape, field);
    case ElementType::u16:
      return as_integers<std::uint16_t, std::int32_t>(bytes, shape, field);
    case ElementType::i16:
      return as_integers<std::int16_t, std::int32_t>(bytes, shape, field);
    case ElementType::i32:
      return as_integers<std::int32_t, std::int32_t>(bytes, shape, field);
    case ElementType::u32:
      return as_integers<std::uint32_t, std::int64_t>(bytes, shape, field);
    case ElementType::i64:
      return as_integers<std::int64_t, std::int64_t>(bytes, shape, field);
    case ElementType::u64:
      return as_integers<std::uint64_t, std::int64_t>(bytes, shape, field);
    case ElementType::f16:
      return convert_all<std::uint16_t, float>(bytes, shape, field, [](std::uint16_t stored, float& kept) {
        return to_float(double{float16_to_float32(stored)}, kept);
      });
    case ElementType::f32:
      return convert_all<float, float>(bytes, shape, field,
                                       [](float stored, float& kept) { return to_float(double{stored}, kept); });
    case ElementType::f64:
      return convert_all<double, float>(bytes, shape, field,
                                        [](double stored, float& kept) { return to_float(stored, kept); });
  }
  return Error{};
}

}  // namespace

std::size_t size_of(ElementType type) {
  constexpr std::array<std::size_t, 12> sizes{1, 1, 1, 2, 2, 4, 4, 8, 8, 2, 4, 8};
  return sizes[static_cast<std::size_t>(type)];
}

Result<ArrayFile> read_elements(std::span<const std::byte> bytes, const ElementLayout& layout, std::string_view field) {
  const std::size_t count = layout.shape.count(), size = size_of(layout.type);
  if (bytes.size() % size != 0 || bytes.size() / size != count)
    return Error{ErrorCode::malformed, std::string(field),
                 sentence({field, ": the file has ", bytes.size(), " bytes of elements, which do not fit its shape ",
                           to_text(layout.shape), " of ", size, " bytes each."})};
  if (layout.big_endian || layout.first_axis_fastest)
    return convert_all(in_order(bytes, layout), layout.shape, layout.type, field);
  return convert_all(bytes, layout.shape, layout.type, field);
}

}  // namespace mlsec::formats
