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

std::string text_of(const TextOption& option) {
  const auto as = [&](std::string_view kind, std::string_view value) { return attribute(option.name, kind, value); };
  switch (option.kind) {
    case TextOption::integer:
      return as("i", quoted(std::to_string(option.a)));
    case TextOption::window:
      return as("list", "{\"i\":" + list_of_integers({1, option.a, option.b, 1}, true) + "}");
    case TextOption::number:
      return as("f", to_text(option.value, 9));
    case TextOption::flag:
      return as("b", option.a != 0 ? "true" : "false");
    case TextOption::type:
      return as("type", quoted(option.word));
    case TextOption::text:
      return as("s", quoted(base64(option.word)));
    case TextOption::texts:
      return as("list", option.word.empty() ? "{\"s\":[]}" : "{\"s\":[" + quoted(base64(option.word)) + "]}");
  }
  return {};
}

std::string text_of(std::initializer_list<TextOption> options) {
  std::string list;
  for (const TextOption& option : options) list += (list.empty() ? "" : ",") + text_of(option);
  return list;
}

}  // namespace

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

std::string GraphText::node(std::string_view name, std::string_view operation, std::span<const std::string_view> inputs,
                            std::string_view attributes) {
  std::string own = unique(name);
  std::string list;
  if (!nodes_.empty()) nodes_ += ",\n";
  for (std::string_view input : inputs) list += (list.empty() ? "" : ",") + quoted(input);
  nodes_ += sentence(
      {"{\"name\":\"", own, "\",\"op\":\"", operation, "\",\"input\":[", list, "],\"attr\":{", attributes, "}}"});
  return own;
}

std::string GraphText::node(std::string_view name, std::string_view operation, const std::vector<std::string>& inputs,
                            std::initializer_list<TextOption> options) {
  const std::vector<std::string_view> views(inputs.begin(), inputs.end());
  return node(name, operation, views, text_of(options));
}

std::string GraphText::node(std::string_view name, std::string_view operation,
                            std::initializer_list<std::string_view> inputs, std::initializer_list<TextOption> options) {
  return node(name, operation, std::span(inputs.begin(), inputs.size()), text_of(options));
}

std::string GraphText::placeholder(std::string_view name, const Shape& sample) {
  std::string dimensions = "{\"size\":\"-1\"}";
  for (std::int64_t extent : sample) dimensions += ",{\"size\":\"" + std::to_string(extent) + "\"}";
  return node(name, "Placeholder", std::span<const std::string_view>(),
              text_of({type_attribute("dtype", "DT_FLOAT")}) + ",\"shape\":{\"shape\":{\"dim\":[" + dimensions + "]}}");
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
