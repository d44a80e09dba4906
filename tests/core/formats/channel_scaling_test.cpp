// What scales the channels of a layer's output becomes part of its weights when a file is read.
#include <doctest/doctest.h>

#include "formats/batch_norm_folding.hpp"
#include "formats/graph_network.hpp"
#include "formats/onnx.hpp"
#include "tests/core/formats/graphs.hpp"

namespace mlsec::formats {
namespace {

using namespace test;
using nn::Constant;
using nn::GraphDescription;
using nn::NodeDescription;
using Constants = std::map<std::string, Constant, std::less<>>;
using Attributes = std::map<std::string, nn::Attribute, std::less<>>;

/// x to y, which is flattened; numbers for a batch normalisation of three channels among the constants.
GraphDescription graph_of(const std::vector<std::int64_t>& sample, std::vector<NodeDescription> nodes,
                          Constants constants) {
  GraphDescription graph;
  std::vector<std::int64_t> extents{-1};
  extents.insert(extents.end(), sample.begin(), sample.end());
  graph.inputs = {{"x", extents}};
  graph.outputs = {{"y", {-1, -1}}};
  graph.nodes = std::move(nodes);
  graph.nodes.push_back(node("Flatten", {graph.nodes.back().outputs[0]}, "y"));
  graph.constants = std::move(constants);
  graph.constants["scale"] = floats({3}, {0.5f, -2, 1.5f});
  graph.constants["shift"] = floats({3}, {1, 0, -1});
  graph.constants["mean"] = floats({3}, {0.25f, -0.5f, 2});
  graph.constants["variance"] = floats({3}, {4, 0.25f, 1});
  return graph;
}

NodeDescription batch_norm(const char* from, const char* to, Attributes attributes = {{"epsilon", 0.125f}}) {
  return node("BatchNormalization", {from, "scale", "shift", "mean", "variance"}, to, std::move(attributes));
}

/// The layers of the model that compute, whose logits are those of the graph node by node.
std::string folded(const GraphDescription& graph) {
  const auto model = loaded(graph);
  auto plain = network_of(graph);
  REQUIRE(plain.ok());
  const std::size_t size = model->input().shape.count();
  const std::vector<float> x = random_values(3 * size, 11);
  std::vector<float> arranged = x;
  if (model->input().shape.rank() == 3) {
    const Shape& s = model->input().shape;  // channels first; the network has them last
    const auto channels = static_cast<std::size_t>(s[0]), pixels = static_cast<std::size_t>(s[1] * s[2]);
    for (std::size_t row = 0; row < 3; ++row)
      for (std::size_t i = 0; i < size; ++i)
        arranged[row * size + i % pixels * channels + i / pixels] = x[row * size + i];
  }
  nn::Workspace workspace;
  plain.value().forward(3, arranged.data(), workspace);
  const auto values = workspace.values.back().values();
  const std::vector<double> expected(values.begin(), values.end());
  CHECK(largest_error(logits_of(*model, 3, x), expected) < 1e-5);
  std::string layers;
  for (const nn::Node& each : model->network().nodes()) {
    const std::string_view id = each.operation->id();
    if (id != "flatten" && id != "reshape" && id != "transpose") layers.append(layers.empty() ? "" : " ").append(id);
  }
  return layers;
}

const Constants layers{{"kernel", floats({3, 2, 2, 2}, random_values(24, 1))},
                       {"grouped", floats({3, 1, 2, 2}, random_values(12, 2))},
                       {"w", floats({4, 3}, random_values(12, 3))},
                       {"turned", floats({3, 4}, random_values(12, 4))},
                       {"bias", floats({3}, {0.5f, 0, -0.25f})},
                       {"channels", floats({3, 1, 1}, {2, -1, 0.5f})},
                       {"all", floats({1, 3, 1, 1}, {1, 2, 3})},
                       {"row", floats({1, 3}, {3, -1, 0.25f})},
                       {"one", floats({}, {0.5f})},
                       {"zeros", floats({3}, {1, 0, 1})},
                       {"columns", floats({3}, {1, 2, 3})},
                       {"huge", floats({3}, {1, 3e38f, 1})}};

}  // namespace

TEST_CASE("a batch normalisation behind a layer is part of it") {
  CHECK(folded(graph_of({2, 4, 4}, {node("Conv", {"x", "kernel", "bias"}, "c"), batch_norm("c", "n")}, layers)) ==
        "conv2d");
  CHECK(folded(graph_of({2, 4, 4}, {node("Conv", {"x", "kernel"}, "c"), batch_norm("c", "n"), node("Relu", {"n"}, "r")},
                        layers)) == "conv2d relu");
  CHECK(folded(graph_of({3, 4, 4},
                        {node("Conv", {"x", "grouped"}, "c", {{"group", std::int64_t{3}}}), batch_norm("c", "n", {})},
                        layers)) == "conv2d");
  CHECK(folded(graph_of({4}, {node("Gemm", {"x", "w", "bias"}, "g"), batch_norm("g", "n")}, layers)) == "dense");
  CHECK(folded(graph_of({4},
                        {node("Gemm", {"x", "turned"}, "g", {{"transB", std::int64_t{1}}}), batch_norm("g", "n"),
                         batch_norm("n", "m")},
                        layers)) == "dense");
}

TEST_CASE("so is what multiplies, divides and shifts its channels") {
  const auto conv = node("Conv", {"x", "kernel", "bias"}, "c");
  const std::string one = "conv2d";
  CHECK(folded(graph_of({2, 4, 4}, {conv, node("Mul", {"c", "channels"}, "m"), node("Add", {"all", "m"}, "a")},
                        layers)) == one);
  CHECK(folded(graph_of({2, 4, 4}, {conv, node("Div", {"c", "channels"}, "m"), node("Sub", {"m", "all"}, "a")},
                        layers)) == one);
  CHECK(folded(graph_of({2, 4, 4}, {conv, node("Sub", {"channels", "c"}, "m"), node("Mul", {"one", "m"}, "a")},
                        layers)) == one);
  CHECK(folded(graph_of({4}, {node("Gemm", {"x", "w"}, "g"), node("Mul", {"g", "row"}, "m"), batch_norm("m", "n")},
                        layers)) == "dense");
}

TEST_CASE("what is not for the layer alone, or not for its channels, stays a layer") {
  const auto conv = node("Conv", {"x", "kernel"}, "c");
  // Its value goes elsewhere, too.
  CHECK(folded(graph_of({2, 4, 4}, {conv, batch_norm("c", "n"), node("Add", {"n", "c"}, "a")}, layers)) ==
        "conv2d batchNorm add");
  // Columns of an image, of as many places as there are channels.
  CHECK(folded(graph_of({2, 4, 4}, {conv, node("Mul", {"c", "columns"}, "m")}, layers)) == "conv2d affine");
  CHECK(folded(graph_of({2, 4, 4}, {conv, node("Div", {"one", "c"}, "m")}, layers)) == "conv2d reciprocal affine");
  CHECK(folded(graph_of({4}, {node("Gemm", {"x", "w"}, "g", {{"alpha", 2.0f}}), batch_norm("g", "n")}, layers)) ==
        "dense batchNorm");
  CHECK(folded(graph_of({4}, {node("Relu", {"x"}, "r"), node("Mul", {"r", "one"}, "m")}, layers)) == "relu affine");
  // Numbers that float32 does not hold, and a division by zero, which the reader refuses as before.
  GraphDescription beyond = graph_of({4}, {node("Gemm", {"x", "w"}, "g"), node("Mul", {"g", "huge"}, "m")}, layers);
  beyond.constants["w"].floats.assign(12, 1e30f);
  CHECK(loaded(beyond)->network().nodes()[1].operation->id() == "affine");
  GraphDescription zero = graph_of({4}, {node("Gemm", {"x", "w"}, "g"), node("Div", {"g", "zeros"}, "m")}, layers);
  check_refused(zero, "The model's node m_node (Div) cannot be read here: it divides by zero.");
  // Weights of two layers stay those of the other one.
  CHECK(folded(graph_of({4},
                        {node("Gemm", {"x", "w"}, "g"), node("Gemm", {"x", "w"}, "h"), batch_norm("g", "n"),
                         node("Add", {"n", "h"}, "a")},
                        layers)) == "dense dense add");
}

TEST_CASE("a quantised activation is rounded as its file says") {
  // x in steps of 0.5 from -1 to 126.5 (uint8, zero point 2), and from -63 to 64.5 (int8, zero point -2).
  for (const bool is_signed : {false, true}) {
    GraphDescription graph;
    graph.inputs = {{"x", {-1, 6}}};
    graph.outputs = {{"y", {-1, 6}}};
    const Attributes type{{"output_dtype", std::int64_t{is_signed ? 3 : 2}}};
    graph.nodes = {node("QuantizeLinear", {"x", "s", "z"}, "q", type), node("DequantizeLinear", {"q", "s", "z"}, "y")};
    graph.constants = {{"s", floats({}, {0.5f})}, {"z", {Shape{}, {}, {is_signed ? -2 : 2}}}};
    const std::vector<float> x{0.75f, 0.25f, -0.25f, 1.3f, -70, 300};
    const std::vector<float> expected{1, 0, 0, 1.5f, is_signed ? -63.0f : -1.0f, is_signed ? 64.5f : 126.5f};
    // Through a file, which tells the type by the zero point.
    const auto file = write_onnx(graph, Precision::float32);
    REQUIRE(file.ok());
    const auto read = read_onnx(file.value());
    REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().message));
    for (const GraphDescription* each : std::initializer_list<const GraphDescription*>{&graph, &read.value()})
      CHECK(logits_of(*loaded(*each), 1, x) == expected);
    CHECK(loaded(read.value())->network().nodes().size() == 1);
    CHECK(write_onnx(read.value(), Precision::float32).value() == file.value());
  }
}

TEST_CASE("quantised activations that are not rounded to bytes and back are refused") {
  const auto graph = [](std::vector<NodeDescription> nodes) {
    GraphDescription made;
    made.inputs = {{"x", {-1, 2}}};
    made.outputs = {{"y", {-1, 2}}};
    made.nodes = std::move(nodes);
    made.constants = {{"s", floats({}, {0.5f})},     {"t", floats({}, {0.25f})},   {"z", {Shape{}, {}, {2}}},
                      {"far", {Shape{}, {}, {300}}}, {"two", floats({2}, {1, 2})}, {"zeros", integers({0, 0})}};
    return made;
  };
  const auto pair = [&](const char* scale, const char* zero, Attributes attributes) {
    return graph({node("QuantizeLinear", {"x", scale, zero}, "q", std::move(attributes)),
                  node("DequantizeLinear", {"q", scale, zero}, "y")});
  };
  const Attributes uint8{{"output_dtype", std::int64_t{2}}};
  const std::string begin = "The model's node y_node (QuantizeLinear, DequantizeLinear) cannot be read here: ";
  check_refused(pair("s", "z", {}), begin + "it rounds to other types than int8 and uint8.");
  check_refused(pair("s", "z", {{"output_dtype", std::int64_t{5}}}),
                begin + "it rounds to other types than int8 and uint8.");
  check_refused(pair("s", "far", uint8), begin + "its zero point is beyond its type.");
  check_refused(pair("two", "zeros", uint8), begin + "its scale must be one positive number for all values.");
  loaded(pair("s", "z", uint8));
  check_refused(graph({node("QuantizeLinear", {"x", "s"}, "q"), node("DequantizeLinear", {"q", "t"}, "y")}),
                "The model's node q_node (QuantizeLinear) cannot be read here: this operation is not supported.");
  loaded(graph({node("QuantizeLinear", {"x", "s"}, "q"), node("DequantizeLinear", {"q", "s"}, "y")}));
  check_refused(
      graph({node("DynamicQuantizeLinear", {"x"}, "y")}),
      "The model's node y_node (DynamicQuantizeLinear) cannot be read here: this operation is not supported.");
}

}  // namespace mlsec::formats
