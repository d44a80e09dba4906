#include "formats/tfjs_text.hpp"

#include <bit>
#include <cmath>

#include "base/text.hpp"
#include "formats/float16.hpp"

namespace mlsec::formats::tfjs {

std::string quoted(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

namespace {

std::string base64(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += i + k > text.size() ? '=' : digits[bits >> (18 - 6 * k) & 63];
  }
  return out;
}

std::string attribute(std::string_view name, std::string_view kind, std::string_view value) {
  return sentence({"\"", name, "\":{\"", kind, "\":", value, "}"});
}

/// Their texts with commas between them.
std::string list_of_integers(const Integers& values, bool as_text) {
  std::string out = "[";
  for (std::int64_t value : values) {
    if (out.size() > 1) out += ',';
    out += as_text ? quoted(std::to_string(value)) : std::to_string(value);
  }
  return out + "]";
}

}  // namespace

std::string integer_attribute(std::string_view name, std::int64_t value) {
  return attribute(name, "i", quoted(std::to_string(value)));
}

std::string integers_attribute(std::string_view name, const Integers& values) {
  return attribute(name, "list", "{\"i\":" + list_of_integers(values, true) + "}");
}

std::string number_attribute(std::string_view name, double value) { return attribute(name, "f", to_text(value, 9)); }

std::string flag_attribute(std::string_view name, bool value) { return attribute(name, "b", value ? "true" : "false"); }

std::string type_attribute(std::string_view name, std::string_view value) {
  return attribute(name, "type", quoted(value));
}

std::string text_attribute(std::string_view name, std::string_view value) {
  return attribute(name, "s", quoted(base64(value)));
}

std::string texts_attribute(std::string_view name, std::initializer_list<std::string_view> values) {
  std::string list;
  for (std::string_view value : values) list += (list.empty() ? "" : ",") + quoted(base64(value));
  return attribute(name, "list", "{\"s\":[" + list + "]}");
}

std::string GraphText::unique(std::string_view name) {
  std::string plain;
  for (char c : name.substr(0, 900)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    plain += letter || c == '_' || c == '.' || c == '-' || c == '/' ? c : '_';
  }
  // A name starts with a letter or a digit.
  if (plain.empty() || std::string_view("_-/").find(plain[0]) != std::string_view::npos) plain.insert(0, "n");
  while (!names_.insert(plain).second) plain += "_" + std::to_string(++counts_[plain]);
  return plain;
}

std::string GraphText::node(std::string_view name, std::string_view operation, const std::vector<std::string>& inputs,
                            std::initializer_list<std::string> attributes) {
  std::string own = unique(name);
  std::string list;
  if (!nodes_.empty()) nodes_ += ",\n";
  nodes_ += sentence({"{\"name\":\"", own, "\",\"op\":\"", operation, "\",\"input\":["});
  for (const std::string& input : inputs) list += (list.empty() ? "" : ",") + quoted(input);
  nodes_ += list + "],\"attr\":{";
  list.clear();
  for (const std::string& each : attributes) list += (list.empty() ? "" : ",") + each;
  nodes_ += list + "}}";
  return own;
}

std::string GraphText::placeholder(std::string_view name, const Shape& sample) {
  std::string dimensions = "{\"size\":\"-1\"}";
  for (std::int64_t extent : sample) dimensions += ",{\"size\":\"" + std::to_string(extent) + "\"}";
  return node(name, "Placeholder", {},
              {type_attribute("dtype", "DT_FLOAT"), "\"shape\":{\"shape\":{\"dim\":[" + dimensions + "]}}"});
}

void GraphText::specify(std::string_view name, const Shape& shape, std::string_view type, bool half) {
  if (!specifications_.empty()) specifications_ += ",\n";
  specifications_ +=
      sentence({"{\"name\":\"", name, "\",\"shape\":", list_of_integers({shape.begin(), shape.end()}, false),
                ",\"dtype\":\"", type, "\""});
  if (half) specifications_ += R"(,"quantization":{"dtype":"float16","original_dtype":"float32"})";
  specifications_ += '}';
}

void GraphText::append(std::uint32_t bits, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) bytes_.push_back(static_cast<std::byte>(bits >> (8 * i) & 0xff));
}

std::string GraphText::floats(std::string_view name, const Shape& shape, const std::vector<float>& values) {
  constexpr std::size_t largest_uncompressed = 16;
  const bool half = precision_ == Precision::float16 && values.size() > largest_uncompressed;
  std::string own = node(name, "Const", {}, {type_attribute("dtype", "DT_FLOAT")});
  specify(own, shape, "float32", half);
  for (float value : values) {
    const std::uint16_t rounded = half ? float32_to_float16(value) : 0;
    if (!std::isfinite(value) || (half && std::isinf(float16_to_float32(rounded)))) out_of_range_ = true;
    if (half)
      append(rounded, 2);
    else
      append(std::bit_cast<std::uint32_t>(value), 4);
  }
  return own;
}

std::string GraphText::integers(std::string_view name, const Shape& shape, const Integers& values) {
  std::string own = node(name, "Const", {}, {type_attribute("dtype", "DT_INT32")});
  specify(own, shape, "int32", false);
  for (std::int64_t value : values) append(static_cast<std::uint32_t>(static_cast<std::int32_t>(value)), 4);
  return own;
}

}  // namespace mlsec::formats::tfjs
