#include <algorithm>
#include <cmath>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "formats/onnx.hpp"
#include "formats/onnx_allowance.hpp"
#include "formats/onnx_error.hpp"
#include "formats/onnx_folding.hpp"
#include "formats/onnx_tensor.hpp"
#include "formats/onnx_wire.hpp"
#include "nn/operations/quantise.hpp"

namespace mlsec::formats {
namespace onnx {
namespace {

using nn::Attribute;
using nn::GraphDescription;
using nn::NodeDescription;
using nn::ValueDescription;
using protozero::data_view;
using protozero::pbf_reader;

// Before version 7 of the operators, Add, Gemm and others broadcast only where an attribute said so.
constexpr std::int64_t oldest_operators = 6, newest_operators = 28;

std::string_view text(data_view view) { return {view.data(), view.size()}; }

bool is_default_domain(std::string_view domain) { return domain.empty() || domain == "ai.onnx"; }

/// What a message holds in a field that occurs once; empty where it does not. As in protobuf the last one counts.
data_view last_message(data_view message, FieldNumber number) {
  data_view found;
  pbf_reader reader(message);
  while (next_field(reader)) {
    if (reader.tag_and_type() == bytes_field(number))
      found = reader.get_view();
    else
      reader.skip();
  }
  return found;
}

class Reader {
 public:
  Reader(const Limits& limits, const Constants& given) : allowance_(limits), given_(given) {}

  Result<GraphDescription> read_model(data_view message) {
    GraphDescription graph;
    std::optional<data_view> graph_message;
    bool has_version = false;
    pbf_reader reader(message);
    while (next_field(reader)) {
      switch (reader.tag_and_type()) {
        case varint_field(model::ir_version):
          has_version = true;
          reader.skip();
          break;
        case bytes_field(model::graph):
          if (graph_message) return refuse(ErrorCode::malformed, "The model file holds two graphs.");
          graph_message = reader.get_view();
          break;
        case bytes_field(model::opset_import):
          MLSEC_TRY_VOID(read_operator_set(reader.get_view()));
          break;
        case bytes_field(model::metadata_props):
          MLSEC_TRY_VOID(read_metadata(reader.get_view(), graph));
          break;
        default:
          reader.skip();
      }
    }
    if (!graph_message || !has_version)
      return refuse(ErrorCode::malformed, "The model file is not an ONNX model: it has no version or no graph.");
    if (operators_ == 0)
      return refuse(ErrorCode::malformed, "The model file does not say which version of the operators it uses.");
    if (operators_ < oldest_operators || operators_ > newest_operators)
      return refuse(ErrorCode::unsupported, {"version of the ONNX operators", std::to_string(operators_)},
                    "is not one of 6 to 28, which are supported.");
    graph.operators = operators_;
    MLSEC_TRY_VOID(read_graph(*graph_message, graph));
    graph.inputs[0].channels_last = graph.metadata.erase(channels_last_key) > 0;
    return fold(std::move(graph), allowance_);
  }

 private:
  Result<void> read_operator_set(data_view message) {
    MLSEC_TRY_VOID(allowance_.take_entries());
    std::string_view domain;
    std::int64_t version = 0;
    pbf_reader reader(message);
    while (next_field(reader)) {
      switch (reader.tag_and_type()) {
        case bytes_field(operator_set::domain):
          domain = text(reader.get_view());
          break;
        case varint_field(operator_set::version):
          version = reader.get_int64();
          break;
        default:
          reader.skip();
      }
    }
    if (is_default_domain(domain)) operators_ = version;
    return {};
  }

  Result<void> read_metadata(data_view message, GraphDescription& graph) {
    MLSEC_TRY_VOID(allowance_.take_entries());
    std::string_view key, value;
    pbf_reader reader(message);
    while (next_field(reader)) {
      switch (reader.tag_and_type()) {
        case bytes_field(string_entry::key):
          key = text(reader.get_view());
          break;
        case bytes_field(string_entry::value):
          value = text(reader.get_view());
          break;
        default:
          reader.skip();
      }
    }
    MLSEC_TRY_VOID(allowance_.check_name(key));
    if (!graph.metadata.emplace(key, value).second)
      return refuse(ErrorCode::malformed, {"metadata key", key}, "is given twice.");
    return {};
  }

  Result<void> read_graph(data_view message, GraphDescription& graph) {
    std::vector<data_view> inputs, outputs, nodes;
    pbf_reader reader(message);
    while (next_field(reader)) {
      switch (reader.tag_and_type()) {
        case bytes_field(onnx::graph::name):
          MLSEC_TRY_VOID(read_name(reader, graph.name));
          break;
        case bytes_field(onnx::graph::node):
          MLSEC_TRY_VOID(allowance_.take_node());
          nodes.push_back(reader.get_view());
          break;
        case bytes_field(onnx::graph::initializer): {
          MLSEC_TRY(auto tensor, read_tensor(reader.get_view(), std::nullopt, allowance_));
          note_type(tensor.name, tensor.data_type);
          if (!graph.constants.emplace(tensor.name, std::move(tensor.constant)).second)
            return refuse(ErrorCode::malformed, {"tensor", tensor.name}, "is given twice.");
          break;
        }
        case bytes_field(onnx::graph::sparse_initializer):
          return refuse(ErrorCode::unsupported, "The model holds sparse tensors, which are not supported.");
        case bytes_field(onnx::graph::input):
          MLSEC_TRY_VOID(allowance_.take_entries());
          inputs.push_back(reader.get_view());
          break;
        case bytes_field(onnx::graph::output):
          MLSEC_TRY_VOID(allowance_.take_entries());
          outputs.push_back(reader.get_view());
          break;
        default:
          reader.skip();
      }
    }
    graph.constants.insert(given_.begin(), given_.end());
    for (data_view input : inputs) {
      const std::string_view name = text(last_message(input, value_info::name));
      if (graph.constants.contains(name)) continue;
      MLSEC_TRY(auto value, read_value(input, name, "input"));
      if (value.extents.empty()) return refuse(ErrorCode::unsupported, {"input", name}, "does not have a shape.");
      graph.inputs.push_back(std::move(value));
    }
    for (data_view node_message : nodes) {
      MLSEC_TRY(auto node, read_node(node_message));
      name_quantised_type(node);
      graph.nodes.push_back(std::move(node));
    }
    for (data_view output : outputs) {
      auto value = read_value(output, text(last_message(output, value_info::name)), "output");
      // Labels beside scores are left away.
      if (!value.ok() && value.error().code == ErrorCode::unsupported && outputs.size() > 1) continue;
      MLSEC_TRY(graph.outputs.emplace_back(), std::move(value));
    }
    if (graph.inputs.empty()) return refuse(ErrorCode::malformed, "The model has no inputs.");
    if (graph.outputs.empty()) return refuse(ErrorCode::malformed, "The model has no outputs.");
    return {};
  }

  Result<void> read_name(pbf_reader& reader, std::string& name) {
    name = text(reader.get_view());
    return allowance_.check_name(name);
  }

  Result<void> read_entry_name(pbf_reader& reader, std::vector<std::string>& names) {
    MLSEC_TRY_VOID(allowance_.take_entries());
    return read_name(reader, names.emplace_back());
  }

  /// An input or output of the graph; `what` of both is for messages.
  Result<ValueDescription> read_value(data_view message, std::string_view name, std::string_view what) {
    MLSEC_TRY_VOID(allowance_.check_name(name));
    const Subject subject{what, name};
    ValueDescription value{std::string(name), {}};
    std::int64_t data_type = 0;
    std::optional<data_view> shape;
    pbf_reader reader(last_message(last_message(message, value_info::type), type::tensor_type));
    while (next_field(reader)) {
      switch (reader.tag_and_type()) {
        case varint_field(tensor_type::elem_type):
          data_type = reader.get_int64();
          break;
        case bytes_field(tensor_type::shape):
          shape = reader.get_view();
          break;
        default:
          reader.skip();
      }
    }
    if (data_type != float32_type && data_type != float16_type && data_type != double_type)
      return refuse(ErrorCode::unsupported, subject, "is not a tensor of floating-point numbers.");
    if (shape) MLSEC_TRY_VOID(read_extents(*shape, subject, value.extents));
    return value;
  }

  Result<void> read_extents(data_view message, const Subject& subject, std::vector<std::int64_t>& extents) {
    pbf_reader reader(message);
    while (next_field(reader)) {
      if (reader.tag_and_type() != bytes_field(tensor_shape::dim)) {
        reader.skip();
        continue;
      }
      std::int64_t extent = -1;
      pbf_reader dimension_reader(reader.get_view());
      while (next_field(dimension_reader)) {
        if (dimension_reader.tag_and_type() == varint_field(dimension::dim_value))
          extent = dimension_reader.get_int64();
        else
          dimension_reader.skip();
      }
      // Some exporters spell an open extent as -1 instead of leaving it out.
      if (extent == 0 || extent < -1)
        return refuse(ErrorCode::malformed, subject, "has an extent that is not positive.");
      if (extents.size() == Shape::max_rank)
        return refuse(ErrorCode::too_large, subject, "has more than 8 dimensions.");
      extents.push_back(extent);
    }
    return {};
  }

  Result<NodeDescription> read_node(data_view message) {
    NodeDescription node;
    std::string_view domain;
    std::vector<data_view> attributes;
    pbf_reader reader(message);
    while (next_field(reader)) {
      switch (reader.tag_and_type()) {
        case bytes_field(onnx::node::input):
          MLSEC_TRY_VOID(read_entry_name(reader, node.inputs));
          break;
        case bytes_field(onnx::node::output):
          MLSEC_TRY_VOID(read_entry_name(reader, node.outputs));
          break;
        case bytes_field(onnx::node::name):
          MLSEC_TRY_VOID(read_name(reader, node.name));
          break;
        case bytes_field(onnx::node::op_type):
          MLSEC_TRY_VOID(read_name(reader, node.operation));
          break;
        case bytes_field(onnx::node::domain):
          domain = text(reader.get_view());
          break;
        case bytes_field(onnx::node::attribute):
          MLSEC_TRY_VOID(allowance_.take_entries());
          attributes.push_back(reader.get_view());
          break;
        default:
          reader.skip();
      }
    }
    const Subject subject = subject_of(node);
    if (node.operation.empty()) return refuse(ErrorCode::malformed, subject, "has no operator.");
    if (std::all_of(node.outputs.begin(), node.outputs.end(), [](const auto& output) { return output.empty(); }))
      return refuse(ErrorCode::malformed, subject, "has no output.");
    // What scikit-learn's exporter makes labels of is left away with them, or refused where it is needed.
    const bool classical = domain == "ai.onnx.ml";
    if (classical && node.operation != "LinearClassifier" && node.operation != "Normalizer" &&
        node.operation != "Scaler")
      node.operation = "ai.onnx.ml." + node.operation;
    if (!is_default_domain(domain) && !classical)
      return refuse(ErrorCode::unsupported, subject, "belongs to the domain", domain, ", which is not supported.");
    for (data_view attribute : attributes) MLSEC_TRY_VOID(read_attribute(attribute, node));
    make_axis_explicit(node);
    return node;
  }

  /// Before version 13 the axis was 1 by default, and all axes from it on were taken together: the same wherever the
  /// axis is the last but for extents of 1; the operation sees to the rest.
  void make_axis_explicit(NodeDescription& node) const {
    if (operators_ < 13 &&
        (node.operation == "Softmax" || node.operation == "LogSoftmax" || node.operation == "Hardmax"))
      node.attributes.emplace("axis", std::int64_t{1});
  }

  void note_type(const std::string& name, std::int64_t data_type) {
    if (data_type == int8_type || data_type == uint8_type) bytes_.emplace(name, data_type);
  }

  /// A QuantizeLinear rounds to the type of its zero point, which its constant does not tell any more.
  void name_quantised_type(NodeDescription& node) const {
    if (node.operation != "QuantizeLinear" || node.inputs.size() < 3) return;
    const auto found = bytes_.find(node.inputs[2]);
    if (found == bytes_.end()) return;
    Attribute& type = node.attributes[nn::quantised_type];  // 0, where the node does not say
    if (std::holds_alternative<std::int64_t>(type) && std::get<std::int64_t>(type) == 0) type = found->second;
  }

  Result<void> read_attribute(data_view message, NodeDescription& node) {
    std::string_view name, string;
    std::int64_t type = 0, integer = 0;
    float number = 0;
    data_view tensor_message;
    bool is_reference = false;
    pbf_reader reader(message);
    while (next_field(reader)) {
      switch (reader.tag_and_type()) {
        case bytes_field(attribute::name):
          name = text(reader.get_view());
          break;
        case varint_field(attribute::type):
          type = reader.get_int64();
          break;
        case varint_field(attribute::i):
          integer = reader.get_int64();
          break;
        case fixed32_field(attribute::f):
          number = reader.get_float();
          break;
        case bytes_field(attribute::s):
          string = text(reader.get_view());
          break;
        case bytes_field(attribute::t):
          tensor_message = reader.get_view();
          break;
        case bytes_field(attribute::ref_attr_name):
          is_reference = true;
          reader.skip();
          break;
        default:
          reader.skip();
      }
    }
    MLSEC_TRY_VOID(allowance_.check_name(name));
    const auto refuse_attribute = [&](ErrorCode code, std::string_view why) {
      return refuse(code, subject_of(node), "has the attribute", name, why);
    };
    constexpr std::string_view not_finite = ", which holds NaN or infinity.";
    Attribute value;
    switch (is_reference ? 0 : type) {
      case float_attribute:
        if (!std::isfinite(number)) return refuse_attribute(ErrorCode::not_finite, not_finite);
        value = number;
        break;
      case int_attribute:
        value = integer;
        break;
      case string_attribute:
        value = std::string(string);
        break;
      case tensor_attribute: {
        MLSEC_TRY(auto tensor, read_tensor(tensor_message, tensor_of(node), allowance_));
        if (node.operation == "Constant" && !node.outputs.empty()) note_type(node.outputs[0], tensor.data_type);
        value = std::move(tensor.constant);
        break;
      }
      case floats_attribute: {
        auto list = read_floats(message, attribute::floats, allowance_.entries());
        MLSEC_TRY_VOID(allowance_.take_entries(list.size()));
        if (!all_finite(list)) return refuse_attribute(ErrorCode::not_finite, not_finite);
        value = std::move(list);
        break;
      }
      case ints_attribute: {
        auto list = read_integers(message, attribute::ints, allowance_.entries());
        MLSEC_TRY_VOID(allowance_.take_entries(list.size()));
        value = std::move(list);
        break;
      }
      case graph_attribute:
      case graphs_attribute:
        return refuse_attribute(ErrorCode::unsupported, ", a subgraph, which is not supported.");
      case strings_attribute:
        return {};  // names of classes, which no operation here needs
      case 0:
        return refuse_attribute(ErrorCode::malformed, " without a type.");
      default:
        return refuse_attribute(ErrorCode::unsupported, " of a type that is not supported.");
    }
    if (!node.attributes.emplace(name, std::move(value)).second)
      return refuse_attribute(ErrorCode::malformed, " twice.");
    return {};
  }

  Allowance allowance_;
  const Constants& given_;
  std::int64_t operators_ = 0;                              // the version of the default domain
  std::map<std::string, std::int64_t, std::less<>> bytes_;  // the types of constants of 8 bits
};

}  // namespace
}  // namespace onnx

Result<nn::GraphDescription> read_onnx(std::span<const std::byte> file, const Limits& limits, const Constants& given) {
  if (file.empty()) return onnx::refuse(ErrorCode::malformed, "The model file is empty.");
  if (file.size() > limits.file_bytes) return onnx::refuse(ErrorCode::too_large, "The model file is too large.");
  try {
    return onnx::Reader(limits, given).read_model({reinterpret_cast<const char*>(file.data()), file.size()});
  } catch (const protozero::exception&) {
    return onnx::refuse(ErrorCode::malformed, "The model file is not an ONNX model, or damaged or incomplete.");
  } catch (const std::bad_alloc&) {
    return onnx::refuse(ErrorCode::out_of_memory, "There is not enough memory to read the model.");
  }
}

}  // namespace mlsec::formats
