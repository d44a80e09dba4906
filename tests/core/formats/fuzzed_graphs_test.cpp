// What fuzzing found in graphs: numbers that overflow, and graphs that ask for more memory than a page has.
#include <doctest/doctest.h>

#include "formats/constant_folding.hpp"
#include "tests/core/formats/graphs.hpp"

namespace mlsec::formats {
namespace {

using nn::GraphDescription;
using test::integers;
using test::node;

/// x to y; the last node makes y.
GraphDescription graph_of(std::vector<std::int64_t> input, std::vector<nn::NodeDescription> nodes) {
  GraphDescription graph;
  input.insert(input.begin(), -1);
  graph.inputs = {{"x", input}};
  graph.outputs = {{"y", {-1, 2}}};
  graph.nodes = std::move(nodes);
  return graph;
}

ErrorCode refusal(const GraphDescription& graph) {
  const auto model = model_from(graph, {});
  REQUIRE_FALSE(model.ok());
  CHECK(model.error().message.ends_with('.'));
  return model.error().code;
}

}  // namespace

TEST_CASE("axes as far out as numbers go are refused") {
  for (const std::int64_t axis : {INT64_MAX, INT64_MIN, INT64_MAX - 1})
    CHECK(refusal(graph_of({2, 3}, {node("Flatten", {"x"}, "y", {{"axis", axis}})})) == ErrorCode::unsupported);
  for (const std::int64_t axis : {INT64_MAX, INT64_MIN, std::int64_t{-1}, std::int64_t{4}}) {
    GraphDescription graph = graph_of(
        {2, 3},
        {node("Add", {"x", "c"}, "s", {{"axis", axis}, {"broadcast", std::int64_t{1}}}), node("Flatten", {"s"}, "y")});
    graph.constants["c"] = test::floats({3}, {1, 2, 3});
    CHECK(refusal(graph) == ErrorCode::unsupported);
  }
}

TEST_CASE("an output without a name is not what an input without a name takes") {
  GraphDescription graph = graph_of({2}, {node("Dropout", {"x"}, "d"), node("Clip", {"x", "", "most"}, "y")});
  graph.nodes[0].outputs = {"", "mask"};
  graph.constants["most"] = test::floats({}, {1});
  CHECK(test::logits_of(*test::loaded(graph), 1, std::vector<float>{0.5f, 2}) == std::vector<float>{0.5f, 1});
}

TEST_CASE("constants are computed without overflow") {
  GraphDescription graph = graph_of({2}, {node("Gather", {"c", "i"}, "shape"), node("Reshape", {"x", "shape"}, "y")});
  graph.constants["c"] = integers({0, -1});
  for (const std::int64_t index : {INT64_MAX, INT64_MIN, std::int64_t{2}, std::int64_t{-3}}) {
    graph.constants["i"] = integers({0, index});
    CHECK(refusal(graph) == ErrorCode::unsupported);
  }
  graph.constants["i"] = integers({0, -1});
  test::loaded(graph);

  graph.nodes[0] = node("Slice", {"c"}, "shape",
                        {{"starts", std::vector<std::int64_t>{0}},
                         {"ends", std::vector<std::int64_t>{2}},
                         {"steps", std::vector<std::int64_t>{}}});
  CHECK(refusal(graph) == ErrorCode::unsupported);

  graph = graph_of({2}, {node("DequantizeLinear", {"q", "scale", "zero"}, "w"), node("Gemm", {"x", "w"}, "y")});
  graph.constants["q"] = {Shape{2, 2}, {}, {INT64_MIN, 1, 2, INT64_MAX}};
  graph.constants["scale"] = test::floats({}, {1e-18f});
  graph.constants["zero"] = {Shape{}, {}, {1}};
  const auto model = test::loaded(graph);
  CHECK(test::largest_error(test::logits_of(*model, 1, std::vector<float>{1, 0}), std::vector{-9.223372, 0.0}) < 1e-6);
}

TEST_CASE("constants that double with every node are refused before they fill the memory") {
  GraphDescription graph = graph_of({2}, {});
  graph.constants["c0"] = integers(test::Integers(1 << 12, 1));
  for (int i = 0; i < 60; ++i) {
    const std::string before = "c" + std::to_string(i), after = "c" + std::to_string(i + 1);
    graph.nodes.push_back(node("Concat", {before, before}, after, {{"axis", std::int64_t{0}}}));
  }
  graph.nodes.push_back(node("Reshape", {"x", "c60"}, "y"));
  CHECK(refusal(graph) == ErrorCode::too_large);
}

TEST_CASE("a constant is refused before it is made where it has more values than are left, and leaves none behind") {
  GraphDescription graph;
  graph.constants["extents"] = integers({20, 5});
  graph.constants["row"] = test::floats({1, 5}, {1, 2, 3, 4, 5});
  graph.constants["list"] = integers(test::Integers(50, 7));
  for (const auto& each : {node("ConstantOfShape", {"extents"}, "made"), node("Expand", {"row", "extents"}, "made"),
                           node("Concat", {"list", "list"}, "made", {{"axis", std::int64_t{0}}})}) {
    INFO(each.operation);
    const auto refused = fold_node(each, graph, 99);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::too_large);
    CHECK_FALSE(graph.constants.contains("made"));
    const auto fits = fold_node(each, graph, 100);
    REQUIRE(fits.ok());
    CHECK(fits.value());
    CHECK(graph.constants["made"].shape.count() == 100);
    graph.constants.erase("made");
  }
  // 2^25 values, one after the other in 2^12 places of the same list.
  graph.constants["list"] = integers(test::Integers(1 << 13, 7));
  const auto often = fold_node({"Concat", "often", std::vector<std::string>(1 << 12, "list"), {"made"}, {}}, graph);
  REQUIRE_FALSE(often.ok());
  CHECK(often.error().code == ErrorCode::too_large);
}

TEST_CASE("interpolation of an axis that is too long is refused before its matrix is made") {
  GraphDescription graph = graph_of({1, 1, 1 << 22}, {node("Resize", {"x", "", "scales"}, "y", {{"mode", "linear"}})});
  graph.constants["scales"] = test::floats({4}, {1, 1, 1, 1e-4f});
  CHECK(refusal(graph) == ErrorCode::unsupported);
}

TEST_CASE("windows over three axes are refused, whatever their lists") {
  GraphDescription graph = graph_of({8}, {node("Reshape", {"x", "shape"}, "r"),
                                          node("Conv", {"r", "k"}, "y", {{"kernel_shape", test::Integers{1, 1, 1}}})});
  graph.constants["shape"] = integers({0, 2, 1, 2, 2});
  graph.constants["k"] = test::floats({1, 2, 1, 1}, {1, 1});
  CHECK(refusal(graph) == ErrorCode::unsupported);
}

TEST_CASE("layers are refused that together give too many values") {
  // Each is allowed alone.
  GraphDescription graph = graph_of({1 << 22}, {});
  for (int i = 0; i < 17; ++i)
    graph.nodes.push_back(node("Relu", {i == 0 ? "x" : "r" + std::to_string(i)}, "r" + std::to_string(i + 1)));
  graph.nodes.push_back(node("ReduceSum", {"r17", "axes"}, "y"));
  graph.constants["axes"] = integers({1});
  CHECK(refusal(graph) == ErrorCode::too_large);
  graph.nodes[16].inputs = {"x"};  // the others serve nothing
  test::loaded(graph);
}

TEST_CASE("what moves numbers is refused where the map would be too large") {
  const nn::Constant begin = integers({1}), end = integers({INT64_MAX});
  for (const auto& [extent, fits] : {std::pair{std::int64_t{1} << 22, true}, {(std::int64_t{1} << 22) + 1, false}}) {
    GraphDescription graph = graph_of(
        {extent}, {node("Slice", {"x", "begin", "end", "begin"}, "s"), node("ReduceMax", {"s", "begin"}, "y")});
    graph.constants["begin"] = begin;
    graph.constants["end"] = end;
    if (fits)
      test::loaded(graph);
    else
      CHECK(refusal(graph) == ErrorCode::too_large);
  }
}

TEST_CASE("a reduction is refused where its map would be too large") {
  for (const char* operation : {"ReduceMax", "ReduceSum"})
    for (const auto& [extent, fits] : {std::pair{std::int64_t{1} << 21, true}, {(std::int64_t{1} << 21) + 1, false}}) {
      INFO(operation);
      GraphDescription graph = graph_of({2, extent}, {node(operation, {"x", "axes"}, "y")});
      graph.constants["axes"] = integers({2});
      if (fits)
        test::loaded(graph);
      else
        CHECK(refusal(graph) == ErrorCode::too_large);
    }
}

TEST_CASE("there may be 100,000 classes") {
  CHECK(refusal(graph_of({100'001}, {node("Relu", {"x"}, "y")})) == ErrorCode::too_large);
  CHECK(test::loaded(graph_of({100'000}, {node("Relu", {"x"}, "y")}))->output().classes == 100'000);
}

}  // namespace mlsec::formats
