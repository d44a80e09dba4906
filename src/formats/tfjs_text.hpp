// A GraphDef as JSON text while it is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "formats/onnx.hpp"
#include "formats/tfjs_json.hpp"
#include "tensor/shape.hpp"

namespace mlsec::formats::tfjs {

/// "text" with its escapes.
std::string quoted(std::string_view text);

/// An attribute of a node, for lists of them that cost nothing to make; what it refers to must live as long.
struct TextOption {
  enum Kind { integer, window, number, flag, type, text, texts };
  std::string_view name;
  Kind kind;
  std::int64_t a = 0, b = 0;  // an integer, a flag; [1, a, b, 1]
  double value = 0;
  std::string_view word = {};  // of texts the only one, or empty where there is none
};

inline TextOption integer_attribute(std::string_view name, std::int64_t value) {
  return {.name = name, .kind = TextOption::integer, .a = value};
}
inline TextOption window_attribute(std::string_view name, std::int64_t vertical, std::int64_t horizontal) {
  return {.name = name, .kind = TextOption::window, .a = vertical, .b = horizontal};
}
inline TextOption number_attribute(std::string_view name, float value) {
  return {.name = name, .kind = TextOption::number, .value = double{value}};
}
inline TextOption flag_attribute(std::string_view name, bool value) {
  return {.name = name, .kind = TextOption::flag, .a = value};
}
inline TextOption type_attribute(std::string_view name, std::string_view value) {
  return {.name = name, .kind = TextOption::type, .word = value};
}
inline TextOption text_attribute(std::string_view name, std::string_view value) {
  return {.name = name, .kind = TextOption::text, .word = value};
}
inline TextOption texts_attribute(std::string_view name, std::string_view only) {
  return {.name = name, .kind = TextOption::texts, .word = only};
}

/// Nodes and their constants, one behind another. Each gives the node's name.
class GraphText {
 public:
  explicit GraphText(Precision precision) : precision_(precision) {}

  /// A name like this one that no node has, of letters, digits and _ . / -.
  std::string unique(std::string_view name);

  std::string node(std::string_view name, std::string_view operation, std::span<const std::string_view> inputs,
                   std::string_view attributes);
  std::string node(std::string_view name, std::string_view operation, const std::vector<std::string>& inputs,
                   std::initializer_list<TextOption> options = {});
  std::string node(std::string_view name, std::string_view operation, std::initializer_list<std::string_view> inputs,
                   std::initializer_list<TextOption> options = {});
  std::string placeholder(std::string_view name, const Shape& sample);
  std::string floats(std::string_view name, const Shape& shape, const std::vector<float>& values);
  std::string integers(std::string_view name, const Shape& shape, const Integers& values);

  const std::string& nodes() const { return nodes_; }
  const std::string& weights() const { return specifications_; }
  std::vector<std::byte> take_bytes() && { return std::move(bytes_); }

  /// Whether a number did not fit into float16, or was none.
  bool out_of_range() const { return out_of_range_; }

 private:
  void specify(std::string_view name, const Shape& shape, std::string_view type, bool half);
  void append(std::uint32_t bits, std::size_t bytes);

  Precision precision_;
  std::string nodes_, specifications_;
  std::vector<std::byte> bytes_;
  std::set<std::string, std::less<>> names_;
  std::map<std::string, std::size_t, std::less<>> counts_;
  bool out_of_range_ = false;
};

}  // namespace mlsec::formats::tfjs
