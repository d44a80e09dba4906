// Graphs whose numbers are not what they should be are refused, or read as some network: files are untrusted.
#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>

#include "tests/core/formats/graphs.hpp"
#include "tests/core/nn/operation_cases.hpp"

namespace mlsec::formats {
namespace {

using nn::GraphDescription;

std::int64_t odd_integer(Random& random) {
  constexpr std::int64_t values[] = {0,         1,        -1, 2, 3, 5, -7, 64, 4097, 1 << 20, std::int64_t{1} << 40,
                                     INT64_MAX, INT64_MIN};
  return values[random.below(std::size(values))];
}

float odd_float(Random& random) {
  constexpr float values[] = {0, -1, 0.5f, 2, 1e-30f, 1e30f, -3e38f};
  return values[random.below(std::size(values))];
}

void damage(nn::Constant& constant, Random& random) {
  if (!constant.integers.empty() && random.below(2) == 0)
    constant.integers[random.below(static_cast<std::uint32_t>(constant.integers.size()))] = odd_integer(random);
  else if (!constant.floats.empty() && random.below(2) == 0)
    constant.floats[random.below(static_cast<std::uint32_t>(constant.floats.size()))] = odd_float(random);
  else if (random.below(2) == 0)
    constant.shape = Shape{static_cast<std::int64_t>(constant.shape.count())};
  else
    constant = {Shape{2}, {}, {1, odd_integer(random)}};
}

void damage(nn::Attribute& attribute, Random& random) {
  if (auto* integer = std::get_if<std::int64_t>(&attribute)) {
    *integer = odd_integer(random);
  } else if (auto* list = std::get_if<std::vector<std::int64_t>>(&attribute); list && !list->empty()) {
    if (random.below(4) == 0)
      list->pop_back();
    else
      (*list)[random.below(static_cast<std::uint32_t>(list->size()))] = odd_integer(random);
  } else {
    attribute = odd_float(random);
  }
}

/// One change to a node or a constant.
void damage(GraphDescription& graph, Random& random) {
  if (!graph.constants.empty() && random.below(2) == 0) {
    auto entry = graph.constants.begin();
    std::advance(entry, random.below(static_cast<std::uint32_t>(graph.constants.size())));
    return damage(entry->second, random);
  }
  nn::NodeDescription& node = graph.nodes[random.below(static_cast<std::uint32_t>(graph.nodes.size()))];
  const std::uint32_t kind = random.below(4);
  if (kind == 0 && !node.attributes.empty()) {
    auto entry = node.attributes.begin();
    std::advance(entry, random.below(static_cast<std::uint32_t>(node.attributes.size())));
    damage(entry->second, random);
  } else if (kind == 1 && node.inputs.size() > 1) {
    std::swap(node.inputs[0], node.inputs[random.below(static_cast<std::uint32_t>(node.inputs.size()))]);
  } else if (kind == 2) {
    node.inputs.resize(random.below(6), "input");
  } else {
    // Another operation with these inputs.
    constexpr const char* operations[] = {
        "Transpose", "Unsqueeze", "Squeeze", "Reshape",    "Slice",    "Split",   "Gather",
        "Resize",    "Pad",       "Add",     "MatMul",     "Conv",     "MaxPool", "PRelu",
        "Concat",    "Cast",      "Softmax", "ReduceMean", "Upsample", "Flatten", "GlobalAveragePool"};
    node.operation = operations[random.below(std::size(operations))];
  }
}

}  // namespace

TEST_CASE("graphs with changed numbers, inputs and operations are refused or read") {
  int read = 0, refused = 0;
  std::uint64_t seed = 0;
  for (const test::OperationCase& operation : test::operation_cases()) {
    if (operation.input.rank() > 3 || !operation.parts.empty()) continue;
    nn::Network network(operation.input);
    REQUIRE(network.add(operation.make(), std::vector<std::size_t>(operation.inputs, 0)).ok());
    REQUIRE(network.add(std::make_unique<nn::Flatten>()).ok());
    REQUIRE(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{3, true})).ok());
    const GraphDescription whole =
        test::described(*test::model_of(std::move(network), model::plain_input(operation.input)));
    for (int i = 0; i < 80; ++i) {
      Random random(++seed, 2, Purpose::test);
      GraphDescription graph = whole;
      for (std::uint32_t changes = 1 + random.below(3); changes > 0; --changes) damage(graph, random);
      const auto result = model_from(graph, {});
      ++(result.ok() ? read : refused);
      if (!result.ok()) {
        CHECK(result.error().message.ends_with('.'));
        continue;
      }
      const auto nodes = result.value()->network().nodes();
      if (std::all_of(nodes.begin(), nodes.end(), [](const auto& node) { return node.shape.count() < 10'000; }))
        test::logits_of(*result.value(), 1, std::vector<float>(operation.input.count(), 0.5f));
    }
  }
  CHECK(read > 300);
  CHECK(refused > 300);
}

}  // namespace mlsec::formats
