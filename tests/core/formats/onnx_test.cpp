#include "formats/onnx.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <utility>

#include "base/random.hpp"
#include "formats/float16.hpp"
#include "formats/onnx_schema.hpp"

namespace mlsec::formats {
namespace {

using nn::Constant;
using nn::GraphDescription;
using nn::NodeDescription;
using protozero::pbf_writer;
using Bytes = std::vector<std::byte>;
using Integers = std::vector<std::int64_t>;

// A network as PyTorch exports it (Conv, Relu, MaxPool, Flatten, Gemm), made with the Python package onnx 1.23: a
// weight as float16 with a Cast, one in raw_data, biases in float_data and in a Constant node, an Identity at the end.
constexpr std::string_view exported_network =
    "08081206676f6c64656e3ac2060a300a10636f6e762e7765696768745f68616c66120b636f6e762e7765696768742204436173742a090a02"
    "746f1801a001020a9a010a05696d6167650a0b636f6e762e7765696768740a09636f6e762e6269617312092f636f6e762f6f75741a0a2f63"
    "6f6e762f436f6e762204436f6e762a120a0964696c6174696f6e7340014001a001072a0c0a0567726f75701801a001022a150a0c6b65726e"
    "656c5f736861706540034003a001072a110a04706164734000400040004000a001072a100a077374726964657340014001a001070a280a09"
    "2f636f6e762f6f757412092f72656c752f6f75741a0a2f72656c752f52656c75220452656c750a690a092f72656c752f6f757412092f706f"
    "6f6c2f6f75741a0d2f706f6f6c2f4d6178506f6f6c22074d6178506f6f6c2a100a096365696c5f6d6f64651800a001022a150a0c6b65726e"
    "656c5f736861706540024002a001072a100a077374726964657340024002a001070a410a092f706f6f6c2f6f7574120c2f666c617474656e"
    "2f6f75741a102f666c617474656e2f466c617474656e2207466c617474656e2a0b0a04617869731801a001020a3a120766632e6269617322"
    "08436f6e7374616e742a250a0576616c75652a1908031001220c0000003f000000bf0000803e420576616c7565a001040a6b0a0c2f666c61"
    "7474656e2f6f75740a0966632e7765696768740a0766632e6269617312072f66632f6f75741a082f66632f47656d6d220447656d6d2a0f0a"
    "05616c706861150000803fa001012a0e0a0462657461150000803fa001012a0d0a067472616e73421801a001020a1b0a072f66632f6f7574"
    "12066c6f6769747322084964656e74697479120a6d61696e5f67726170682a420802080108030803100a4210636f6e762e7765696768745f"
    "68616c664a2400bc00bb00ba00b900b800b600b400b0000000300034003600380039003a003b003c803c2a190802100122080000003e0000"
    "80bf4209636f6e762e626961732a2b080308021001420966632e7765696768744a18000000bf000080be000000000000803e0000003f0000"
    "403f5a200a05696d61676512170a15080112110a0312014e0a0208010a0208040a02080462190a066c6f67697473120f0a0d080112090a03"
    "12014e0a02080342040a001011720f0a066c6162656c731205612c622c63";

Bytes to_bytes(std::string_view text) {
  Bytes bytes(text.size());
  if (!text.empty()) std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

Bytes exported_file() {
  Bytes bytes;
  for (std::size_t i = 0; i < exported_network.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(std::string(exported_network.substr(i, 2)), nullptr, 16)));
  return bytes;
}

template <class Element>
std::string raw(std::initializer_list<Element> elements) {
  std::string text(elements.size() * sizeof(Element), '\0');
  std::memcpy(text.data(), elements.begin(), text.size());
  return text;
}

/// Writes an ONNX file field by field, also such files as write_onnx would never write.
class FileBuilder {
 public:
  FileBuilder& input(std::string_view name, Integers extents = {-1, 2}, std::int32_t data_type = onnx::float32_type) {
    return value(onnx::graph::input, name, extents, data_type);
  }
  FileBuilder& output(std::string_view name, Integers extents = {-1, 2}) {
    return value(onnx::graph::output, name, extents, onnx::float32_type);
  }
  FileBuilder& value(onnx::FieldNumber field, std::string_view name, const Integers& extents, std::int32_t data_type) {
    pbf_writer graph_writer(graph_);
    pbf_writer writer(graph_writer, field);
    writer.add_string(onnx::value_info::name, std::string(name));
    pbf_writer type_writer(writer, onnx::value_info::type);
    pbf_writer tensor_writer(type_writer, onnx::type::tensor_type);
    tensor_writer.add_int32(onnx::tensor_type::elem_type, data_type);
    pbf_writer shape_writer(tensor_writer, onnx::tensor_type::shape);
    for (std::int64_t extent : extents) {
      pbf_writer dimension_writer(shape_writer, onnx::tensor_shape::dim);
      dimension_writer.add_int64(onnx::dimension::dim_value, extent);
    }
    return *this;
  }

  using Fill = std::function<void(pbf_writer&)>;

  FileBuilder& tensor(std::string_view name, Integers extents, std::int32_t data_type, const Fill& elements) {
    pbf_writer graph_writer(graph_);
    pbf_writer writer(graph_writer, onnx::graph::initializer);
    fill_tensor(writer, name, extents, data_type, elements);
    return *this;
  }
  FileBuilder& raw_tensor(std::string_view name, Integers extents, std::int32_t data_type,
                          const std::string& elements) {
    return tensor(name, std::move(extents), data_type,
                  [&](pbf_writer& writer) { writer.add_bytes(onnx::tensor::raw_data, elements); });
  }
  static void fill_tensor(pbf_writer& writer, std::string_view name, const Integers& extents, std::int32_t data_type,
                          const Fill& elements) {
    for (std::int64_t extent : extents) writer.add_int64(onnx::tensor::dims, extent);
    writer.add_int32(onnx::tensor::data_type, data_type);
    writer.add_string(onnx::tensor::name, std::string(name));
    elements(writer);
  }

  FileBuilder& node(
      std::string_view operation, std::initializer_list<std::string> inputs, std::initializer_list<std::string> outputs,
      const Fill& more = [](pbf_writer&) {}) {
    pbf_writer graph_writer(graph_);
    pbf_writer writer(graph_writer, onnx::graph::node);
    for (const std::string& name : inputs) writer.add_string(onnx::node::input, name);
    for (const std::string& name : outputs) writer.add_string(onnx::node::output, name);
    writer.add_string(onnx::node::op_type, std::string(operation));
    more(writer);
    return *this;
  }
  static void add_attribute(pbf_writer& node_writer, std::string_view name, std::int32_t type, const Fill& value) {
    pbf_writer writer(node_writer, onnx::node::attribute);
    writer.add_string(onnx::attribute::name, std::string(name));
    writer.add_int32(onnx::attribute::type, type);
    value(writer);
  }
  static Fill integer_attribute(std::string_view name, std::int64_t value) {
    return [=](pbf_writer& writer) {
      add_attribute(writer, name, onnx::int_attribute, [&](pbf_writer& w) { w.add_int64(onnx::attribute::i, value); });
    };
  }

  FileBuilder& graph_field(const Fill& fill) {
    pbf_writer graph_writer(graph_);
    fill(graph_writer);
    return *this;
  }

  Bytes file(std::int64_t operators = 17, const Fill& more = [](pbf_writer&) {}) const {
    std::string text;
    pbf_writer writer(text);
    writer.add_int64(onnx::model::ir_version, 8);
    if (operators != 0) {
      pbf_writer operator_set_writer(writer, onnx::model::opset_import);
      operator_set_writer.add_int64(onnx::operator_set::version, operators);
    }
    more(writer);
    writer.add_message(onnx::model::graph, graph_);
    return to_bytes(text);
  }

 private:
  std::string graph_;
};

/// From input "x" to output "y"; the nodes are the test's.
FileBuilder from_x_to_y() { return FileBuilder().input("x").output("y"); }

/// "" where the file is read, else the code, and the message where it lacks one of the words it should have.
std::string refusal(const Result<GraphDescription>& result, std::initializer_list<std::string_view> words = {}) {
  if (result.ok()) return "";
  const Error& error = result.error();
  CHECK(error.field == "model");
  CHECK(error.message.ends_with('.'));
  for (std::string_view word : words)
    if (error.message.find(word) == std::string::npos) return error.message;
  return std::string(name_of(error.code));
}

std::string refusal(const Bytes& file, std::initializer_list<std::string_view> words = {}) {
  return refusal(read_onnx(file), words);
}

GraphDescription read(const Bytes& file) {
  auto result = read_onnx(file);
  REQUIRE_MESSAGE(result.ok(), refusal(result, {"?"}));
  return std::move(result).value();
}

Bytes write(const GraphDescription& graph, Precision precision = Precision::float32) {
  auto result = write_onnx(graph, precision);
  REQUIRE(result.ok());
  return std::move(result).value();
}

bool same(const Constant& a, const Constant& b) {
  return a.shape == b.shape && a.floats == b.floats && a.integers == b.integers;
}

bool same(const nn::Attribute& a, const nn::Attribute& b) {
  if (a.index() != b.index()) return false;
  return std::visit(
      [&](const auto& content) {
        using Content = std::decay_t<decltype(content)>;
        if constexpr (std::is_same_v<Content, Constant>)
          return same(content, std::get<Content>(b));
        else
          return content == std::get<Content>(b);
      },
      a);
}

/// Maps whose keys are equal and whose values are the same.
template <class Map>
bool same_maps(const Map& a, const Map& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& first, const auto& second) {
    return first.first == second.first && same(first.second, second.second);
  });
}

void check_same(const GraphDescription& a, const GraphDescription& b) {
  CHECK(a.name == b.name);
  CHECK(a.metadata == b.metadata);
  CHECK(same_maps(a.constants, b.constants));
  const auto same_values = [](const nn::ValueDescription& first, const nn::ValueDescription& second) {
    return first.name == second.name && first.extents == second.extents;
  };
  CHECK(std::equal(a.inputs.begin(), a.inputs.end(), b.inputs.begin(), b.inputs.end(), same_values));
  CHECK(std::equal(a.outputs.begin(), a.outputs.end(), b.outputs.begin(), b.outputs.end(), same_values));
  REQUIRE(a.nodes.size() == b.nodes.size());
  for (std::size_t i = 0; i < a.nodes.size(); ++i) {
    CHECK(a.nodes[i].operation == b.nodes[i].operation);
    CHECK(a.nodes[i].name == b.nodes[i].name);
    CHECK(a.nodes[i].inputs == b.nodes[i].inputs);
    CHECK(a.nodes[i].outputs == b.nodes[i].outputs);
    CHECK(same_maps(a.nodes[i].attributes, b.nodes[i].attributes));
  }
}

/// Every kind of attribute, constant and extent; floats that float16 holds exactly.
GraphDescription rich_graph() {
  GraphDescription graph;
  graph.name = "rich";
  std::vector<float> weights(24);
  std::iota(weights.begin(), weights.end(), -3.5f);
  graph.constants["weight"] = {{4, 6}, weights, {}};
  graph.constants["bias"] = {{4}, {0.25f, -0.0f, 0x1p-24f, 65504.0f}, {}};
  graph.constants["shape"] = {{2}, {}, {-1, std::numeric_limits<std::int64_t>::max()}};
  graph.constants["scalar"] = {{}, {1.5f}, {}};
  graph.inputs = {{"image", {-1, 1, 2, 3}}, {"other", {5, -1}}};
  graph.outputs = {{"score", {-1, 4}}, {"shapeless", {}}};
  NodeDescription first{"Gemm", "dense/1", {"image", "weight", "bias"}, {"hidden", "", "extra"}, {}};
  first.attributes["integer"] = std::int64_t{-7};
  first.attributes["float"] = 0.1f;
  first.attributes["string"] = std::string("SAME_UPPER");
  first.attributes["integers"] = Integers{1, -2, std::numeric_limits<std::int64_t>::min()};
  first.attributes["floats"] = std::vector<float>{0.5f, -0.1f};
  first.attributes["no_integers"] = Integers{};
  first.attributes["float_tensor"] = Constant{{1, 2}, {1.0f, 2.0f}, {}};
  first.attributes["integer_tensor"] = Constant{{3}, {}, {1, 2, 3}};
  graph.nodes.push_back(first);
  graph.nodes.push_back({"Clip", "", {"hidden", "", "scalar"}, {"score"}, {}});
  graph.nodes.push_back({"Reshape", "", {"other", "shape", "weight"}, {"shapeless"}, {}});
  graph.metadata = {{"labels", "cat\ndog"}, {"bounds", "[0, 1]"}, {"", ""}};
  return graph;
}

}  // namespace

TEST_CASE("a graph written and read is the same graph") {
  for (const Precision precision : {Precision::float32, Precision::float16}) {
    const Bytes file = write(rich_graph(), precision);
    check_same(read(file), rich_graph());
    CHECK(write(read(file), precision) == file);
  }
}

TEST_CASE("a file exported by another program is read") {
  const GraphDescription graph = read(exported_file());
  CHECK(graph.name == "main_graph");
  CHECK(graph.metadata.at("labels") == "a,b,c");
  REQUIRE(graph.inputs.size() == 1);
  CHECK(graph.inputs[0].name == "image");
  CHECK(graph.inputs[0].extents == Integers{-1, 1, 4, 4});
  REQUIRE(graph.outputs.size() == 1);
  CHECK(graph.outputs[0].name == "logits");
  CHECK(graph.outputs[0].extents == Integers{-1, 3});

  REQUIRE(graph.nodes.size() == 5);
  const std::vector<std::string> operations{"Conv", "Relu", "MaxPool", "Flatten", "Gemm"};
  for (std::size_t i = 0; i < operations.size(); ++i) CHECK(graph.nodes[i].operation == operations[i]);
  const auto& attributes = graph.nodes[0].attributes;
  CHECK(graph.nodes[0].name == "/conv/Conv");
  CHECK(std::get<Integers>(attributes.at("kernel_shape")) == Integers{3, 3});
  CHECK(std::get<std::int64_t>(attributes.at("group")) == 1);
  CHECK(std::get<float>(graph.nodes[4].attributes.at("alpha")) == 1.0f);
  CHECK(graph.nodes[4].outputs == std::vector<std::string>{"logits"});

  REQUIRE(graph.constants.size() == 4);
  const Constant& weight = graph.constants.at(graph.nodes[0].inputs[1]);
  CHECK(weight.shape == Shape{2, 1, 3, 3});
  for (std::size_t i = 0; i < weight.floats.size(); ++i) CHECK(weight.floats[i] == (static_cast<float>(i) - 8) / 8);
  CHECK(graph.constants.at("conv.bias").floats == std::vector<float>{0.125f, -1.0f});
  CHECK(graph.constants.at("fc.bias").floats == std::vector<float>{0.5f, -0.5f, 0.25f});
  CHECK(graph.constants.at("fc.weight").floats == std::vector<float>{-0.5f, -0.25f, 0, 0.25f, 0.5f, 0.75f});
}

TEST_CASE("float16 halves the file, rounds to the nearest and leaves small constants alone") {
  GraphDescription graph;
  graph.inputs = {{"x", {-1, 1000}}};
  graph.outputs = {{"y", {-1, 1000}}};
  graph.constants["large"] = {{1000}, std::vector<float>(1000, 0.1f), {}};
  graph.constants["small"] = {{16}, std::vector<float>(16, 0.1f), {}};
  graph.nodes.push_back({"Add", "", {"x", "large"}, {"large.float32"}, {}});
  graph.nodes.push_back({"Add", "", {"large.float32", "small"}, {"y"}, {}});
  const Bytes file = write(graph, Precision::float16);
  CHECK(file.size() < write(graph).size() - 1850);

  const GraphDescription again = read(file);
  CHECK(again.nodes.size() == 2);
  CHECK(again.nodes[0].outputs == graph.nodes[0].outputs);
  CHECK(again.constants.at("large").floats == std::vector<float>(1000, float16_to_float32(float32_to_float16(0.1f))));
  CHECK(again.constants.at("small").floats == graph.constants.at("small").floats);
}

TEST_CASE("float16 copes with names as long as they may be, that begin alike or look like those it makes up") {
  GraphDescription graph;
  graph.inputs = {{"x", {-1, 20}}};
  graph.outputs = {{"c.float32", {-1, 20}}};
  NodeDescription sum{"Sum", "", {"x"}, {"c.float32"}, {}};
  const std::string long_name(999, 'n');
  for (const std::string& name : {std::string("c"), long_name + '1', long_name + '2', long_name + '3'}) {
    graph.constants[name] = {{20}, std::vector<float>(20, 0.5f), {}};
    sum.inputs.push_back(name);
  }
  graph.nodes = {sum};
  graph.name = "names";
  check_same(read(write(graph, Precision::float16)), graph);
}

TEST_CASE("a constant that is an output is not stored as float16") {
  GraphDescription graph;
  graph.inputs = {{"x", {-1}}};
  graph.outputs = {{"c", {20}}};
  graph.constants["c"] = {{20}, std::vector<float>(20, 0.1f), {}};
  CHECK(read(write(graph, Precision::float16)).constants.at("c").floats[0] == 0.1f);
}

TEST_CASE("what float16 cannot hold is refused by the tensor's name, in float16 only") {
  GraphDescription graph = rich_graph();
  graph.constants["weight"].floats[5] = -65520.0f;
  auto result = write_onnx(graph, Precision::float16);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code == ErrorCode::out_of_range);
  CHECK(result.error().message.find("\"weight\"") != std::string::npos);
  CHECK(write_onnx(graph, Precision::float32).ok());
  graph.constants["weight"].floats[5] = -65519.0f;
  CHECK(write_onnx(graph, Precision::float16).ok());
}

TEST_CASE("the writer refuses constants that could not be read back") {
  const auto refused = [](const Constant& constant) {
    GraphDescription graph = rich_graph();
    graph.constants["weight"] = constant;
    auto result = write_onnx(graph, Precision::float32);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().field == "model");
    CHECK(result.error().message.find("\"weight\"") != std::string::npos);
    return result.error().code;
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(refused({{2}, {1.0f, nan}, {}}) == ErrorCode::not_finite);
  CHECK(refused({{3}, {1.0f, 2.0f}, {}}) == ErrorCode::shape_mismatch);
  CHECK(refused({{2}, {1.0f}, {1}}) == ErrorCode::shape_mismatch);
  CHECK(refused({{0}, {}, {}}) == ErrorCode::unsupported);

  GraphDescription graph = rich_graph();
  graph.nodes[0].attributes["float"] = nan;
  CHECK(write_onnx(graph, Precision::float32).error().code == ErrorCode::not_finite);
}

TEST_CASE("every element type and both ways to store it are read") {
  const auto constant_of = [](std::int32_t data_type, const FileBuilder::Fill& elements) {
    const Bytes file = from_x_to_y().tensor("c", {2}, data_type, elements).node("Add", {"x", "c"}, {"y"}).file();
    return read(file).constants.at("c");
  };
  const auto from_raw = [&](std::int32_t data_type, const std::string& elements) {
    return constant_of(data_type, [&](pbf_writer& writer) { writer.add_bytes(onnx::tensor::raw_data, elements); });
  };
  const auto from_integers = [&](std::int32_t data_type, onnx::FieldNumber field, Integers elements) {
    const Constant packed = constant_of(
        data_type, [&](pbf_writer& writer) { writer.add_packed_int64(field, elements.begin(), elements.end()); });
    const Constant single = constant_of(data_type, [&](pbf_writer& writer) {
      for (std::int64_t element : elements) writer.add_int64(field, element);
    });
    CHECK(same(packed, single));
    return packed;
  };
  using Floats = std::vector<float>;

  CHECK(from_raw(onnx::float32_type, raw({1.5f, -0.0f})).floats == Floats{1.5f, -0.0f});
  CHECK(from_raw(onnx::double_type, raw({0.1, -2.0})).floats == Floats{0.1f, -2.0f});
  CHECK(from_raw(onnx::float16_type, raw<std::uint16_t>({0x3c00, 0x8001})).floats == Floats{1.0f, -0x1p-24f});
  CHECK(from_raw(onnx::int64_type, raw<std::int64_t>({INT64_MIN, 7})).integers == Integers{INT64_MIN, 7});
  CHECK(from_raw(onnx::int32_type, raw<std::int32_t>({-1, 7})).integers == Integers{-1, 7});
  CHECK(from_raw(onnx::int8_type, raw<std::int8_t>({-1, 7})).integers == Integers{-1, 7});
  CHECK(from_raw(onnx::uint8_type, raw<std::uint8_t>({255, 7})).integers == Integers{255, 7});
  CHECK(from_raw(onnx::bool_type, raw<std::uint8_t>({0, 2})).integers == Integers{0, 1});

  CHECK(from_integers(onnx::int64_type, onnx::tensor::int64_data, {INT64_MIN, 7}).integers == Integers{INT64_MIN, 7});
  CHECK(from_integers(onnx::int32_type, onnx::tensor::int32_data, {-1, 7}).integers == Integers{-1, 7});
  CHECK(from_integers(onnx::int8_type, onnx::tensor::int32_data, {-128, 7}).integers == Integers{-128, 7});
  CHECK(from_integers(onnx::uint8_type, onnx::tensor::int32_data, {255, 7}).integers == Integers{255, 7});
  CHECK(from_integers(onnx::bool_type, onnx::tensor::int32_data, {0, 1}).integers == Integers{0, 1});
  CHECK(from_integers(onnx::float16_type, onnx::tensor::int32_data, {0x3c00, 0x8001}).floats == Floats{1, -0x1p-24f});

  const Floats floats{1.5f, -2.0f};
  CHECK(constant_of(onnx::float32_type, [&](pbf_writer& writer) {
          for (float element : floats) writer.add_float(onnx::tensor::float_data, element);
        }).floats == floats);
  CHECK(constant_of(onnx::double_type, [&](pbf_writer& writer) {
          for (float element : floats) writer.add_double(onnx::tensor::double_data, element);
        }).floats == floats);
}

TEST_CASE("an input that a constant fills is no input") {
  const Bytes file = FileBuilder()
                         .input("c", {2}, onnx::int64_type)
                         .input("x")
                         .output("y")
                         .raw_tensor("c", {2}, onnx::int64_type, raw<std::int64_t>({1, 2}))
                         .node("Reshape", {"x", "c"}, {"y"})
                         .file();
  const GraphDescription graph = read(file);
  REQUIRE(graph.inputs.size() == 1);
  CHECK(graph.inputs[0].name == "x");
}

TEST_CASE("Constant nodes become constants") {
  const auto with_attribute = [](std::string_view name, std::int32_t type, const FileBuilder::Fill& value) {
    return from_x_to_y()
        .node("Constant", {}, {"c"}, [&](pbf_writer& writer) { FileBuilder::add_attribute(writer, name, type, value); })
        .node("Add", {"x", "c"}, {"y"})
        .file();
  };
  const auto constant_of = [](const Bytes& file) {
    const GraphDescription graph = read(file);
    CHECK(graph.nodes.size() == 1);
    return graph.constants.at("c");
  };
  const Bytes tensor = with_attribute("value", onnx::tensor_attribute, [](pbf_writer& writer) {
    pbf_writer tensor_writer(writer, onnx::attribute::t);
    FileBuilder::fill_tensor(tensor_writer, "", {1, 2}, onnx::float32_type,
                             [](pbf_writer& w) { w.add_bytes(onnx::tensor::raw_data, raw({1.0f, 2.0f})); });
  });
  CHECK(same(constant_of(tensor), {{1, 2}, {1.0f, 2.0f}, {}}));
  const Bytes number = with_attribute("value_float", onnx::float_attribute,
                                      [](pbf_writer& writer) { writer.add_float(onnx::attribute::f, 0.5f); });
  CHECK(same(constant_of(number), {{}, {0.5f}, {}}));
  const Bytes integers = with_attribute("value_ints", onnx::ints_attribute, [](pbf_writer& writer) {
    for (const int element : {3, -1}) writer.add_int64(onnx::attribute::ints, element);
  });
  CHECK(same(constant_of(integers), {{2}, {}, {3, -1}}));

  const Bytes text = with_attribute("value_string", onnx::string_attribute,
                                    [](pbf_writer& writer) { writer.add_string(onnx::attribute::s, "a"); });
  CHECK(refusal(text, {"\"c\"", "Constant"}) == "unsupported");
  const Bytes empty = with_attribute("value_ints", onnx::ints_attribute, [](pbf_writer&) {});
  CHECK(refusal(empty, {"\"c\"", "Constant"}) == "unsupported");
  CHECK(refusal(from_x_to_y().node("Constant", {}, {"y"}).file(), {"\"y\"", "Constant"}) == "malformed");
}

TEST_CASE("Casts of constants are folded with the numbers they would give") {
  const auto cast = [](std::int32_t from, const std::string& elements, std::int64_t to) {
    return from_x_to_y()
        .raw_tensor("c", {2}, from, elements)
        .node("Cast", {"c"}, {"d"}, FileBuilder::integer_attribute("to", to))
        .node("Add", {"x", "d"}, {"y"})
        .file();
  };
  const auto folded = [&](std::int32_t from, const std::string& elements, std::int64_t to) {
    const GraphDescription graph = read(cast(from, elements, to));
    CHECK(graph.nodes.size() == 1);
    CHECK(graph.constants.size() == 1);
    return graph.constants.at(graph.nodes[0].inputs[1]);
  };
  using Floats = std::vector<float>;
  CHECK(folded(onnx::float16_type, raw<std::uint16_t>({0x3c00, 0}), onnx::float32_type).floats == Floats{1, 0});
  CHECK(folded(onnx::float32_type, raw({0.1f, 0.0f}), onnx::double_type).floats == Floats{0.1f, 0});
  CHECK(folded(onnx::float32_type, raw({1.0f / 3, 0.0f}), onnx::float16_type).floats == Floats{0x1.554p-2f, 0});
  CHECK(folded(onnx::int64_type, raw<std::int64_t>({-3, 4}), onnx::float32_type).floats == Floats{-3, 4});
  CHECK(folded(onnx::float32_type, raw({-1.9f, 2.9f}), onnx::int64_type).integers == Integers{-1, 2});
  CHECK(folded(onnx::float32_type, raw({-127.9f, 127.0f}), onnx::int8_type).integers == Integers{-127, 127});
  CHECK(folded(onnx::float32_type, raw({0.5f, 0.0f}), onnx::bool_type).integers == Integers{1, 0});
  CHECK(folded(onnx::int32_type, raw({-5, 0}), onnx::bool_type).integers == Integers{1, 0});

  CHECK(refusal(cast(onnx::float32_type, raw({65520.0f, 0.0f}), onnx::float16_type), {"Cast"}) == "out-of-range");
  CHECK(refusal(cast(onnx::float32_type, raw({0x1p63f, 0.0f}), onnx::int64_type), {"\"d\""}) == "out-of-range");
  CHECK(refusal(cast(onnx::int32_type, raw({256, 0}), onnx::uint8_type), {"\"d\""}) == "out-of-range");
  CHECK(refusal(cast(onnx::int32_type, raw({256, 0}), 8), {"\"d\"", "8"}) == "unsupported");
  const Bytes without_type = from_x_to_y().node("Cast", {"x"}, {"y"}).file();
  CHECK(refusal(without_type, {"Cast", "\"y\""}) == "malformed");
}

TEST_CASE("a Cast of what is no constant stays") {
  const Bytes file = from_x_to_y().node("Cast", {"x"}, {"y"}, FileBuilder::integer_attribute("to", 1)).file();
  CHECK(read(file).nodes.at(0).operation == "Cast");
}

TEST_CASE("Identity nodes vanish and the outputs keep their names") {
  const GraphDescription graph = read(FileBuilder()
                                          .input("x")
                                          .output("y")
                                          .node("Identity", {"x"}, {"a"})
                                          .node("Relu", {"a"}, {"b"})
                                          .node("Identity", {"b"}, {"y"})
                                          .node("Neg", {"b"}, {"unused"})
                                          .file());
  REQUIRE(graph.nodes.size() == 2);
  CHECK(graph.nodes[0].inputs == std::vector<std::string>{"x"});
  CHECK(graph.nodes[0].outputs == std::vector<std::string>{"y"});
  CHECK(graph.nodes[1].inputs == std::vector<std::string>{"y"});
}

TEST_CASE("an Identity stays where two outputs are one value or an output is an input") {
  GraphDescription graph = read(FileBuilder()
                                    .input("x")
                                    .output("y")
                                    .output("z")
                                    .output("w")
                                    .node("Relu", {"x"}, {"a"})
                                    .node("Identity", {"a"}, {"y"})
                                    .node("Identity", {"a"}, {"z"})
                                    .node("Identity", {"x"}, {"w"})
                                    .file());
  REQUIRE(graph.nodes.size() == 3);
  CHECK(graph.nodes[0].outputs == std::vector<std::string>{"y"});
  CHECK(graph.nodes[1].inputs == std::vector<std::string>{"y"});
  CHECK(graph.nodes[1].outputs == std::vector<std::string>{"z"});
  CHECK(graph.nodes[2].inputs == std::vector<std::string>{"x"});
  CHECK(graph.nodes[2].outputs == std::vector<std::string>{"w"});
  graph.name = "identities";
  check_same(read(write(graph)), graph);
}

TEST_CASE("a constant may be an output under another name") {
  const GraphDescription graph = read(
      from_x_to_y().raw_tensor("c", {2}, onnx::float32_type, raw({1.0f, 2.0f})).node("Identity", {"c"}, {"y"}).file());
  CHECK(graph.nodes.empty());
  CHECK(graph.constants.size() == 1);
  CHECK(graph.constants.at("y").floats == std::vector<float>{1.0f, 2.0f});
}

TEST_CASE("the axis of an old Softmax becomes explicit") {
  const auto softmax = [](std::int64_t operators) {
    return read(from_x_to_y().node("Softmax", {"x"}, {"y"}).file(operators)).nodes[0].attributes;
  };
  CHECK(std::get<std::int64_t>(softmax(12).at("axis")) == 1);
  CHECK(softmax(13).empty());
}

TEST_CASE("each version of the operators but those from 6 to 28 is refused") {
  const FileBuilder builder = from_x_to_y().node("Relu", {"x"}, {"y"});
  CHECK(refusal(builder.file(6)) == "");
  CHECK(refusal(builder.file(28)) == "");
  CHECK(refusal(builder.file(5), {"5"}) == "unsupported");
  CHECK(refusal(builder.file(29), {"29"}) == "unsupported");
  CHECK(refusal(builder.file(0), {"version"}) == "malformed");
}

TEST_CASE("names must be given once and values made before they are used") {
  const auto relu = [](FileBuilder builder) { return builder.node("Relu", {"x"}, {"y"}).file(); };
  CHECK(refusal(relu(from_x_to_y())) == "");
  CHECK(refusal(relu(from_x_to_y().input("x")), {"\"x\""}) == "malformed");
  CHECK(refusal(relu(from_x_to_y().output("y")), {"\"y\""}) == "malformed");
  CHECK(refusal(relu(from_x_to_y().node("Neg", {"x"}, {"y"})), {"\"y\""}) == "malformed");
  CHECK(refusal(relu(from_x_to_y().node("Neg", {"x"}, {"x"})), {"\"x\""}) == "malformed");
  CHECK(refusal(relu(from_x_to_y().output("z")), {"\"z\""}) == "malformed");
  CHECK(refusal(relu(from_x_to_y().input("")), {"name"}) == "malformed");
  CHECK(refusal(relu(from_x_to_y().node("Neg", {"x"}, {""})), {"Neg"}) == "malformed");
  CHECK(refusal(relu(from_x_to_y().node("", {"x"}, {"z"})), {"\"z\""}) == "malformed");
  const auto name = [](pbf_writer& writer) { writer.add_string(onnx::node::name, "early"); };
  CHECK(refusal(relu(from_x_to_y().node("Neg", {"y"}, {"z"}, name)), {"\"early\"", "\"y\""}) == "malformed");
  CHECK(refusal(relu(from_x_to_y().node("Identity", {""}, {"z"})), {"\"z\""}) == "malformed");

  FileBuilder twice = from_x_to_y();
  twice.raw_tensor("c", {1}, onnx::float32_type, raw({1.0f})).raw_tensor("c", {1}, onnx::float32_type, raw({1.0f}));
  CHECK(refusal(relu(twice), {"\"c\""}) == "malformed");
}

TEST_CASE("inputs are tensors of floats with a shape") {
  const auto with_input = [](Integers extents, std::int32_t data_type) {
    FileBuilder builder = FileBuilder().input("x", std::move(extents), data_type).output("y");
    return refusal(builder.node("Relu", {"x"}, {"y"}).file(), {"\"x\""});
  };
  CHECK(with_input({-1, 3}, onnx::float16_type) == "");
  CHECK(with_input({-1, 3}, onnx::int64_type) == "unsupported");
  CHECK(with_input({}, onnx::float32_type) == "unsupported");
  CHECK(with_input({-1, 0}, onnx::float32_type) == "malformed");
  CHECK(with_input({-2, 1}, onnx::float32_type) == "malformed");
  CHECK(with_input(Integers(8, 1), onnx::float32_type) == "");
  CHECK(with_input(Integers(9, 1), onnx::float32_type) == "too-large");
}

TEST_CASE("attributes that cannot be kept are refused by name") {
  const auto with_attribute = [](std::string_view name, std::int32_t type, const FileBuilder::Fill& value) {
    return refusal(
        from_x_to_y()
            .node("Relu", {"x"}, {"y"}, [&](pbf_writer& w) { FileBuilder::add_attribute(w, name, type, value); })
            .file(),
        {"\"attribute\"", "Relu"});
  };
  const auto nothing = [](pbf_writer&) {};
  CHECK(with_attribute("attribute", onnx::int_attribute, nothing) == "");
  CHECK(with_attribute("attribute", onnx::graph_attribute, nothing) == "unsupported");
  CHECK(with_attribute("attribute", onnx::graphs_attribute, nothing) == "unsupported");
  CHECK(with_attribute("attribute", 8, nothing) == "");
  CHECK(with_attribute("attribute", 99, nothing) == "unsupported");
  CHECK(with_attribute("attribute", 0, nothing) == "malformed");
  const float infinity = std::numeric_limits<float>::infinity();
  const auto number = [&](pbf_writer& writer) { writer.add_float(onnx::attribute::f, infinity); };
  CHECK(with_attribute("attribute", onnx::float_attribute, number) == "not-finite");
  const auto numbers = [&](pbf_writer& writer) { writer.add_float(onnx::attribute::floats, infinity); };
  CHECK(with_attribute("attribute", onnx::floats_attribute, numbers) == "not-finite");
  const auto reference = [](pbf_writer& writer) { writer.add_string(onnx::attribute::ref_attr_name, "other"); };
  CHECK(with_attribute("attribute", onnx::int_attribute, reference) == "malformed");
  const Bytes twice = from_x_to_y()
                          .node("Relu", {"x"}, {"y"},
                                [](pbf_writer& writer) {
                                  FileBuilder::integer_attribute("a", 1)(writer);
                                  FileBuilder::integer_attribute("a", 1)(writer);
                                })
                          .file();
  CHECK(refusal(twice, {"\"a\"", "twice"}) == "malformed");
}

TEST_CASE("operators of other domains are refused by the node's name") {
  const auto domain = [](std::string_view name) {
    return from_x_to_y()
        .node("Relu", {"x"}, {"y"}, [&](pbf_writer& w) { w.add_string(onnx::node::domain, std::string(name)); })
        .file();
  };
  CHECK(refusal(domain("ai.onnx")) == "");
  CHECK(refusal(domain("com.example"), {"\"com.example\"", "\"y\""}) == "unsupported");
}

TEST_CASE("tensors that are not what they declare are refused by name") {
  const auto with_tensor = [](Integers extents, std::int32_t data_type, const FileBuilder::Fill& elements) {
    return refusal(from_x_to_y().tensor("c", std::move(extents), data_type, elements).node("Relu", {"x"}, {"y"}).file(),
                   {"\"c\""});
  };
  const auto bytes = [](std::size_t count) {
    return [=](pbf_writer& writer) { writer.add_bytes(onnx::tensor::raw_data, std::string(count, '\0')); };
  };
  const auto nothing = [](pbf_writer&) {};
  CHECK(with_tensor({2, 3}, onnx::float32_type, bytes(24)) == "");
  for (const std::size_t count : {0u, 20u, 23u, 25u, 28u})
    CHECK(with_tensor({2, 3}, onnx::float32_type, bytes(count)) == "malformed");
  CHECK(with_tensor({2, 3}, onnx::float32_type, nothing) == "malformed");
  CHECK(with_tensor({1}, onnx::float32_type, [](pbf_writer& writer) {
          for (int i = 0; i < 2; ++i) writer.add_float(onnx::tensor::float_data, 0);
        }) == "malformed");
  for (const auto& [data_type, element] :
       {std::pair{onnx::bool_type, 2}, {onnx::int8_type, 128}, {onnx::uint8_type, -1}, {onnx::float16_type, 0x10000}})
    CHECK(with_tensor({1}, data_type, [element = element](pbf_writer& writer) {
            writer.add_int64(onnx::tensor::int32_data, element);
          }) == "malformed");

  CHECK(with_tensor({-1}, onnx::float32_type, nothing) == "malformed");
  CHECK(with_tensor({0}, onnx::float32_type, nothing) == "");
  CHECK(with_tensor({1}, 8, nothing) == "unsupported");
  CHECK(with_tensor({1}, 0, nothing) == "unsupported");
  CHECK(with_tensor({1}, onnx::float32_type,
                    [](pbf_writer& writer) { writer.add_int32(onnx::tensor::data_location, 1); }) == "unsupported");
  CHECK(with_tensor({1}, onnx::float32_type, [](pbf_writer& writer) {
          pbf_writer entry(writer, onnx::tensor::external_data);
          entry.add_string(onnx::string_entry::key, "location");
        }) == "unsupported");

  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto number = [&](pbf_writer& writer) { writer.add_bytes(onnx::tensor::raw_data, raw({nan})); };
  CHECK(with_tensor({1}, onnx::float32_type, number) == "not-finite");
  const auto large = [](pbf_writer& writer) { writer.add_double(onnx::tensor::double_data, 1e300); };
  CHECK(with_tensor({1}, onnx::double_type, large) == "not-finite");
  const auto half = [](pbf_writer& writer) { writer.add_int64(onnx::tensor::int32_data, 0x7c00); };
  CHECK(with_tensor({1}, onnx::float16_type, half) == "not-finite");
}

TEST_CASE("sizes that no file could fill are refused before any memory is taken") {
  const auto with_extents = [](Integers extents) {
    return refusal(
        from_x_to_y().raw_tensor("c", std::move(extents), onnx::float32_type, "").node("Relu", {"x"}, {"y"}).file(),
        {"\"c\""});
  };
  const std::int64_t huge = std::int64_t{1} << 40;
  CHECK(with_extents({huge}) == "too-large");
  CHECK(with_extents({huge, huge}) == "too-large");
  CHECK(with_extents({std::int64_t{1} << 32, std::int64_t{1} << 32}) == "too-large");
  CHECK(with_extents({INT64_MAX, INT64_MAX, INT64_MAX}) == "too-large");
  CHECK(with_extents({INT64_MIN}) == "malformed");
  CHECK(with_extents(Integers(9, 1)) == "too-large");
  CHECK(with_extents({64 << 20}) == "malformed");
  CHECK(with_extents({(64 << 20) + 1}) == "too-large");
}

TEST_CASE("each limit holds") {
  const Bytes file = write(rich_graph());
  const auto refused = [&](auto set) {
    Limits limits;
    set(limits);
    return refusal(read_onnx(file, limits));
  };
  CHECK(refused([](Limits&) {}) == "");
  CHECK(refused([&](Limits& limits) { limits.file_bytes = file.size() - 1; }) == "too-large");
  CHECK(refused([](Limits& limits) { limits.nodes = 2; }) == "too-large");
  CHECK(refused([](Limits& limits) { limits.constants = 3; }) == "too-large");
  CHECK(refused([](Limits& limits) { limits.elements = 23; }) == "too-large");
  CHECK(refused([](Limits& limits) { limits.elements = 24 + 4 + 2 + 1 + 2 + 2; }) == "too-large");
  CHECK(refused([](Limits& limits) { limits.elements = 24 + 4 + 2 + 1 + 2 + 3; }) == "");
  CHECK(refused([](Limits& limits) { limits.entries = 10; }) == "too-large");
  CHECK(refused([](Limits& limits) { limits.entries = 34; }) == "too-large");
  CHECK(refused([](Limits& limits) { limits.entries = 35; }) == "");
  CHECK(refused([](Limits& limits) { limits.name_length = 13; }) == "too-large");
  CHECK(refused([](Limits& limits) { limits.name_length = 14; }) == "");
}

TEST_CASE("constants that Casts multiply count towards the limits") {
  FileBuilder builder = from_x_to_y();
  builder.raw_tensor("c", {8}, onnx::int64_type, std::string(64, '\1'));
  for (int i = 0; i < 10; ++i)
    builder.node("Cast", {"c"}, {"c" + std::to_string(i)}, FileBuilder::integer_attribute("to", onnx::float32_type));
  const Bytes file = builder.node("Relu", {"x"}, {"y"}).file();
  Limits limits;
  CHECK(read_onnx(file, limits).ok());
  limits.elements = 87;
  CHECK(refusal(read_onnx(file, limits), {"Cast", "\"c9\""}) == "too-large");
  limits.elements = 88;
  CHECK(read_onnx(file, limits).ok());
}

TEST_CASE("names in messages are short and printable") {
  const std::string name = "\x1b[31m" + std::string(200, 'a');
  const auto result = read_onnx(from_x_to_y().node("Relu", {name}, {"y"}).file());
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().message.find('\x1b') == std::string::npos);
  CHECK(result.error().message.size() < 200);
}

TEST_CASE("what is no ONNX file is malformed") {
  CHECK(refusal(Bytes{}) == "malformed");
  CHECK(refusal(to_bytes("<!DOCTYPE html><html><body>404 Not Found</body></html>")) == "malformed");
  CHECK(refusal(to_bytes(std::string_view("PK\3\4\24\0\0\0\10\0archive/data.pkl", 26))) == "malformed");
  CHECK(refusal(to_bytes("{\"format\": \"layers-model\"}")) == "malformed");
  CHECK(refusal(Bytes(1000, std::byte{0})) == "malformed");
  CHECK(refusal(Bytes(1000, std::byte{0xff})) == "malformed");
  CHECK(refusal(to_bytes(raw<std::uint8_t>({0x08, 0x08}))) == "malformed");  // nothing but a version
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    Random random(seed, 0, Purpose::test);
    Bytes bytes(1 + random.below(200));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(256));
    CHECK(refusal(bytes) == "malformed");
  }
}

TEST_CASE("a length of 2 GiB or more in a small file is malformed") {
  for (const std::uint32_t length : {0x7fffffffu, 0x80000000u, 0xfffffff0u, 0xffffffffu}) {
    std::string text;
    pbf_writer writer(text);
    writer.add_uint32(1, length);
    for (const char field : {'\x3a', '\x7a'}) {  // the graph; a field that is skipped
      text[0] = field;
      CHECK(refusal(to_bytes(text + std::string(20, '\0'))) == "malformed");
    }
  }
}

TEST_CASE("graphs must be there once, with inputs and outputs") {
  CHECK(refusal(FileBuilder().file()) == "malformed");
  CHECK(refusal(FileBuilder().output("y").file(), {"input"}) == "malformed");
  CHECK(refusal(FileBuilder().input("x").file(), {"output"}) == "malformed");
  const FileBuilder builder = from_x_to_y().node("Relu", {"x"}, {"y"});
  const auto two = [](pbf_writer& writer) { writer.add_message(onnx::model::graph, std::string()); };
  CHECK(refusal(builder.file(17, two), {"two graphs"}) == "malformed");
  const auto entries = [](pbf_writer& writer) {
    for (int i = 0; i < 2; ++i) {
      pbf_writer entry(writer, onnx::model::metadata_props);
      entry.add_string(onnx::string_entry::key, "k");
    }
  };
  CHECK(refusal(builder.file(17, entries), {"\"k\""}) == "malformed");
  FileBuilder sparse = from_x_to_y();
  sparse.graph_field([](pbf_writer& writer) { writer.add_message(onnx::graph::sparse_initializer, std::string()); });
  CHECK(refusal(sparse.node("Relu", {"x"}, {"y"}).file()) == "unsupported");
}

TEST_CASE("a file cut short at any byte is malformed") {
  for (const Precision precision : {Precision::float32, Precision::float16}) {
    const Bytes file = write(rich_graph(), precision);
    for (std::size_t size = 0; size < file.size(); ++size) {
      // A copy of its own, so that the address sanitizer sees a read behind the end.
      const Bytes start(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK(refusal(start) == "malformed");
    }
  }
}

TEST_CASE("a damaged file is refused, or read as a graph that can be written and read again") {
  const std::vector<Bytes> files{exported_file(), write(rich_graph()), write(rich_graph(), Precision::float16)};
  int survived = 0;
  for (std::uint64_t seed = 0; seed < 6000; ++seed) {
    Random random(seed, 1, Purpose::test);
    Bytes file = files[seed % files.size()];
    const std::uint32_t changes = 1 + random.below(4);
    for (std::uint32_t i = 0; i < changes; ++i) {
      const auto position = static_cast<std::ptrdiff_t>(random.below(static_cast<std::uint32_t>(file.size())));
      const std::uint32_t kind = random.below(4);
      if (kind == 0) {
        file.erase(file.begin() + position);
      } else if (kind == 1) {
        file.insert(file.begin() + position, static_cast<std::byte>(random.below(256)));
      } else {
        file[static_cast<std::size_t>(position)] ^= static_cast<std::byte>(1u << random.below(8));
      }
    }
    const auto result = read_onnx(file);
    if (!result.ok()) {
      CHECK(!refusal(result).empty());
      continue;
    }
    ++survived;
    const Bytes written = write(result.value());
    CHECK(write(read(written)) == written);
  }
  CHECK(survived > 300);
}

}  // namespace mlsec::formats
