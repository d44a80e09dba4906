#include "formats/array_file.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include "base/text.hpp"
#include "formats/float16.hpp"

namespace mlsec::formats {
namespace {

static_assert(std::endian::native == std::endian::little);

template <class Element>
Element read_element(const std::byte* at, bool big_endian) {
  std::array<std::byte, sizeof(Element)> bytes;
  std::memcpy(bytes.data(), at, sizeof(Element));
  if (big_endian) std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<Element>(bytes);
}

/// Visits the elements in the order of C with their place in the file, while visit(index, place) says so.
template <class Visit>
void for_each_element(const ElementLayout& layout, std::size_t count, Visit visit) {
  if (!layout.first_axis_fastest) {
    for (std::size_t i = 0; i < count && visit(i, i); ++i) {
    }
    return;
  }
  const std::size_t rank = layout.shape.rank();
  std::array<std::size_t, Shape::max_rank> strides{}, position{};
  std::size_t stride = 1;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    strides[axis] = stride;
    stride *= static_cast<std::size_t>(layout.shape[axis]);
  }
  std::size_t place = 0;
  for (std::size_t i = 0; i < count && visit(i, place); ++i)
    for (std::size_t axis = rank; axis-- > 0;) {
      place += strides[axis];
      if (++position[axis] < static_cast<std::size_t>(layout.shape[axis])) break;
      place -= strides[axis] * position[axis];
      position[axis] = 0;
    }
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
Result<ArrayFile> convert_all(std::span<const std::byte> bytes, const ElementLayout& layout, std::string_view field,
                              Convert convert) {
  std::vector<Kept> values(layout.shape.count());
  Obstacle obstacle = Obstacle::none;
  std::size_t last = 0;
  for_each_element(layout, values.size(), [&](std::size_t index, std::size_t place) {
    last = index;
    obstacle = convert(read_element<Stored>(bytes.data() + place * sizeof(Stored), layout.big_endian), values[index]);
    return obstacle == Obstacle::none;
  });
  if (obstacle != Obstacle::none) return refuse(obstacle, last, field);
  return ArrayFile{layout.shape, std::move(values)};
}

template <class Stored, class Kept>
Result<ArrayFile> as_integers(std::span<const std::byte> bytes, const ElementLayout& layout, std::string_view field) {
  return convert_all<Stored, Kept>(bytes, layout, field, [](Stored stored, Kept& kept) {
    kept = static_cast<Kept>(stored);
    return std::in_range<Kept>(stored) ? Obstacle::none : Obstacle::beyond_integer;
  });
}

template <class Stored>
double widened(Stored stored) {
  if constexpr (std::is_same_v<Stored, std::uint16_t>)
    return double{float16_to_float32(stored)};
  else
    return double{stored};
}

/// Halves come as their bits.
template <class Stored>
Result<ArrayFile> as_floats(std::span<const std::byte> bytes, const ElementLayout& layout, std::string_view field) {
  return convert_all<Stored, float>(bytes, layout, field, [](Stored stored, float& kept) {
    const double number = widened(stored);
    if (!std::isfinite(number)) return Obstacle::not_finite;
    if (std::fabs(number) > double{std::numeric_limits<float>::max()}) return Obstacle::beyond_float;
    kept = static_cast<float>(number);
    return Obstacle::none;
  });
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
  switch (layout.type) {
    case ElementType::boolean:
      return convert_all<std::uint8_t, std::int32_t>(bytes, layout, field, [](std::uint8_t stored, std::int32_t& kept) {
        kept = stored != 0 ? 1 : 0;
        return Obstacle::none;
      });
    case ElementType::u8:
      return as_integers<std::uint8_t, std::uint8_t>(bytes, layout, field);
    case ElementType::i8:
      return as_integers<std::int8_t, std::int32_t>(bytes, layout, field);
    case ElementType::u16:
      return as_integers<std::uint16_t, std::int32_t>(bytes, layout, field);
    case ElementType::i16:
      return as_integers<std::int16_t, std::int32_t>(bytes, layout, field);
    case ElementType::i32:
      return as_integers<std::int32_t, std::int32_t>(bytes, layout, field);
    case ElementType::u32:
      return as_integers<std::uint32_t, std::int64_t>(bytes, layout, field);
    case ElementType::i64:
      return as_integers<std::int64_t, std::int64_t>(bytes, layout, field);
    case ElementType::u64:
      return as_integers<std::uint64_t, std::int64_t>(bytes, layout, field);
    case ElementType::f16:
      return as_floats<std::uint16_t>(bytes, layout, field);
    case ElementType::f32:
      return as_floats<float>(bytes, layout, field);
    case ElementType::f64:
      return as_floats<double>(bytes, layout, field);
  }
  return Error{};
}

}  // namespace mlsec::formats
