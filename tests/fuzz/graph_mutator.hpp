// Changes to a graph that leave its file readable, so that a fuzzer comes past the protobuf.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "nn/operations.hpp"

namespace mlsec::fuzz {

class GraphMutator {
 public:
  GraphMutator(nn::GraphDescription& graph, std::uint64_t seed) : graph_(graph), random_(seed, 0, Purpose::test) {}

  void change() {
    switch (below(11)) {
      case 0:
        return change_node();
      case 1:
      case 2:
        return change_attribute();
      case 3:
      case 4:
        return change_inputs();
      case 5:
      case 6:
        return change_constant();
      case 7:
        return insert_node();
      case 8:
        return remove_node();
      case 9:
        return change_extents();
      default:
        return change_metadata();
    }
  }

 private:
  std::uint32_t below(std::size_t count) { return random_.below(static_cast<std::uint32_t>(count)); }

  template <class List>
  auto& any_of(List& list) {
    return *std::next(std::begin(list), below(std::size(list)));
  }

  std::int64_t integer() {
    constexpr std::int64_t odd[] = {0,
                                    1,
                                    -1,
                                    2,
                                    3,
                                    4,
                                    5,
                                    7,
                                    8,
                                    -2,
                                    -3,
                                    64,
                                    4097,
                                    1 << 20,
                                    1 << 26,
                                    INT32_MAX,
                                    INT32_MIN,
                                    std::int64_t{1} << 32,
                                    std::int64_t{1} << 40,
                                    INT64_MAX,
                                    INT64_MIN};
    return any_of(odd);
  }
  float number() {
    constexpr float odd[] = {0, 1, -1, 0.5f, 2, 3, 1e-30f, 1e30f, -3e38f, 1e10f};
    return any_of(odd);
  }

  std::string operation() {
    static const std::vector<std::string> all = [] {
      std::vector<std::string> names{"Constant", "Cast",       "Identity", "Shape",    "Size",  "ConstantOfShape",
                                     "Expand",   "Equal",      "Where",    "Range",    "Floor", "Neg",
                                     "Sqrt",     "ReduceProd", "Tile",     "CastLike", "Loop"};
      append_names(nn::Operations{}, names);
      return names;
    }();
    return any_of(all);
  }
  template <class... O>
  static void append_names(TypeList<O...>, std::vector<std::string>& names) {
    (names.insert(names.end(), O::onnx_names.begin(), O::onnx_names.end()), ...);
  }

  std::string attribute() {
    constexpr const char* names[] = {"axis",         "axes",
                                     "perm",         "pads",
                                     "kernel_shape", "strides",
                                     "dilations",    "group",
                                     "auto_pad",     "mode",
                                     "to",           "keepdims",
                                     "transB",       "alpha",
                                     "beta",         "epsilon",
                                     "value",        "split",
                                     "starts",       "ends",
                                     "steps",        "ceil_mode",
                                     "allowzero",    "min",
                                     "max",          "output_padding",
                                     "num_outputs",  "num_groups",
                                     "value_ints",   "value_float",
                                     "value_int",    "scales",
                                     "sizes",        "coordinate_transformation_mode",
                                     "nearest_mode", "count_include_pad"};
    return any_of(names);
  }

  nn::Attribute value() {
    constexpr const char* texts[] = {"",         "SAME_UPPER", "SAME_LOWER", "VALID",         "NOTSET",
                                     "constant", "reflect",    "edge",       "nearest",       "linear",
                                     "cubic",    "half_pixel", "asymmetric", "align_corners", "tanh"};
    switch (below(5)) {
      case 0:
        return integer();
      case 1:
        return number();
      case 2:
        return std::string(any_of(texts));
      case 3:
        return std::vector<std::int64_t>(below(5), integer());
      default:
        return constant();
    }
  }

  nn::Constant constant() {
    const auto count = static_cast<std::int64_t>(1 + below(6));
    nn::Constant constant{below(3) == 0 && count == 1 ? Shape{} : Shape{count}, {}, {}};
    for (std::int64_t i = 0; i < count; ++i) {
      if (constant.floats.empty() && (!constant.integers.empty() || below(2) == 0))
        constant.integers.push_back(integer());
      else
        constant.floats.push_back(number());
    }
    return constant;
  }

  /// The name of a value: an input, a constant or what some node makes.
  std::string any_value() {
    if (!graph_.constants.empty() && below(3) == 0) return any_of(graph_.constants).first;
    if (below(4) == 0) return any_of(graph_.inputs).name;
    const nn::NodeDescription& node = any_of(graph_.nodes);
    return node.outputs.empty() ? "" : any_of(node.outputs);
  }

  void change_node() {
    if (graph_.nodes.empty()) return;
    nn::NodeDescription& node = any_of(graph_.nodes);
    if (below(4) == 0)
      node.outputs.push_back(node.outputs[0] + "_more");
    else
      node.operation = operation();
  }

  void change_attribute() {
    if (graph_.nodes.empty()) return;
    auto& attributes = any_of(graph_.nodes).attributes;
    if (attributes.empty() || below(4) == 0) {
      attributes.insert_or_assign(attribute(), value());
      return;
    }
    auto& [name, held] = any_of(attributes);
    auto* list = std::get_if<std::vector<std::int64_t>>(&held);
    if (below(6) == 0)
      attributes.erase(std::string(name));
    else if (list && !list->empty() && below(4) == 0)
      list->pop_back();
    else if (list && below(4) == 0)
      list->push_back(integer());
    else if (list && !list->empty())
      any_of(*list) = integer();
    else
      held = below(3) == 0 ? value() : nn::Attribute(integer());
  }

  void change_inputs() {
    if (graph_.nodes.empty()) return;
    auto& inputs = any_of(graph_.nodes).inputs;
    const std::uint32_t kind = below(4);
    if (kind == 0 && !inputs.empty())
      inputs.pop_back();
    else if (kind == 1 && inputs.size() > 1)
      std::swap(inputs[0], any_of(inputs));
    else if (kind == 2 && !inputs.empty())
      any_of(inputs) = any_value();
    else
      inputs.push_back(below(4) == 0 ? "" : any_value());
  }

  void change_constant() {
    if (graph_.constants.empty()) {
      graph_.constants.emplace("c", constant());
      return;
    }
    nn::Constant& held = any_of(graph_.constants).second;
    const std::uint32_t kind = below(5);
    if (kind == 0)
      held = constant();
    else if (kind == 1 && held.shape.rank() < Shape::max_rank)
      held.shape = held.shape.with_rows(1);
    else if (kind == 2)
      held.shape = Shape{static_cast<std::int64_t>(held.shape.count())};
    else if (!held.integers.empty())
      any_of(held.integers) = integer();
    else if (!held.floats.empty())
      any_of(held.floats) = number();
  }

  /// A node behind another, in its place for all that follow.
  void insert_node() {
    if (graph_.nodes.empty()) return;
    const std::size_t at = below(graph_.nodes.size());
    const std::string old = graph_.nodes[at].outputs[0], fresh = old + "_" + std::to_string(below(1000));
    nn::NodeDescription node = below(2) == 0 ? graph_.nodes[below(graph_.nodes.size())] : nn::onnx_node(operation());
    node.name.clear();
    node.inputs = {old};
    if (below(2) == 0) node.inputs.push_back(any_value());
    node.outputs = {fresh};
    for (std::size_t i = at + 1; i < graph_.nodes.size(); ++i)
      for (std::string& input : graph_.nodes[i].inputs)
        if (input == old) input = fresh;
    for (nn::ValueDescription& output : graph_.outputs)
      if (output.name == old) output.name = fresh;
    graph_.nodes.insert(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(node));
  }

  void remove_node() {
    if (graph_.nodes.size() < 2) return;
    const std::size_t at = below(graph_.nodes.size());
    const std::string gone = graph_.nodes[at].outputs[0];
    const std::string before = graph_.nodes[at].inputs.empty() ? graph_.inputs[0].name : graph_.nodes[at].inputs[0];
    graph_.nodes.erase(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(at));
    for (nn::NodeDescription& node : graph_.nodes)
      for (std::string& input : node.inputs)
        if (input == gone) input = before;
    for (nn::ValueDescription& output : graph_.outputs)
      if (output.name == gone) output.name = before;
  }

  void change_extents() {
    auto& extents = any_of(below(4) == 0 ? graph_.outputs : graph_.inputs).extents;
    const std::int64_t extent = below(3) == 0 ? integer() : 1 + std::int64_t{below(9)};
    if (extents.empty() || (below(5) == 0 && extents.size() < Shape::max_rank))
      extents.push_back(extent);
    else if (below(5) == 0)
      extents.pop_back();
    else
      any_of(extents) = extent;
  }

  void change_metadata() {
    constexpr const char* keys[] = {"mlsec.lower", "mlsec.upper", "mlsec.labels", "mlsec.softmax"};
    constexpr const char* texts[] = {"", "0", "-1", "1e30", "nan", "true", "a\nb", "a\nb\nc"};
    graph_.metadata[any_of(keys)] = any_of(texts);
  }

  nn::GraphDescription& graph_;
  Random random_;
};

/// The graph with a few changes.
inline nn::GraphDescription changed(nn::GraphDescription graph, std::uint64_t seed) {
  if (graph.nodes.empty()) return graph;
  GraphMutator mutator(graph, seed);
  for (std::uint64_t i = 0; i < 1 + seed / 2 % 3; ++i) mutator.change();
  return graph;
}

}  // namespace mlsec::fuzz
