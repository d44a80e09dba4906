// Every operation written to a file and read back.
#include <doctest/doctest.h>

#include "formats/onnx.hpp"
#include "tests/core/formats/graphs.hpp"
#include "tests/core/nn/evaluated.hpp"

namespace mlsec::formats {
namespace {

std::size_t add(nn::Network& network, std::unique_ptr<nn::Operation> operation, std::vector<std::size_t> inputs) {
  auto added = network.add(std::move(operation), std::move(inputs));
  REQUIRE_MESSAGE(added.ok(), (added.ok() ? "" : added.error().message));
  return added.value();
}

std::size_t add(nn::Network& network, std::unique_ptr<nn::Operation> operation) {
  return add(network, std::move(operation), {network.nodes().size()});
}

/// As a classifier: what comes out is a row of at least two numbers.
nn::Network classifier_of(const test::OperationCase& operation) {
  nn::Network network(operation.input);
  std::vector<std::size_t> inputs;
  int begin = 0;
  for (const Shape& part : operation.parts) {
    const int end = begin + static_cast<int>(part.count());
    add(network, std::make_unique<nn::Slice>(nn::Slice::Options{.begin = begin, .end = end}), {0});
    inputs.push_back(
        add(network, std::make_unique<nn::Reshape>(nn::Reshape::Options{std::vector<int>(part.begin(), part.end())})));
    begin = end;
  }
  if (inputs.empty()) inputs.assign(operation.inputs, 0);
  add(network, operation.make(), inputs);
  return network;
}

void finish(nn::Network& network) {
  if (network.output_shape().rank() > 1) add(network, std::make_unique<nn::Flatten>());
  if (const std::size_t last = network.nodes().size(); network.output_shape().count() == 1)
    add(network, std::make_unique<nn::Concat>(nn::Concat::Options{}), {last, last});
  test::randomise(network, 1);
}

std::shared_ptr<model::NetworkModel> through_a_file(const model::NetworkModel& model) {
  const auto file = write_onnx(test::described(model), Precision::float32);
  REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
  const auto graph = read_onnx(file.value());
  REQUIRE_MESSAGE(graph.ok(), (graph.ok() ? "" : graph.error().message));
  return test::loaded(graph.value());
}

/// The largest difference between what a network and its copy through a file say, and whether the file of the copy is
/// that of the copy's copy.
void check_round_trip(nn::Network network, double tolerance) {
  constexpr std::size_t rows = 3;
  const Shape sample = network.input_shape();
  const auto original = test::model_of(std::move(network), model::plain_input(sample));
  const auto read = through_a_file(*original);
  const Tensor x = test::spread_tensor(sample.with_rows(rows), 2);
  const std::vector<float> inputs(x.values().begin(), x.values().end());
  const auto outputs = test::logits_of(*original, rows, inputs);
  const bool image = sample.rank() == 3;
  const auto again = test::logits_of(*read, rows, image ? test::channels_first(inputs, sample) : inputs);
  REQUIRE(again.size() == outputs.size());
  CHECK(test::largest_error(again, outputs) <= tolerance);
  CHECK(read->warnings().empty());
  const auto twice = through_a_file(*read);
  CHECK(test::largest_error(test::logits_of(*twice, rows, image ? test::channels_first(inputs, sample) : inputs),
                            outputs) <= tolerance);
}

}  // namespace

TEST_CASE("every operation reads back as the same function") {
  std::size_t index = 0;
  for (const test::OperationCase& operation : test::operation_cases()) {
    if (operation.name == "dropout") continue;  // a file goes without: no layer would be left
    CAPTURE(index);
    CAPTURE(operation.name);
    nn::Network network = classifier_of(operation);
    finish(network);
    check_round_trip(std::move(network), 1e-6);
    ++index;
  }
}

TEST_CASE("every operation reads back where a dense layer follows, whatever the order of its features") {
  std::size_t index = 0;
  for (const test::OperationCase& operation : test::operation_cases()) {
    CAPTURE(index);
    CAPTURE(operation.name);
    nn::Network network = classifier_of(operation);
    if (network.output_shape().rank() > 1) add(network, std::make_unique<nn::Flatten>());
    add(network, std::make_unique<nn::Dense>(nn::Dense::Options{3, true}));
    test::randomise(network, 1);
    check_round_trip(std::move(network), 1e-4);
    ++index;
  }
}

TEST_CASE("every operation on images and lines reads back between convolutions") {
  std::size_t index = 0;
  for (const test::OperationCase& operation : test::operation_cases()) {
    const std::size_t rank = operation.input.rank();
    if (!operation.parts.empty() || rank < 2 || operation.name == "embedding") continue;
    CAPTURE(index);
    CAPTURE(operation.name);
    const auto channels = static_cast<int>(operation.input[rank - 1]);
    const auto conv = [&]() -> std::unique_ptr<nn::Operation> {
      if (rank == 2) return std::make_unique<nn::Conv1d>(nn::Conv1d::Options{.filters = channels, .kernel = 1});
      return std::make_unique<nn::Conv2d>(nn::Conv2d::Options{.filters = channels, .kernel = 1});
    };
    nn::Network network(operation.input);
    const std::size_t first = add(network, conv());
    add(network, operation.make(), std::vector<std::size_t>(operation.inputs, first));
    if (network.output_shape().rank() == rank) add(network, conv());
    finish(network);
    check_round_trip(std::move(network), 1e-4);
    ++index;
  }
  CHECK(index > 30);
}

}  // namespace mlsec::formats
