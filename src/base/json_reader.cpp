#include "base/json_reader.hpp"

#include <optional>
#include <string>
#include <vector>

#include "base/sort.hpp"
#include "base/text.hpp"

namespace mlsec::inline base {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& text, std::uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
    return;
  }
  const int following = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr std::uint32_t lead[] = {0, 0xc0, 0xe0, 0xf0};
  text += static_cast<char>(lead[following] | code >> 6 * following);
  for (int i = following; i-- > 0;) text += static_cast<char>(0x80 | (code >> 6 * i & 0x3f));
}

/// The bytes of the character of UTF-8 that begins here; 0 where there is none (RFC 3629, section 4).
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  // Longer than need be, a surrogate, or beyond the last character.
  const bool wrong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) > 0x9f) ||
                     (lead == 0xf0 && byte(1) < 0x90) || (lead == 0xf4 && byte(1) > 0x8f);
  return wrong ? 0 : length;
}

bool has_twins(const ValueObject& object) {
  std::vector<std::string_view> names;
  for (const auto& member : object) names.push_back(member.first);
  sort(names);
  for (std::size_t i = 1; i < names.size(); ++i)
    if (names[i] == names[i - 1]) return true;
  return false;
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view field, const JsonLimits& limits)
      : text_(text), field_(field), limits_(limits) {}

  Result<Value> read() {
    MLSEC_TRY(Value value, read_value(0));
    skip_space();
    if (at_ != text_.size()) return malformed();
    return value;
  }

 private:
  Error refuse(ErrorCode code, std::string_view predicate) const {
    return {code, std::string(field_), sentence({field_, ": the JSON ", predicate, " at byte ", at_, "."})};
  }
  Error malformed() const { return refuse(ErrorCode::malformed, "is damaged"); }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void skip_space() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') ++at_;
  }

  Result<Value> read_value(std::size_t depth) {
    skip_space();
    if (++values_ > limits_.values) return refuse(ErrorCode::too_large, "has too many values");
    switch (peek()) {
      case '{':
      case '[':
        if (depth == limits_.depth) return refuse(ErrorCode::too_large, "is nested too deeply");
        return peek() == '{' ? read_object(depth + 1) : read_list(depth + 1);
      case '"': {
        MLSEC_TRY(std::string content, read_string());
        return Value(std::move(content));
      }
      case 't':
        if (take("true")) return Value(true);
        return malformed();
      case 'f':
        if (take("false")) return Value(false);
        return malformed();
      case 'n':
        if (take("null")) return Value();
        return malformed();
      default:
        return read_number();
    }
  }

  Result<Value> read_object(std::size_t depth) {
    ValueObject object;
    take('{');
    skip_space();
    if (take('}')) return Value(std::move(object));
    do {
      skip_space();
      MLSEC_TRY(std::string name, read_string());
      skip_space();
      if (!take(':')) return malformed();
      MLSEC_TRY(Value value, read_value(depth));
      object.emplace_back(std::move(name), std::move(value));
      skip_space();
    } while (take(','));
    if (!take('}')) return malformed();
    if (has_twins(object)) return refuse(ErrorCode::malformed, "names a member twice in the object that ends");
    return Value(std::move(object));
  }

  Result<Value> read_list(std::size_t depth) {
    ValueList list;
    take('[');
    skip_space();
    if (take(']')) return Value(std::move(list));
    do {
      MLSEC_TRY(Value value, read_value(depth));
      list.push_back(std::move(value));
      skip_space();
    } while (take(','));
    if (!take(']')) return malformed();
    return Value(std::move(list));
  }

  Result<std::string> read_string() {
    if (!take('"')) return malformed();
    std::string content;
    while (!take('"')) {
      if (static_cast<unsigned char>(peek()) < 0x20) return malformed();
      if (take('\\')) {
        if (!read_escape(content)) return malformed();
        continue;
      }
      const std::size_t length = character_length(text_.substr(at_));
      if (length == 0) return malformed();
      content += text_.substr(at_, length);
      at_ += length;
    }
    return content;
  }

  bool read_escape(std::string& content) {
    constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    if (take('u')) {
      std::optional<std::uint32_t> code = read_code_unit();
      if (code && *code >= 0xd800 && *code < 0xdc00) {  // the first half of a character beyond 16 bits
        const auto second = take("\\u") ? read_code_unit() : std::nullopt;
        if (!second || *second < 0xdc00 || *second > 0xdfff) return false;
        code = 0x10000 + ((*code - 0xd800) << 10) + (*second - 0xdc00);
      } else if (!code || (*code >= 0xdc00 && *code <= 0xdfff)) {
        return false;
      }
      append_utf8(content, *code);
      return true;
    }
    const std::size_t which = letters.find(peek());
    if (at_ == text_.size() || which == std::string_view::npos) return false;
    content += meanings[which];
    ++at_;
    return true;
  }

  std::optional<std::uint32_t> read_code_unit() {
    std::uint32_t unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      const char lower = static_cast<char>(c | 0x20);
      if (!is_digit(c) && (lower < 'a' || lower > 'f')) return std::nullopt;
      unit = unit << 4 | static_cast<std::uint32_t>(is_digit(c) ? c - '0' : lower - 'a' + 10);
    }
    return unit;
  }

  /// Checks the grammar and leaves the arithmetic to to_number.
  Result<Value> read_number() {
    std::string plain;
    const auto keep_digits = [&] {
      const std::size_t before = plain.size();
      for (; is_digit(peek()); ++at_) plain += peek();
      return plain.size() - before;
    };
    if (take('-')) plain += '-';
    const bool zero = peek() == '0';
    const std::size_t whole = keep_digits();
    if (whole == 0 || (zero && whole > 1)) return malformed();
    if (take('.')) {
      plain += '.';
      if (keep_digits() == 0) return malformed();
    }
    if (take('e') || take('E')) {
      plain += 'e';
      if (take('-'))
        plain += '-';
      else
        take('+');
      if (keep_digits() == 0) return malformed();
    }
    const std::optional<double> number = to_number(plain);
    if (!number) return refuse(ErrorCode::out_of_range, "has a number beyond what can be read");
    return Value(*number);
  }

  std::string_view text_, field_;
  const JsonLimits& limits_;
  std::size_t at_ = 0, values_ = 0;
};

}  // namespace

Result<Value> read_json(std::string_view text, std::string_view field, const JsonLimits& limits) {
  if (text.size() > limits.bytes)
    return Error{ErrorCode::too_large, std::string(field), sentence({field, ": the JSON is too large."})};
  return Reader(text, field, limits).read();
}

}  // namespace mlsec::inline base
