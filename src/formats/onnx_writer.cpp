#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <new>
#include <protozero/pbf_writer.hpp>
#include <set>
#include <string>
#include <utility>

#include "formats/float16.hpp"
#include "formats/onnx.hpp"
#include "formats/onnx_error.hpp"
#include "formats/onnx_schema.hpp"
#include "formats/onnx_tensor.hpp"
#include "nn/operations/quantise.hpp"

namespace mlsec::formats {
namespace onnx {
namespace {

using nn::Attribute;
using nn::Constant;
using nn::GraphDescription;
using nn::NodeDescription;
using nn::ValueDescription;
using protozero::pbf_writer;

struct Version {
  std::int64_t of_file, of_operators;
};
constexpr Version older{8, 17}, newer{10, 21};

/// The operators whose form here is not one that version 17 has. All others that are written have the same in both.
constexpr std::array<std::string_view, 5> operators_of_newer{"Gelu", "GroupNormalization", "ReduceMax", "ReduceMean",
                                                             "Resize"};

Version version_of(const GraphDescription& graph) {
  for (const NodeDescription& node : graph.nodes)
    for (std::string_view operation : operators_of_newer)
      if (node.operation == operation) return newer;
  return older;
}

/// A Cast costs about 100 bytes: below this many elements float16 saves nothing.
constexpr std::size_t largest_uncompressed = 16;

constexpr std::size_t largest_file = Limits{}.file_bytes;
constexpr std::string_view too_large = "The model is too large for a model file.";

Result<void> check(const Constant& constant, const Subject& subject) {
  const std::size_t count = constant.shape.count();
  if (count == 0) return refuse(ErrorCode::unsupported, subject, "is empty.");
  if (constant.floats.size() + constant.integers.size() != count ||
      (!constant.floats.empty() && !constant.integers.empty()))
    return refuse(ErrorCode::shape_mismatch, subject, "has more or fewer elements than its shape says.");
  if (!all_finite(constant.floats)) return refuse(ErrorCode::not_finite, subject, "holds NaN or infinity.");
  return {};
}

template <class Element>
void write_raw(pbf_writer& tensor_writer, const std::vector<Element>& elements) {
  tensor_writer.add_bytes(tensor::raw_data, reinterpret_cast<const char*>(elements.data()),
                          elements.size() * sizeof(Element));
}

void write_header(pbf_writer& tensor_writer, const Shape& shape, DataType data_type, std::string_view name) {
  tensor_writer.add_packed_int64(tensor::dims, shape.begin(), shape.end());
  tensor_writer.add_int32(tensor::data_type, data_type);
  tensor_writer.add_string(tensor::name, name.data(), name.size());
}

void write_tensor(pbf_writer& parent, FieldNumber field, std::string_view name, const Constant& constant,
                  DataType integers = int64_type) {
  pbf_writer writer(parent, field);
  write_header(writer, constant.shape, constant.floats.empty() ? integers : float32_type, name);
  if (constant.floats.empty() && integers != int64_type)
    write_raw(writer, std::vector<std::uint8_t>(constant.integers.begin(), constant.integers.end()));
  else if (constant.floats.empty())
    write_raw(writer, constant.integers);
  else
    write_raw(writer, constant.floats);
}

Result<void> write_half_tensor(pbf_writer& parent, std::string_view name, const Constant& constant) {
  std::vector<std::uint16_t> halves;
  halves.reserve(constant.floats.size());
  for (float number : constant.floats) {
    halves.push_back(float32_to_float16(number));
    if (std::isinf(float16_to_float32(halves.back())))
      return refuse(ErrorCode::out_of_range, {"tensor", name}, "holds numbers beyond 65504, the largest of float16.");
  }
  pbf_writer writer(parent, graph::initializer);
  write_header(writer, constant.shape, float16_type, name);
  write_raw(writer, halves);
  return {};
}

Result<void> write_attribute(pbf_writer& parent, std::string_view name, const Attribute& value,
                             const NodeDescription& node) {
  pbf_writer writer(parent, onnx::node::attribute);
  const auto refuse_not_finite = [&] {
    return refuse(ErrorCode::not_finite, subject_of(node), "has the attribute", name, ", which holds NaN or infinity.");
  };
  writer.add_string(attribute::name, name.data(), name.size());
  AttributeType type = int_attribute;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    writer.add_int64(attribute::i, *integer);
  } else if (const auto* number = std::get_if<float>(&value)) {
    if (!std::isfinite(*number)) return refuse_not_finite();
    writer.add_float(attribute::f, *number);
    type = float_attribute;
  } else if (const auto* string = std::get_if<std::string>(&value)) {
    writer.add_string(attribute::s, *string);
    type = string_attribute;
  } else if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&value)) {
    // onnx.proto, which other programs read by, has this list unpacked.
    for (std::int64_t element : *integers) writer.add_int64(attribute::ints, element);
    type = ints_attribute;
  } else if (const auto* floats = std::get_if<std::vector<float>>(&value)) {
    if (!all_finite(*floats)) return refuse_not_finite();
    for (float element : *floats) writer.add_float(attribute::floats, element);
    type = floats_attribute;
  } else {
    const Constant& constant = std::get<Constant>(value);
    MLSEC_TRY_VOID(check(constant, tensor_of(node)));
    write_tensor(writer, attribute::t, "", constant);
    type = tensor_attribute;
  }
  writer.add_int32(attribute::type, type);
  return {};
}

using ByteTypes = std::map<std::string_view, DataType>;

/// The types of zero points, where the node that rounds to one names it and they fit.
ByteTypes byte_types(const GraphDescription& graph) {
  ByteTypes types;
  for (const NodeDescription& node : graph.nodes) {
    const auto named = node.attributes.find(nn::quantised_type);
    const auto* type = named == node.attributes.end() ? nullptr : std::get_if<std::int64_t>(&named->second);
    if (node.operation != "QuantizeLinear" || node.inputs.size() < 3 || !type) continue;
    const auto zero = graph.constants.find(node.inputs[2]);
    if (zero == graph.constants.end() || (*type != int8_type && *type != uint8_type)) continue;
    const std::int64_t lowest = *type == int8_type ? INT8_MIN : 0;
    const std::vector<std::int64_t>& numbers = zero->second.integers;
    if (std::all_of(numbers.begin(), numbers.end(),
                    [&](std::int64_t number) { return number >= lowest && number <= lowest + UINT8_MAX; }))
      types.emplace(zero->first, static_cast<DataType>(*type));
  }
  return types;
}

/// `stored_as` holds the names in the file of values that are called otherwise there.
Result<void> write_node(pbf_writer& parent, const NodeDescription& node,
                        const std::map<std::string_view, std::string>& stored_as, const ByteTypes& bytes = {}) {
  // Older versions know a type by the zero point alone.
  const auto is_told = [&](std::string_view name, const Attribute& value) {
    if (name != nn::quantised_type || node.inputs.size() < 3) return false;
    const auto found = bytes.find(node.inputs[2]);
    const auto* type = std::get_if<std::int64_t>(&value);
    return found != bytes.end() && type && *type == found->second;
  };
  pbf_writer writer(parent, graph::node);
  for (const std::string& input : node.inputs) {
    const auto found = stored_as.find(input);
    writer.add_string(onnx::node::input, found == stored_as.end() ? input : found->second);
  }
  for (const std::string& output : node.outputs) writer.add_string(onnx::node::output, output);
  if (!node.name.empty()) writer.add_string(onnx::node::name, node.name);
  writer.add_string(onnx::node::op_type, node.operation);
  for (const auto& [name, value] : node.attributes) {
    if (!is_told(name, value)) MLSEC_TRY_VOID(write_attribute(writer, name, value, node));
  }
  return {};
}

void write_value(pbf_writer& parent, FieldNumber field, const ValueDescription& value) {
  pbf_writer writer(parent, field);
  writer.add_string(value_info::name, value.name);
  pbf_writer type_writer(writer, value_info::type);
  pbf_writer tensor_writer(type_writer, type::tensor_type);
  tensor_writer.add_int32(tensor_type::elem_type, float32_type);
  if (value.extents.empty()) return;
  pbf_writer shape_writer(tensor_writer, tensor_type::shape);
  for (std::size_t axis = 0; axis < value.extents.size(); ++axis) {
    std::string content;
    pbf_writer dimension_writer(content);
    if (value.extents[axis] >= 1)
      dimension_writer.add_int64(dimension::dim_value, value.extents[axis]);
    else if (axis == 0)
      dimension_writer.add_string(dimension::dim_param, "batch");
    // As a string: a pbf_writer on its parent leaves an empty message out, but here it stands for an open extent.
    shape_writer.add_message(tensor_shape::dim, content);
  }
}

/// For each constant to be stored as float16, the name of the value after its Cast.
std::map<std::string_view, std::string> choose_half_constants(const GraphDescription& graph) {
  std::set<std::string, std::less<>> taken;
  for (const auto& input : graph.inputs) taken.insert(input.name);
  for (const auto& [name, constant] : graph.constants) taken.insert(name);
  for (const auto& node : graph.nodes) taken.insert(node.outputs.begin(), node.outputs.end());
  std::set<std::string_view> outputs;
  for (const auto& output : graph.outputs) outputs.insert(output.name);

  std::map<std::string_view, std::string> chosen;
  std::size_t number = 0;
  for (const auto& [name, constant] : graph.constants) {
    if (constant.floats.size() <= largest_uncompressed || outputs.contains(name)) continue;
    // Shortened, so that it keeps within Limits::name_length.
    const std::string base = name.substr(0, 900) + ".float32";
    std::string cast_name = base;
    while (!taken.insert(cast_name).second) cast_name = base + std::to_string(++number);
    chosen.emplace(name, std::move(cast_name));
  }
  return chosen;
}

Result<void> write_graph(pbf_writer& parent, const GraphDescription& graph, Precision precision) {
  pbf_writer writer(parent, model::graph);
  std::map<std::string_view, std::string> halves;
  if (precision == Precision::float16) halves = choose_half_constants(graph);
  for (const auto& [name, cast_name] : halves) {
    const NodeDescription cast{"Cast", "", {std::string(name)}, {cast_name}, {{"to", std::int64_t{float32_type}}}};
    MLSEC_TRY_VOID(write_node(writer, cast, {}));
  }
  const ByteTypes bytes_of = byte_types(graph);
  for (const auto& node : graph.nodes) MLSEC_TRY_VOID(write_node(writer, node, halves, bytes_of));
  // A graph must have a name.
  writer.add_string(onnx::graph::name, graph.name.empty() ? "graph" : graph.name);
  std::size_t bytes = 0;
  for (const auto& [name, constant] : graph.constants) {
    MLSEC_TRY_VOID(check(constant, {"tensor", name}));
    bytes += constant.integers.size() * sizeof(std::int64_t) + constant.floats.size() * (halves.contains(name) ? 2 : 4);
    if (bytes > largest_file) return refuse(ErrorCode::too_large, too_large);
    if (halves.contains(name)) {
      MLSEC_TRY_VOID(write_half_tensor(writer, name, constant));
    } else {
      const auto type = bytes_of.find(name);
      write_tensor(writer, onnx::graph::initializer, name, constant,
                   type == bytes_of.end() ? int64_type : type->second);
    }
  }
  for (const auto& input : graph.inputs) write_value(writer, onnx::graph::input, input);
  for (const auto& output : graph.outputs) write_value(writer, onnx::graph::output, output);
  return {};
}

Result<std::vector<std::byte>> write_model(const GraphDescription& graph, Precision precision) {
  std::string file;
  pbf_writer writer(file);
  const Version version = version_of(graph);
  writer.add_int64(model::ir_version, version.of_file);
  writer.add_string(model::producer_name, "mlsec");
  {
    pbf_writer operator_set_writer(writer, model::opset_import);
    operator_set_writer.add_string(operator_set::domain, "");
    operator_set_writer.add_int64(operator_set::version, version.of_operators);
  }
  const auto write_entry = [&](const std::string& key, const std::string& value) {
    pbf_writer entry_writer(writer, model::metadata_props);
    entry_writer.add_string(string_entry::key, key);
    entry_writer.add_string(string_entry::value, value);
  };
  for (const auto& [key, value] : graph.metadata) write_entry(key, value);
  if (!graph.inputs.empty() && graph.inputs[0].channels_last) write_entry(channels_last_key, "true");
  // Last, so that a file cut short anywhere is noticed.
  MLSEC_TRY_VOID(write_graph(writer, graph, precision));
  if (file.size() > largest_file) return refuse(ErrorCode::too_large, too_large);
  std::vector<std::byte> bytes(file.size());
  std::memcpy(bytes.data(), file.data(), file.size());
  return bytes;
}

}  // namespace
}  // namespace onnx

Result<std::vector<std::byte>> write_onnx(const nn::GraphDescription& graph, Precision precision) {
  try {
    return onnx::write_model(graph, precision);
  } catch (const protozero::exception&) {
    return onnx::refuse(ErrorCode::internal, "The model could not be written.");
  } catch (const std::bad_alloc&) {
    return onnx::refuse(ErrorCode::out_of_memory, "There is not enough memory to write the model.");
  }
}

}  // namespace mlsec::formats
