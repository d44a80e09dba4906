// A GraphDef as JSON text while it is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
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

/// `"name":{...}`, an attribute of a node.
std::string integer_attribute(std::string_view name, std::int64_t value);
std::string integers_attribute(std::string_view name, const Integers& values);
std::string number_attribute(std::string_view name, double value);
std::string flag_attribute(std::string_view name, bool value);
std::string type_attribute(std::string_view name, std::string_view value);
std::string text_attribute(std::string_view name, std::string_view value);
std::string texts_attribute(std::string_view name, std::initializer_list<std::string_view> values);

/// Nodes and their constants, one behind another. Each gives the node's name.
class GraphText {
 public:
  explicit GraphText(Precision precision) : precision_(precision) {}

  /// A name like this one that no node has, of letters, digits and _ . / -.
  std::string unique(std::string_view name);

  std::string node(std::string_view name, std::string_view operation, const std::vector<std::string>& inputs,
                   std::initializer_list<std::string> attributes = {});
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
