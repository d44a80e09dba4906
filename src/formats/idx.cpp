#include "formats/idx.hpp"

#include <optional>
#include <string>

#include "base/text.hpp"

namespace mlsec::formats {
namespace {

std::optional<ElementType> type_of(std::byte code) {
  switch (std::to_integer<int>(code)) {
    case 0x08:
      return ElementType::u8;
    case 0x09:
      return ElementType::i8;
    case 0x0b:
      return ElementType::i16;
    case 0x0c:
      return ElementType::i32;
    case 0x0d:
      return ElementType::f32;
    case 0x0e:
      return ElementType::f64;
  }
  return std::nullopt;
}

}  // namespace

Result<ArrayFile> read_idx(std::span<const std::byte> file, std::string_view field, const ArrayLimits& limits) {
  const auto refuse = [&](ErrorCode code, std::string_view predicate) {
    return Error{code, std::string(field), sentence({field, ": the file ", predicate})};
  };
  if (file.size() > limits.file_bytes) return refuse(ErrorCode::too_large, "is larger than 512 MiB.");
  const auto type = file.size() < 4 ? std::nullopt : type_of(file[2]);
  if (!type || file[0] != std::byte{0} || file[1] != std::byte{0} || file[3] == std::byte{0})
    return refuse(ErrorCode::malformed, "is no idx file: it does not begin as one.");
  const auto rank = std::to_integer<std::size_t>(file[3]);
  if (rank > Shape::max_rank) return refuse(ErrorCode::unsupported, "has more than 8 axes.");
  if (file.size() < 4 + 4 * rank) return refuse(ErrorCode::malformed, "is cut short.");
  std::int64_t extents[Shape::max_rank] = {};
  for (std::size_t i = 0; i < 4 * rank; ++i)
    extents[i / 4] = extents[i / 4] << 8 | std::to_integer<std::int64_t>(file[4 + i]);
  const Shape shape(std::span<const std::int64_t>(extents, rank));
  return read_elements(file.subspan(4 + 4 * rank), {.shape = shape, .type = *type, .big_endian = true}, field);
}

}  // namespace mlsec::formats
