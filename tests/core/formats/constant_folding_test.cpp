// What files compute of constants and shapes, as exporters write it, against the numbers worked out by hand.
#include "formats/constant_folding.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/core/formats/graphs.hpp"

namespace mlsec::formats {
namespace {

using namespace test;
using nn::Constant;
using nn::GraphDescription;
using nn::NodeDescription;
using Constants = std::map<std::string, Constant, std::less<>>;
using Attributes = std::map<std::string, nn::Attribute, std::less<>>;

Constant whole(std::int64_t value) { return {Shape{}, {}, {value}}; }

/// Folds the nodes one by one; the value of the last one.
Constant folded(std::vector<NodeDescription> nodes, Constants constants) {
  GraphDescription graph;
  graph.constants = std::move(constants);
  for (const NodeDescription& each : nodes) {
    const auto outcome = fold_node(each, graph);
    if (!outcome.ok()) FAIL(outcome.error().message);
    REQUIRE(outcome.value());
  }
  return graph.constants.at(nodes.back().outputs[0]);
}

void check_integers(std::vector<NodeDescription> nodes, Constants constants, const Shape& shape,
                    const Integers& expected) {
  const Constant result = folded(std::move(nodes), std::move(constants));
  CHECK(result.shape == shape);
  CHECK(result.integers == expected);
  CHECK(result.floats.empty());
}

void check_floats(std::vector<NodeDescription> nodes, Constants constants, const Shape& shape,
                  const std::vector<float>& expected) {
  const Constant result = folded(std::move(nodes), std::move(constants));
  CHECK(result.shape == shape);
  CHECK(result.floats == expected);
  CHECK(result.integers.empty());
}

NodeDescription binary(const char* operation) { return node(operation, {"a", "b"}, "r"); }

/// x of 2 x 3 x 4 (channels first) through the nodes to y.
GraphDescription image_graph(std::vector<NodeDescription> nodes, Constants constants) {
  GraphDescription graph;
  graph.inputs = {{"x", {-1, 2, 3, 4}}};
  graph.outputs = {{"y", {-1, -1}}};
  graph.nodes = std::move(nodes);
  graph.constants = std::move(constants);
  return graph;
}

std::string reason(NodeDescription each, Constants constants) {
  GraphDescription graph = image_graph({std::move(each), node("Reshape", {"x", "r"}, "y")}, std::move(constants));
  const auto refused = model_from(graph, {});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message.starts_with("The model's node r_node ("));
  const std::size_t from = refused.error().message.find(": ");
  return refused.error().message.substr(from + 2);
}

}  // namespace

TEST_CASE("arithmetic of whole numbers and of floats, lists and single numbers") {
  const Constants numbers{{"a", integers({7, -7, 6})}, {"b", integers({2, 2, -4})}};
  check_integers({binary("Add")}, numbers, {3}, {9, -5, 2});
  check_integers({binary("Sub")}, numbers, {3}, {5, -9, 10});
  check_integers({binary("Mul")}, numbers, {3}, {14, -14, -24});
  check_integers({binary("Div")}, numbers, {3}, {3, -3, -1});
  check_integers({binary("Mul")}, {{"a", whole(3)}, {"b", integers({2, 5})}}, {2}, {6, 15});
  check_integers({binary("Sub")}, {{"a", integers({2, 5})}, {"b", whole(3)}}, {2}, {-1, 2});
  check_floats({binary("Div")}, {{"a", floats({2}, {1, -5})}, {"b", floats({}, {2})}}, {2}, {0.5f, -2.5f});
  check_floats({node("Floor", {"a"}, "r")}, {{"a", floats({2}, {1.5f, -1.5f})}}, {2}, {1, -2});
  check_floats({node("Ceil", {"a"}, "r")}, {{"a", floats({2}, {1.5f, -1.5f})}}, {2}, {2, -1});
  const auto cast = [](std::int64_t type) { return node("Cast", {"a"}, "r", {{"to", type}}); };
  check_integers({cast(7)}, {{"a", floats({2}, {1.75f, -1.75f})}}, {2}, {1, -1});
  for (const std::int64_t type : {1, 10, 11}) check_floats({cast(type)}, {{"a", integers({3})}}, {1}, {3});
}

TEST_CASE("lists are cut, joined and looked up") {
  const Constants list{{"a", integers({4, 5, 6, 7})}, {"axis", integers({0})}};
  check_integers({node("Unsqueeze", {"a", "axis"}, "r")}, {{"a", whole(9)}, {"axis", integers({0})}}, {1}, {9});
  check_integers({node("Squeeze", {"a"}, "r")}, {{"a", integers({9})}}, {}, {9});
  check_integers({node("Concat", {"a", "b", "a"}, "r", {{"axis", std::int64_t{0}}})},
                 {{"a", integers({1, 2})}, {"b", integers({3})}}, {5}, {1, 2, 3, 1, 2});
  check_integers({node("Gather", {"a", "i"}, "r")}, {{"a", integers({4, 5, 6})}, {"i", integers({-1, 0})}}, {2},
                 {6, 4});
  check_integers({node("Gather", {"a", "i"}, "r")}, {{"a", integers({4, 5, 6})}, {"i", whole(1)}}, {}, {5});
  const auto slice = [&](std::int64_t begin, std::int64_t end, const Integers& expected) {
    check_integers({node("Slice", {"a"}, "r", {{"starts", Integers{begin}}, {"ends", Integers{end}}})}, list,
                   {std::ssize(expected)}, expected);
  };
  slice(1, 3, {5, 6});
  slice(-2, INT64_MAX, {6, 7});
  slice(INT64_MIN, -1, {4, 5, 6});
}

TEST_CASE("tensors are moved and computed by the operations themselves") {
  const Constants matrix{{"a", floats({2, 3}, {1, 2, 3, 4, 5, 6})},
                         {"w", {Shape{2, 3}, {}, {1, 2, 3, 4, 5, 6}}},
                         {"column", floats({2, 1}, {10, 20})},
                         {"row", floats({3}, {1, 0, -1})},
                         {"shape", integers({3, 2})},
                         {"begin", integers({1})},
                         {"end", integers({3})},
                         {"axis", integers({1})},
                         {"zero", integers({0})},
                         {"wide", integers({2, 2, 3})}};
  const NodeDescription transpose = node("Transpose", {"a"}, "r", {{"perm", Integers{1, 0}}});
  check_floats({transpose}, matrix, {3, 2}, {1, 4, 2, 5, 3, 6});
  check_integers({node("Transpose", {"w"}, "r", {{"perm", Integers{1, 0}}})}, matrix, {3, 2}, {1, 4, 2, 5, 3, 6});
  check_floats({node("Reshape", {"a", "shape"}, "r")}, matrix, {3, 2}, {1, 2, 3, 4, 5, 6});
  check_integers({node("Reshape", {"w", "shape"}, "r")}, matrix, {3, 2}, {1, 2, 3, 4, 5, 6});
  check_floats({node("Slice", {"a", "begin", "end", "axis"}, "r")}, matrix, {2, 2}, {2, 3, 5, 6});
  check_integers({node("Unsqueeze", {"w", "zero"}, "u"), node("Expand", {"u", "wide"}, "r")}, matrix, {2, 2, 3},
                 {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6});
  check_floats({node("Mul", {"a", "column"}, "r")}, matrix, {2, 3}, {10, 20, 30, 80, 100, 120});
  check_floats({node("Add", {"column", "row"}, "r")}, matrix, {2, 3}, {11, 10, 9, 21, 20, 19});
  check_floats({node("MatMul", {"a", "b"}, "r")}, {{"a", floats({1, 2}, {1, 2})}, {"b", floats({2, 2}, {1, 2, 3, 4})}},
               {1, 2}, {7, 10});
  check_floats({node("Sqrt", {"v"}, "s"), node("Neg", {"s"}, "r")}, {{"v", floats({2}, {4, 9})}}, {2}, {-2, -3});
  check_floats({node("ReduceSum", {"a", "axis"}, "r")}, matrix, {2, 1}, {6, 15});
}

TEST_CASE("quantised weights: one scale, one for each place along an axis, with zero points and without") {
  const auto dequantise = [](Attributes attributes, std::vector<std::string> inputs = {"q", "s", "z"}) {
    return node("DequantizeLinear", std::move(inputs), "r", std::move(attributes));
  };
  const Constant q{Shape{2, 3}, {}, {0, 1, 2, 253, 254, 255}};
  check_floats({dequantise({})}, {{"q", q}, {"s", floats({}, {0.5f})}, {"z", whole(128)}}, {2, 3},
               {-64, -63.5f, -63, 62.5f, 63, 63.5f});
  check_floats({dequantise({}, {"q", "s"})}, {{"q", q}, {"s", floats({3}, {1, 2, 3})}}, {2, 3},
               {0, 2, 6, 253, 508, 765});
  check_floats({dequantise({{"axis", std::int64_t{-2}}})},
               {{"q", q}, {"s", floats({2}, {1, 2})}, {"z", integers({1, 255})}}, {2, 3}, {-1, 0, 1, -4, -2, 0});
}

TEST_CASE("weights that a file quantises itself, as after training with quantisation") {
  const auto quantise = [](std::vector<std::string> inputs, Attributes attributes = {}) {
    return node("QuantizeLinear", std::move(inputs), "q", std::move(attributes));
  };
  const auto dequantise = [](std::vector<std::string> inputs, Attributes attributes = {}) {
    return node("DequantizeLinear", std::move(inputs), "r", std::move(attributes));
  };
  const Constant w = floats({2, 4}, {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 300, -300, 63.75f});
  // Ties to the even one; saturation at both ends.
  check_integers({quantise({"w", "s"})}, {{"w", w}, {"s", floats({}, {1})}}, {2, 4}, {0, 2, 2, 0, 0, 255, 0, 64});
  const Attributes signed_bytes{{"output_dtype", std::int64_t{3}}};
  check_integers({quantise({"w", "s", "z"}, signed_bytes)}, {{"w", w}, {"s", floats({}, {1})}, {"z", whole(-1)}},
                 {2, 4}, {-1, 1, 1, -1, -3, 127, -128, 63});
  check_integers({quantise({"w", "s"}, signed_bytes)}, {{"w", w}, {"s", floats({}, {0.5f})}}, {2, 4},
                 {1, 3, 5, -1, -3, 127, -128, 127});
  const Attributes rows{{"axis", std::int64_t{0}}, {"output_dtype", std::int64_t{3}}};
  check_floats({quantise({"w", "s", "z"}, rows), dequantise({"q", "s", "z"}, rows)},
               {{"w", w}, {"s", floats({2}, {0.5f, 4})}, {"z", integers({0, 0})}}, {2, 4},
               {0.5f, 1.5f, 2.5f, -0.5f, 0, 300, -300, 64});
}

TEST_CASE("a tensor of one number") {
  check_floats({node("ConstantOfShape", {"s"}, "r")}, {{"s", integers({2, 2})}}, {2, 2}, {0, 0, 0, 0});
  check_floats({node("ConstantOfShape", {"s"}, "r", {{"value", floats({1}, {2.5f})}})}, {{"s", integers({2})}}, {2},
               {2.5f, 2.5f});
  check_integers({node("ConstantOfShape", {"s"}, "r", {{"value", integers({7})}})}, {{"s", integers({1, 2})}}, {1, 2},
                 {7, 7});
}

TEST_CASE("shapes of values are constants, the batch aside") {
  // x.view(x.size(0), -1), as PyTorch exports it.
  const auto view = [](std::vector<NodeDescription> nodes) {
    nodes.push_back(node("Reshape", {"x", "shape"}, "y"));
    return image_graph(std::move(nodes), {{"first", whole(0)},
                                          {"zero", integers({0})},
                                          {"rest", integers({-1})},
                                          {"one", integers({1})},
                                          {"far", integers({INT64_MAX})},
                                          {"channels", integers({2})}});
  };
  const std::vector<float> inputs = random_values(48, 5);
  const auto check_flat = [&](std::vector<NodeDescription> nodes) {
    CHECK(logits_of(*loaded(view(std::move(nodes))), 2, inputs) == inputs);
  };
  check_flat({node("Shape", {"x"}, "s"), node("Gather", {"s", "first"}, "n"), node("Unsqueeze", {"n", "zero"}, "u"),
              node("Concat", {"u", "rest"}, "shape", {{"axis", std::int64_t{0}}})});
  check_flat({node("Shape", {"x"}, "s", {{"end", std::int64_t{1}}}),
              node("Concat", {"s", "rest"}, "shape", {{"axis", std::int64_t{0}}})});
  // The batch counts as 1, so the extents' product is that of one sample.
  check_flat({node("Shape", {"x"}, "s", {{"start", std::int64_t{-3}}}), node("Slice", {"s", "zero", "one"}, "c"),
              node("Slice", {"s", "one", "channels"}, "h"), node("Slice", {"s", "channels", "far"}, "w"),
              node("Mul", {"c", "h"}, "ch"), node("Mul", {"ch", "w"}, "chw"),
              node("Concat", {"zero", "chw"}, "shape", {{"axis", std::int64_t{0}}})});
}

TEST_CASE("what cannot be computed of constants is refused by its node") {
  const Attributes along{{"axis", std::int64_t{0}}};
  const Constant list = integers({1, 2}), zero = whole(0), huge = integers({INT64_MAX, 1});
  CHECK(reason(node("Div", {"a", "b"}, "r"), {{"a", list}, {"b", zero}}) == "it divides by zero.");
  CHECK(reason(node("Add", {"a", "b"}, "r"), {{"a", huge}, {"b", list}}) == "it computes numbers that are too large.");
  CHECK(reason(node("Gather", {"a", "b"}, "r"), {{"a", list}, {"b", whole(2)}}) ==
        "its indices are not those of its constant.");
  const std::string quantised = "it takes whole numbers, a scale and a zero point.";
  const Constant one = floats({}, {1}), matrix{Shape{2, 2}, {}, {1, 2, 3, 4}};
  CHECK(reason(node("DequantizeLinear", {"a", "b"}, "r"), {{"a", one}, {"b", one}}) == quantised);
  const std::string scales = "it takes numbers, a scale and a zero point.";
  CHECK(reason(node("DequantizeLinear", {"a", "b"}, "r"), {{"a", list}, {"b", list}}) == scales);
  CHECK(reason(node("DequantizeLinear", {"a", "b", "z"}, "r"), {{"a", list}, {"b", one}, {"z", list}}) == scales);
  CHECK(reason(node("QuantizeLinear", {"a", "b"}, "r"), {{"a", list}, {"b", one}}) == scales);
  CHECK(reason(node("QuantizeLinear", {"a", "b", "z"}, "r"), {{"a", one}, {"b", one}, {"z", whole(3)}}) ==
        "it rounds to other types than int8 and uint8.");
  CHECK(reason(node("QuantizeLinear", {"a", "b"}, "r"), {{"a", floats({}, {0})}, {"b", floats({}, {0})}}) ==
        "it divides by zero.");
  CHECK(reason(node("DequantizeLinear", {"a", "b"}, "r"), {{"a", matrix}, {"b", floats({3}, {1, 2, 3})}}) ==
        "its scales do not fit its axis.");
  CHECK(reason(node("DequantizeLinear", {"a", "b"}, "r", {{"axis", std::int64_t{2}}}),
               {{"a", matrix}, {"b", floats({2}, {1, 2})}}) == "its scales do not fit its axis.");
  const std::string extents = "its extents must be a constant list of up to eight positive numbers.";
  CHECK(reason(node("ConstantOfShape", {"a"}, "r"), {{"a", integers({2, 0})}}) == extents);
  CHECK(reason(node("ConstantOfShape", {"a"}, "r"), {{"a", integers(Integers(9, 1))}}) == extents);
  // Nothing here: lists of different kinds, of different lengths, matrices side by side with lists.
  for (const auto& [a, b] : {std::pair{list, floats({2}, {1, 2})}, {list, integers({1, 2, 3})}, {matrix, list}}) {
    GraphDescription graph;
    graph.constants = {{"a", a}, {"b", b}};
    const auto outcome = fold_node(node("Add", {"a", "b"}, "r"), graph);
    CHECK((!outcome.ok() || !outcome.value()));
    const auto joined = fold_node(node("Concat", {"a", "b"}, "r", along), graph);
    if (a.integers.empty() || b.integers.empty()) CHECK((!joined.ok() || !joined.value()));
  }
  CHECK(reason(node("Shape", {"x"}, "r", {{"start", std::int64_t{2}}, {"end", std::int64_t{2}}}), {}) ==
        "it takes no extents.");
}

}  // namespace mlsec::formats
