// Every operation written for TensorFlow.js and read back.
#include <doctest/doctest.h>

#include <set>

#include "formats/tfjs.hpp"
#include "tests/core/formats/graphs.hpp"
#include "tests/core/nn/evaluated.hpp"

namespace mlsec::formats {
namespace {

void add(nn::Network& network, std::unique_ptr<nn::Operation> operation, std::vector<std::size_t> inputs) {
  auto added = network.add(std::move(operation), std::move(inputs));
  REQUIRE_MESSAGE(added.ok(), (added.ok() ? "" : added.error().message));
}

/// As a classifier: what comes out is a row of three numbers.
nn::Network classifier_of(const test::OperationCase& operation) {
  nn::Network network(operation.input);
  std::vector<std::size_t> inputs;
  int begin = 0;
  for (const Shape& part : operation.parts) {
    const int end = begin + static_cast<int>(part.count());
    add(network, std::make_unique<nn::Slice>(nn::Slice::Options{.begin = begin, .end = end}), {0});
    add(network, std::make_unique<nn::Reshape>(nn::Reshape::Options{std::vector<int>(part.begin(), part.end())}),
        {network.nodes().size()});
    inputs.push_back(network.nodes().size());
    begin = end;
  }
  if (inputs.empty()) inputs.assign(operation.inputs, 0);
  add(network, operation.make(), inputs);
  if (network.output_shape().rank() > 1) add(network, std::make_unique<nn::Flatten>(), {network.nodes().size()});
  add(network, std::make_unique<nn::Dense>(nn::Dense::Options{3, true}), {network.nodes().size()});
  test::randomise(network, 1);
  return network;
}

}  // namespace

TEST_CASE("every operation written for TensorFlow.js reads back as the same function") {
  std::set<std::string> refused;
  std::size_t written = 0;
  for (const test::OperationCase& operation : test::operation_cases()) {
    constexpr std::size_t rows = 3;
    CAPTURE(written);
    CAPTURE(operation.name);
    const Shape sample = operation.input;
    const auto original = test::model_of(classifier_of(operation), model::plain_input(sample));
    const auto files = write_tfjs(test::described(*original), Precision::float32);
    if (!files.ok()) {
      CHECK(files.error().code == ErrorCode::unsupported);
      refused.insert(operation.name);
      continue;
    }
    ++written;
    CAPTURE(files.value().json);
    const auto graph = read_tfjs({files.value().json, files.value().weights});
    REQUIRE_MESSAGE(graph.ok(), (graph.ok() ? "" : graph.error().message));
    const auto read = test::loaded(graph.value());
    CHECK(read->input().shape == sample);
    const Tensor x = test::spread_tensor(sample.with_rows(rows), 2);
    const std::vector<float> inputs(x.values().begin(), x.values().end());
    const auto outputs = test::logits_of(*original, rows, inputs);
    const auto again = test::logits_of(*read, rows, inputs);
    REQUIRE(again.size() == outputs.size());
    CHECK(test::largest_error(again, outputs) <= 1e-5);
  }
  CHECK(written > 60);
  CHECK(refused == std::set<std::string>{"gelu", "quantise"});  // the exact function
}

TEST_CASE("the nearest pixel is the engine's where two are equally near, which TensorFlow.js sees otherwise") {
  nn::Network network(Shape{6, 4, 2});
  add(network, std::make_unique<nn::Resize>(nn::Resize::Options{3, 5, nn::ResizeMode::nearest}), {0});
  add(network, std::make_unique<nn::Flatten>(), {1});
  const auto original = test::model_of(std::move(network), model::plain_input({6, 4, 2}));
  const auto files = write_tfjs(test::described(*original), Precision::float32);
  REQUIRE(files.ok());
  CHECK(files.value().json.find("GatherV2") != std::string::npos);
  const auto graph = read_tfjs({files.value().json, files.value().weights});
  REQUIRE_MESSAGE(graph.ok(), (graph.ok() ? "" : graph.error().message));
  const Tensor x = test::spread_tensor(Shape{1, 6, 4, 2}, 2);
  const std::vector<float> inputs(x.values().begin(), x.values().end());
  CHECK(test::logits_of(*test::loaded(graph.value()), 1, inputs) == test::logits_of(*original, 1, inputs));
}

TEST_CASE("float16 halves the weights, and metadata comes back") {
  nn::Network network = test::image_network({6, 6, 1}, 4, 1);
  model::InputSpecification input{
      .kind = model::InputKind::image, .shape = {6, 6, 1}, .layout = model::Layout::hwc, .parts = {}};
  input.lower = -1;
  input.upper = 2;
  auto original = test::model_of(std::move(network), input);
  nn::GraphDescription graph = test::described(*original);
  graph.metadata["mlsec.labels"] = "a \"b\"\nc\\\n\xc3\xa9\nd\x01";
  const auto whole = write_tfjs(graph, Precision::float32), half = write_tfjs(graph, Precision::float16);
  REQUIRE(whole.ok());
  REQUIRE(half.ok());
  CHECK(half.value().weights.size() < 0.6 * static_cast<double>(whole.value().weights.size()));
  const auto back = read_tfjs({half.value().json, half.value().weights});
  REQUIRE_MESSAGE(back.ok(), (back.ok() ? "" : back.error().message));
  CHECK(back.value().metadata == graph.metadata);
  const auto model = test::loaded(back.value());
  CHECK(model->input().lower == -1);
  CHECK(model->input().layout == model::Layout::hwc);
  CHECK(model->output().labels == std::vector<std::string>{"a \"b\"", "c\\", "\xc3\xa9", "d\x01"});
  const auto files = tfjs_weight_files(half.value().json);
  REQUIRE(files.ok());
  REQUIRE(files.value().size() == 1);
  CHECK(files.value()[0].path == "weights.bin");
  CHECK(files.value()[0].most_bytes == half.value().weights.size());
  for (auto& [name, constant] : graph.constants)
    for (float& number : constant.floats) number = 1e6f;
  const auto beyond = write_tfjs(graph, Precision::float16);
  REQUIRE(!beyond.ok());
  CHECK(beyond.error().code == ErrorCode::out_of_range);
}

}  // namespace mlsec::formats
