#include "formats/onnx_folding.hpp"

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "formats/float16.hpp"
#include "formats/onnx_error.hpp"
#include "formats/onnx_schema.hpp"
#include "formats/onnx_tensor.hpp"

namespace mlsec::formats::onnx {
namespace {

using nn::Attribute;
using nn::Constant;
using nn::GraphDescription;
using nn::NodeDescription;

using Names = std::map<std::string, std::string, std::less<>>;

/// The value of a `Constant` node, taken out of its attribute.
Result<Constant> constant_of(NodeDescription& node, Allowance& allowance) {
  if (node.attributes.size() != 1)
    return refuse(ErrorCode::malformed, subject_of(node), "needs one attribute, its value.");
  auto& [name, attribute] = *node.attributes.begin();
  // The tensor's elements were counted when it was read.
  if (name == "value")
    if (auto* tensor = std::get_if<Constant>(&attribute)) return std::move(*tensor);

  Constant constant;
  if (const auto* number = std::get_if<float>(&attribute); number && name == "value_float")
    constant.floats = {*number};
  else if (const auto* integer = std::get_if<std::int64_t>(&attribute); integer && name == "value_int")
    constant.integers = {*integer};
  else if (auto* floats = std::get_if<std::vector<float>>(&attribute); floats && name == "value_floats")
    constant.floats = std::move(*floats);
  else if (auto* integers = std::get_if<std::vector<std::int64_t>>(&attribute); integers && name == "value_ints")
    constant.integers = std::move(*integers);
  const std::size_t count = constant.floats.size() + constant.integers.size();
  if (count == 0) return refuse(ErrorCode::unsupported, subject_of(node), "is empty or no tensor of numbers.");
  if (name.ends_with('s')) constant.shape = {static_cast<std::int64_t>(count)};
  MLSEC_TRY_VOID(allowance.take_constant(count, subject_of(node)));
  return constant;
}

/// The integers that a type takes, both ends included.
struct Range {
  std::int64_t lowest, highest;
};

bool is_integer_type(std::int64_t data_type, Range& range) {
  switch (data_type) {
    case int64_type:
      range = {INT64_MIN, INT64_MAX};
      return true;
    case int32_type:
      range = {INT32_MIN, INT32_MAX};
      return true;
    case int8_type:
      range = {INT8_MIN, INT8_MAX};
      return true;
    case uint8_type:
      range = {0, UINT8_MAX};
      return true;
    case bool_type:
      range = {0, 1};
      return true;
    default:
      return false;
  }
}

/// Whether a Cast to this type leaves a constant as it is here, where all floats and all integers are of one type.
bool changes_nothing(const Constant& constant, std::int64_t data_type) {
  return constant.integers.empty() ? data_type == float32_type || data_type == double_type : data_type == int64_type;
}

Result<Constant> cast(const Constant& constant, std::int64_t data_type, const NodeDescription& node) {
  Constant result{constant.shape, {}, {}};
  const auto does_not_fit = [&] {
    return refuse(ErrorCode::out_of_range, subject_of(node), "casts a number beyond the new type's range.");
  };
  if (data_type == float32_type || data_type == double_type || data_type == float16_type) {
    result.floats = constant.floats;
    for (std::int64_t number : constant.integers) result.floats.push_back(static_cast<float>(number));
    if (data_type == float16_type) {
      for (float& number : result.floats) {
        number = float16_to_float32(float32_to_float16(number));
        if (std::isinf(number)) return does_not_fit();
      }
    }
    return result;
  }
  Range range;
  if (!is_integer_type(data_type, range))
    return refuse(ErrorCode::unsupported, subject_of(node), "casts to the element type", std::to_string(data_type),
                  ", which is not supported.");
  result.integers = constant.integers;
  for (float number : constant.floats) {
    if (data_type != bool_type && std::fabs(number) >= 0x1p63f) return does_not_fit();
    result.integers.push_back(data_type == bool_type ? number != 0 : static_cast<std::int64_t>(number));
  }
  for (std::int64_t& number : result.integers) {
    if (data_type == bool_type) number = number != 0;
    if (number < range.lowest || number > range.highest) return does_not_fit();
  }
  return result;
}

class Folder {
 public:
  Folder(GraphDescription graph, Allowance& allowance) : graph_(std::move(graph)), allowance_(allowance) {}

  Result<GraphDescription> run() {
    for (const auto& [name, constant] : graph_.constants) MLSEC_TRY_VOID(define(name, name));
    for (const auto& input : graph_.inputs) MLSEC_TRY_VOID(define(input.name, input.name));

    std::vector<NodeDescription> nodes = std::exchange(graph_.nodes, {});
    for (NodeDescription& node : nodes) {
      MLSEC_TRY_VOID(resolve_inputs(node));
      MLSEC_TRY(const bool folded, fold_node(node));
      if (folded) continue;
      for (const std::string& output : node.outputs)
        if (!output.empty()) MLSEC_TRY_VOID(define(output, output));
      graph_.nodes.push_back(std::move(node));
    }
    MLSEC_TRY_VOID(name_outputs());
    drop_unused_constants();
    return std::move(graph_);
  }

 private:
  /// A new value, which is another name of `original` or (equal) its own.
  Result<void> define(const std::string& name, const std::string& original) {
    if (name.empty()) return refuse(ErrorCode::malformed, "The model has an input or constant without a name.");
    if (!originals_.emplace(name, original).second)
      return refuse(ErrorCode::malformed, {"value", name}, "is made twice.");
    return {};
  }

  Result<void> resolve_inputs(NodeDescription& node) {
    for (std::string& input : node.inputs) {
      if (input.empty()) continue;  // an optional input left out
      const auto found = originals_.find(input);
      if (found == originals_.end())
        return refuse(ErrorCode::malformed, subject_of(node), "uses", input, ", which nothing before it makes.");
      input = found->second;
    }
    return {};
  }

  Result<bool> fold_node(NodeDescription& node) {
    const bool is_constant = node.operation == "Constant";
    const bool is_identity = node.operation == "Identity";
    if (!is_constant && !is_identity && node.operation != "Cast") return false;
    if (node.inputs.size() != (is_constant ? 0 : 1) || node.outputs.size() != 1 || node.outputs[0].empty() ||
        (!is_constant && node.inputs[0].empty()))
      return refuse(ErrorCode::malformed, subject_of(node), "has the wrong number of inputs or outputs.");
    const std::string& output = node.outputs[0];

    if (is_constant) {
      MLSEC_TRY_VOID(define(output, output));
      MLSEC_TRY(Constant constant, constant_of(node, allowance_));
      graph_.constants.emplace(output, std::move(constant));
      return true;
    }

    bool same = is_identity;
    if (!is_identity) {
      const auto attribute = node.attributes.find("to");
      const auto* data_type =
          attribute == node.attributes.end() ? nullptr : std::get_if<std::int64_t>(&attribute->second);
      if (data_type == nullptr) return refuse(ErrorCode::malformed, subject_of(node), "does not name a type.");
      const auto found = graph_.constants.find(node.inputs[0]);
      if (found == graph_.constants.end()) return false;
      same = changes_nothing(found->second, *data_type);
      if (!same) {
        MLSEC_TRY_VOID(define(output, output));
        MLSEC_TRY_VOID(allowance_.take_constant(found->second.shape.count(), subject_of(node)));
        MLSEC_TRY(Constant constant, cast(found->second, *data_type, node));
        graph_.constants.emplace(output, std::move(constant));
      }
    }
    if (same) MLSEC_TRY_VOID(define(output, node.inputs[0]));
    return true;
  }

  /// An output of the model keeps its name, even where that is another name of a value used elsewhere.
  Result<void> name_outputs() {
    std::set<std::string_view> public_names;
    for (const auto& output : graph_.outputs)
      if (!public_names.insert(output.name).second)
        return refuse(ErrorCode::malformed, {"output", output.name}, "is listed twice.");
    std::set<std::string_view> made_by_nodes;
    for (const auto& node : graph_.nodes) made_by_nodes.insert(node.outputs.begin(), node.outputs.end());

    Names renamed;
    std::vector<NodeDescription> copies;
    for (const auto& output : graph_.outputs) {
      const auto found = originals_.find(output.name);
      if (found == originals_.end())
        return refuse(ErrorCode::malformed, {"output", output.name}, "is made by no node.");
      const std::string& original = found->second;
      if (original == output.name) continue;
      if (const auto constant = graph_.constants.find(original); constant != graph_.constants.end()) {
        MLSEC_TRY_VOID(allowance_.take_constant(constant->second.shape.count(), {"output", output.name}));
        graph_.constants.emplace(output.name, constant->second);
      } else if (!made_by_nodes.contains(original) || public_names.contains(original) ||
                 !renamed.emplace(original, output.name).second) {
        copies.push_back({"Identity", "", {original}, {output.name}, {}});
      }
    }
    for (auto& copy : copies) graph_.nodes.push_back(std::move(copy));
    if (renamed.empty()) return {};
    const auto rename = [&](std::vector<std::string>& names) {
      for (std::string& name : names)
        if (const auto found = renamed.find(name); found != renamed.end()) name = found->second;
    };
    for (auto& node : graph_.nodes) {
      rename(node.inputs);
      rename(node.outputs);
    }
    return {};
  }

  void drop_unused_constants() {
    std::set<std::string_view> used;
    for (const auto& node : graph_.nodes) used.insert(node.inputs.begin(), node.inputs.end());
    for (const auto& output : graph_.outputs) used.insert(output.name);
    std::erase_if(graph_.constants, [&](const auto& entry) { return !used.contains(entry.first); });
  }

  GraphDescription graph_;
  Allowance& allowance_;
  Names originals_;  // of every value known so far: the name by which the result calls it
};

}  // namespace

Result<GraphDescription> fold(GraphDescription graph, Allowance& allowance) {
  return Folder(std::move(graph), allowance).run();
}

}  // namespace mlsec::formats::onnx
