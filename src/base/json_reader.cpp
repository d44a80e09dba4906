#include "base/json_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/sort.hpp"
#include "base/text.hpp"

namespace mlsec::inline base {

namespace {

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

class Reader {
 public:
  Reader(std::string_view text, std::string field, const JsonLimits& limits)
      : text_(text), field_(std::move(field)), limits_(limits), values_(limits.values) {}

  Result<Value> read() {
    if (text_.size() > limits_.bytes)
      return Error{ErrorCode::too_large, field_, sentence({"The JSON has more than ", limits_.bytes, " bytes."})};
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;  // a byte order mark
    MLSEC_TRY(Value value, read_value(0));
    skip_space();
    if (at_ != text_.size()) return malformed("more follows behind its end");
    return value;
  }

 private:
  Error malformed(std::string_view why) const {
    return {ErrorCode::malformed, field_, sentence({"The JSON is malformed at byte ", at_, ": ", why, "."})};
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }

  bool take(char c) { return at_ < text_.size() && text_[at_] == c && ++at_; }

  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Result<Value> read_value(std::size_t depth) {
    if (depth > limits_.depth)
      return Error{ErrorCode::too_large, field_, sentence({"The JSON nests deeper than ", limits_.depth, " levels."})};
    if (values_ == 0)
      return Error{ErrorCode::too_large, field_, sentence({"The JSON has more than ", limits_.values, " values."})};
    --values_;
    skip_space();
    if (at_ == text_.size()) return malformed("it ends too early");
    if (take('{')) return read_object(depth);
    if (take('[')) return read_list(depth);
    if (take('"')) {
      MLSEC_TRY(std::string text, read_string());
      return Value(std::move(text));
    }
    if (take_word("true")) return Value(true);
    if (take_word("false")) return Value(false);
    if (take_word("null")) return Value();
    return read_number();
  }

  Result<Value> read_list(std::size_t depth) {
    ValueList list;
    skip_space();
    if (take(']')) return Value(std::move(list));
    for (;;) {
      MLSEC_TRY(Value value, read_value(depth + 1));
      list.push_back(std::move(value));
      skip_space();
      if (take(']')) return Value(std::move(list));
      if (!take(',')) return malformed("a list needs a comma or its end");
    }
  }

  Result<Value> read_object(std::size_t depth) {
    ValueObject object;
    skip_space();
    if (take('}')) return Value(std::move(object));
    for (;;) {
      skip_space();
      if (!take('"')) return malformed("an object needs a name");
      MLSEC_TRY(std::string name, read_string());
      skip_space();
      if (!take(':')) return malformed("a name needs a colon");
      MLSEC_TRY(Value value, read_value(depth + 1));
      object.emplace_back(std::move(name), std::move(value));
      skip_space();
      if (take('}')) break;
      if (!take(',')) return malformed("an object needs a comma or its end");
    }
    std::vector<std::string_view> names;
    for (const auto& member : object) names.push_back(member.first);
    base::sort(names);
    if (std::adjacent_find(names.begin(), names.end()) != names.end())
      return malformed("the object before it has a name twice");
    return Value(std::move(object));
  }

  std::optional<std::uint32_t> read_hex() {
    std::uint32_t code = 0;
    for (int digit = 0; digit < 4; ++digit, ++at_) {
      if (at_ == text_.size()) return std::nullopt;
      const char c = text_[at_];
      if (c >= '0' && c <= '9')
        code = code * 16 + static_cast<std::uint32_t>(c - '0');
      else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        code = code * 16 + static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
      else
        return std::nullopt;
    }
    return code;
  }

  // Behind \u; two of them where they are the halves of a surrogate pair.
  bool read_code_point(std::string& out) {
    const auto first = read_hex();
    if (!first) return false;
    std::uint32_t code = *first;
    if (code >= 0xd800 && code < 0xe000) {
      if (code >= 0xdc00 || !take_word("\\u")) return false;
      const auto second = read_hex();
      if (!second || *second < 0xdc00 || *second >= 0xe000) return false;
      code = 0x10000 + ((code - 0xd800) << 10) + (*second - 0xdc00);
    }
    const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
    const auto rest = [&](unsigned shift) { byte(0x80 | (code >> shift & 0x3f)); };
    if (code < 0x80) {
      byte(code);
    } else if (code < 0x800) {
      byte(0xc0 | code >> 6);
      rest(0);
    } else if (code < 0x10000) {
      byte(0xe0 | code >> 12);
      rest(6);
      rest(0);
    } else {
      byte(0xf0 | code >> 18);
      rest(12);
      rest(6);
      rest(0);
    }
    return true;
  }

  Result<std::string> read_string() {
    std::string out;
    for (;;) {
      if (at_ == text_.size()) return malformed("a string does not end");
      const char c = text_[at_++];
      if (c == '"') return out;
      if (static_cast<unsigned char>(c) < 0x20) return malformed("a string has a control character");
      if (c != '\\') {
        const std::size_t length = character_length(text_.substr(at_ - 1));
        if (length == 0) return malformed("a string is not UTF-8");
        out += text_.substr(at_ - 1, length);
        at_ += length - 1;
        continue;
      }
      constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
      const std::size_t which = at_ < text_.size() ? letters.find(text_[at_]) : std::string_view::npos;
      if (which != std::string_view::npos) {
        out += meanings[which];
        ++at_;
      } else if (!take('u') || !read_code_point(out)) {
        return malformed("an escape sequence is not one");
      }
    }
  }

  bool take_digits(std::string& plain) {
    const std::size_t start = at_;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) plain += text_[at_];
    return at_ > start;
  }

  Result<Value> read_number() {
    std::string plain;  // as to_number has it
    if (take('-')) plain += '-';
    const bool zero = at_ < text_.size() && text_[at_] == '0';
    const std::size_t start = at_;
    bool valid = take_digits(plain) && !(zero && at_ > start + 1);
    if (valid && take('.')) {
      plain += '.';
      valid = take_digits(plain);
    }
    if (valid && (take('e') || take('E'))) {
      plain += 'e';
      if (take('-'))
        plain += '-';
      else
        take('+');
      valid = take_digits(plain);
    }
    const auto number = valid ? to_number(plain) : std::nullopt;
    if (!number) return malformed("neither a value nor a number that can be read");
    return Value(*number);
  }

  std::string_view text_;
  std::string field_;
  JsonLimits limits_;
  std::size_t values_;  // that may still come
  std::size_t at_ = 0;
};

}  // namespace

Result<Value> read_json(std::string_view text, std::string field, const JsonLimits& limits) {
  return Reader(text, std::move(field), limits).read();
}

}  // namespace mlsec::inline base
