// An array of numbers as files hold it, whatever its header looks like.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "tensor/shape.hpp"

namespace mlsec::formats {

/// Bytes stay bytes, other integers integers; every float is finite.
struct ArrayFile {
  Shape shape;
  std::variant<std::vector<std::uint8_t>, std::vector<std::int32_t>, std::vector<std::int64_t>, std::vector<float>>
      values;
};

/// What a file may hold at most: data files are untrusted input.
struct ArrayLimits {
  std::size_t file_bytes = std::size_t{512} << 20;
};

enum class ElementType { boolean, u8, i8, u16, i16, u32, i32, u64, i64, f16, f32, f64 };

/// In bytes.
std::size_t size_of(ElementType type);

/// How elements lie one after another.
struct ElementLayout {
  Shape shape;
  ElementType type = ElementType::u8;
  bool big_endian = false;
  bool first_axis_fastest = false;  // Fortran's order
};

/// Exactly the elements of the shape, in the order of C. u8 becomes bytes; boolean (0 and 1), i8, u16, i16 and i32
/// become std::int32_t; u32, u64 and i64 std::int64_t; floats of any size float.
/// `field` is the public name of the file, for errors. Codes: malformed (more or fewer bytes than the shape needs),
/// not_finite, out_of_range (beyond what float or std::int64_t holds).
Result<ArrayFile> read_elements(std::span<const std::byte> bytes, const ElementLayout& layout, std::string_view field);

}  // namespace mlsec::formats
