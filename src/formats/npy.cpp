#include "formats/npy.hpp"

#include <cstring>
#include <optional>
#include <string>

#include "base/text.hpp"

namespace mlsec::formats {
namespace {

constexpr std::string_view magic = "\x93NUMPY";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The header: a Python dictionary with the keys descr, fortran_order and shape, in any order.
class Header {
 public:
  Header(std::string_view text, std::string_view field) : text_(text), field_(field) {}

  Result<ElementLayout> read() {
    if (!take('{')) return malformed();
    while (!take('}')) {
      const auto key = take_string();
      if (!key || !take(':')) return malformed();
      if (*key == "descr" && !has_type_) {
        MLSEC_TRY_VOID(read_type());
      } else if (*key == "fortran_order" && !has_order_) {
        MLSEC_TRY_VOID(read_order());
      } else if (*key == "shape" && !has_shape_) {
        MLSEC_TRY_VOID(read_shape());
      } else {
        return malformed();
      }
      if (!take(',') && peek() != '}') return malformed();
    }
    peek();
    if (at_ != text_.size() || !has_type_ || !has_order_ || !has_shape_) return malformed();
    return layout_;
  }

 private:
  Error malformed() const {
    return {ErrorCode::malformed, std::string(field_), sentence({field_, ": the header of the .npy file is damaged."})};
  }
  Error unsupported(std::string_view what) const {
    return {ErrorCode::unsupported, std::string(field_),
            sentence({field_, ": the .npy file holds ", what, "; it must hold booleans, integers or floats."})};
  }

  /// The next character that is no space; NUL at the end.
  char peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    peek();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  std::optional<std::string_view> take_string() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') return std::nullopt;
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view content = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return content;
  }

  Result<void> read_type() {
    if (peek() == '[' || peek() == '(' || peek() == '{') return unsupported("records");
    const auto name = take_string();
    if (!name || name->size() < 2) return malformed();
    has_type_ = true;
    const char order = (*name)[0], kind = (*name)[1];
    const std::string_view size = name->substr(2);
    if (order != '<' && order != '>' && order != '|' && order != '=') return malformed();
    layout_.big_endian = order == '>';
    using enum ElementType;
    constexpr std::pair<std::string_view, ElementType> known[] = {
        {"b1", boolean}, {"u1", u8},  {"i1", i8},  {"u2", u16}, {"i2", i16}, {"u4", u32},
        {"i4", i32},     {"u8", u64}, {"i8", i64}, {"f2", f16}, {"f4", f32}, {"f8", f64}};
    for (const auto& [spelling, type] : known)
      if (name->substr(1) == spelling) {
        layout_.type = type;
        return {};
      }
    switch (kind) {
      case 'O':
        return unsupported("Python objects");
      case 'S':
      case 'a':
      case 'U':
        return unsupported("strings");
      case 'c':
        return unsupported("complex numbers");
      case 'V':
        return unsupported("records");
      case 'm':
      case 'M':
        return unsupported("times");
      case 'f':
      case 'i':
      case 'u':
        if (size.empty() || size.find_first_not_of("0123456789") != std::string_view::npos) break;
        return unsupported(sentence({"numbers of ", size.substr(0, 10), " bytes"}));
    }
    return malformed();
  }

  Result<void> read_order() {
    has_order_ = true;
    layout_.first_axis_fastest = take(std::string_view("True"));
    if (!layout_.first_axis_fastest && !take(std::string_view("False"))) return malformed();
    return {};
  }

  Result<void> read_shape() {
    has_shape_ = true;
    if (!take('(')) return malformed();
    std::int64_t extents[Shape::max_rank];
    std::size_t rank = 0;
    while (!take(')')) {
      if (rank == Shape::max_rank) return unsupported("an array of more than 8 axes");
      if (!is_digit(peek())) return malformed();
      std::int64_t extent = 0;
      for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
        extent = extent * 10 + (text_[at_] - '0');
        if (extent > std::int64_t{1} << 40) return malformed();
      }
      if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // as Python 2 wrote it
      extents[rank++] = extent;
      if (!take(',') && peek() != ')') return malformed();
    }
    layout_.shape = Shape(std::span<const std::int64_t>(extents, rank));
    return {};
  }

  std::string_view text_, field_;
  std::size_t at_ = 0;
  ElementLayout layout_;
  bool has_type_ = false, has_order_ = false, has_shape_ = false;
};

}  // namespace

Result<ArrayFile> read_npy(std::span<const std::byte> file, std::string_view field, const ArrayLimits& limits) {
  const auto refuse = [&](ErrorCode code, std::string_view predicate) {
    return Error{code, std::string(field), sentence({field, ": the file ", predicate})};
  };
  if (file.size() > limits.file_bytes) return refuse(ErrorCode::too_large, "is larger than 512 MiB.");
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (!text.starts_with(magic) || file.size() < magic.size() + 2)
    return refuse(ErrorCode::malformed, "is no .npy file: it does not begin as one.");
  const auto byte_at = [&](std::size_t at) { return std::to_integer<std::size_t>(file[at]); };
  const std::size_t version = byte_at(magic.size());
  if (version < 1 || version > 3)
    return refuse(ErrorCode::unsupported, "is of a version of .npy that is not one of 1 to 3.");
  const std::size_t length_at = magic.size() + 2, length_bytes = version == 1 ? 2 : 4;
  if (file.size() < length_at + length_bytes) return refuse(ErrorCode::malformed, "is cut short.");
  std::uint64_t length = 0;
  for (std::size_t i = length_bytes; i-- > 0;) length = length << 8 | byte_at(length_at + i);
  const std::size_t header_at = length_at + length_bytes;
  if (length > file.size() - header_at) return refuse(ErrorCode::malformed, "is cut short.");
  const std::size_t elements_at = header_at + static_cast<std::size_t>(length);
  MLSEC_TRY(const ElementLayout layout, Header(text.substr(header_at, elements_at - header_at), field).read());
  return read_elements(file.subspan(elements_at), layout, field);
}

}  // namespace mlsec::formats
