// The version of the operators for which files are written.
#include <doctest/doctest.h>

#include "formats/onnx.hpp"
#include "tests/core/formats/graphs.hpp"

namespace mlsec::formats {
namespace {

template <class... Operations>
std::int64_t version_of(const Shape& input, Operations... operations) {
  nn::Network network(input);
  const auto add = [&](std::unique_ptr<nn::Operation> operation) { REQUIRE(network.add(std::move(operation)).ok()); };
  (add(std::make_unique<Operations>(std::move(operations))), ...);
  const auto model = test::model_of(std::move(network), model::plain_input(input));
  const auto file = write_onnx(test::described(*model), Precision::float32);
  REQUIRE(file.ok());
  const auto graph = read_onnx(file.value());
  REQUIRE(graph.ok());
  return graph.value().operators;
}

}  // namespace

TEST_CASE("files are written for version 17 of the operators unless one of them needs 21") {
  CHECK(version_of({4}, nn::Dense({3, true}), nn::Relu()) == 17);
  CHECK(version_of({2, 4}, nn::LayerNorm({}), nn::Conv1d({.filters = 2, .kernel = 1}), nn::Flatten()) == 17);
  CHECK(version_of({4}, nn::Gelu()) == 21);
  CHECK(version_of({2, 2, 4}, nn::GroupNorm({.groups = 2}), nn::Flatten()) == 21);
  CHECK(version_of({2, 4}, nn::ReduceMean({std::vector<int>{0}, false})) == 21);
  CHECK(version_of({2, 4}, nn::ReduceMax({std::vector<int>{0}, false})) == 21);
  CHECK(version_of({2, 4}, nn::ReduceSum({std::vector<int>{0}, false})) == 17);
  CHECK(version_of({2, 2, 1}, nn::Resize({4, 4}), nn::Flatten()) == 21);
}

TEST_CASE("a softmax of the network itself stays at its end") {
  nn::Network network(Shape{4});
  REQUIRE(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{3, true})).ok());
  REQUIRE(network.add(std::make_unique<nn::Softmax>()).ok());
  const auto graph = test::described(*test::model_of(std::move(network), model::plain_input({4})));
  CHECK(graph.metadata.contains("mlsec.lastActivation"));
  const auto read = test::loaded(graph);
  CHECK(read->network().nodes().back().operation->id() == "softmax");
  CHECK(read->warnings().empty());
}

}  // namespace mlsec::formats
