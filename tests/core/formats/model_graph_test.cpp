#include "formats/model_graph.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "formats/metadata.hpp"
#include "formats/onnx.hpp"
#include "tests/core/formats/graphs.hpp"

namespace mlsec::formats {
namespace {

using namespace test;
using test::described;

using model::NetworkModel;
using nn::Constant;
using nn::GraphDescription;
using nn::NodeDescription;

/// x (4 features) through the given nodes to y.
GraphDescription vector_graph(std::vector<NodeDescription> nodes) {
  GraphDescription graph;
  graph.inputs = {{"x", {-1, 4}}};
  graph.outputs = {{"y", {-1, 3}}};
  graph.nodes = std::move(nodes);
  graph.constants["w"] = floats({4, 3}, test::random_values(12, 1));  // inputs x outputs
  graph.constants["b"] = floats({3}, {0.25f, -0.5f, 1});
  graph.constants["square"] = floats({4, 4}, test::random_values(16, 2));
  graph.constants["to_rows"] = integers({0, -1});
  return graph;
}

/// Describes a network, reads the description, and compares what both models say: to the last bit unless something is
/// folded.
std::shared_ptr<NetworkModel> check_round_trip(nn::Network network, double tolerance = 0) {
  constexpr std::size_t rows = 5;
  const Shape sample = network.input_shape();
  const auto original = test::model_of(std::move(network), model::plain_input(sample));
  const auto read = loaded(described(*original));
  const auto inputs = test::random_values(rows * sample.count(), 3, 0, 1);
  const bool image = sample.rank() == 3;
  const auto logits = test::logits_of(*original, rows, inputs);
  CHECK(test::largest_error(test::logits_of(*read, rows, image ? channels_first(inputs, sample) : inputs), logits) <=
        tolerance);
  CHECK(read->input().kind == (image ? model::InputKind::image : model::InputKind::vector));
  CHECK(read->input().layout == (image ? model::Layout::chw : model::Layout::flat));
  CHECK(read->input().shape == (image ? Shape{sample[2], sample[0], sample[1]} : sample));
  CHECK(read->warnings().empty());
  return read;
}

nn::Network add_all(nn::Network network, std::vector<std::unique_ptr<nn::Operation>> operations) {
  for (auto& operation : operations) REQUIRE(network.add(std::move(operation)).ok());
  test::randomise(network, 4);
  return network;
}

template <class... Operations>
nn::Network network_of(const Shape& input, Operations&&... operations) {
  std::vector<std::unique_ptr<nn::Operation>> list;
  (list.push_back(std::make_unique<Operations>(std::move(operations))), ...);
  return add_all(nn::Network(input), std::move(list));
}

nn::Conv2d conv(int filters, int kernel, int stride, nn::PaddingMode padding, bool bias = true) {
  return nn::Conv2d(nn::Conv2d::Options{filters, kernel, stride, padding, std::nullopt, bias});
}
nn::Dense dense(int units, bool bias = true) { return nn::Dense(nn::Dense::Options{units, bias}); }
nn::BatchNorm batch_norm() { return nn::BatchNorm(nn::BatchNorm::Options{.momentum = 0.1, .epsilon = 0.2}); }
nn::Dropout dropout() { return nn::Dropout(nn::Dropout::Options{}); }
nn::LeakyRelu leaky_relu() { return nn::LeakyRelu({0.2}); }

constexpr double folded = 1e-5;

std::vector<std::string> operations_of(const nn::Network& network) {
  std::vector<std::string> names;
  for (const nn::Node& node : network.nodes()) names.emplace_back(node.operation->id());
  return names;
}

std::vector<std::string> operations_of(const GraphDescription& graph) {
  std::vector<std::string> names;
  for (const NodeDescription& node : graph.nodes) names.push_back(node.operation);
  return names;
}

GraphDescription described(nn::Network network) {
  const Shape sample = network.input_shape();
  return described(*test::model_of(std::move(network), model::plain_input(sample)));
}

template <class Operation>
std::size_t add(nn::Network& network, Operation operation, std::vector<std::size_t> inputs) {
  auto added = network.add(std::make_unique<Operation>(std::move(operation)), std::move(inputs));
  REQUIRE(added.ok());
  return added.value();
}

/// Two convolutions with a shortcut around the second, batch normalisation after each.
nn::Network residual_network() {
  nn::Network network(Shape{6, 5, 3});
  const std::size_t first = add(network, conv(4, 3, 1, nn::PaddingMode::same, false), {0});
  const std::size_t shortcut = add(network, nn::Relu(), {add(network, batch_norm(), {first})});
  const std::size_t second = add(network, conv(4, 3, 1, nn::PaddingMode::same), {shortcut});
  const std::size_t sum = add(network, nn::Add(), {add(network, batch_norm(), {second}), shortcut});
  const std::size_t pooled = add(network, nn::GlobalAveragePool(), {add(network, nn::Relu(), {sum})});
  add(network, dense(3), {add(network, dropout(), {pooled})});
  test::randomise(network, 6);
  return network;
}

}  // namespace

TEST_CASE("a described network reads back with the same bytes in its logits") {
  SUBCASE("dense layers") { check_round_trip(test::dense_network(7, {5, 4, 3})); }
  SUBCASE("dense layers without bias") {
    check_round_trip(network_of({6}, dense(4, false), nn::Relu(), dense(2, false)));
  }
  SUBCASE("images of one channel") { check_round_trip(test::image_network({6, 7, 1}, 3)); }
  SUBCASE("images of three channels, flattened before a dense layer") {
    check_round_trip(test::image_network({6, 7, 3}, 3));
  }
  SUBCASE("images flattened at once") {
    check_round_trip(network_of({3, 2, 3}, nn::Flatten(), dense(4), nn::Relu(), dense(2)));
  }
  SUBCASE("relu between flatten and dense") {
    check_round_trip(network_of({4, 4, 2}, conv(3, 3, 1, nn::PaddingMode::valid), nn::Flatten(), nn::Relu(), dense(3)));
  }
  SUBCASE("one pixel or one channel left before flatten") {
    check_round_trip(network_of({4, 4, 2}, conv(3, 4, 1, nn::PaddingMode::valid), nn::Flatten(), dense(3)));
    check_round_trip(network_of({4, 4, 2}, conv(1, 1, 1, nn::PaddingMode::valid), nn::Flatten(), dense(3)));
  }
  SUBCASE("strides, padding and every pool") {
    check_round_trip(network_of({9, 8, 3}, conv(4, 3, 2, nn::PaddingMode::same, false),
                                nn::MaxPool2d(nn::PoolOptions{3, 1, nn::PaddingMode::same}),
                                nn::AveragePool2d(nn::PoolOptions{2, 2, nn::PaddingMode::same}),
                                conv(2, 2, 1, nn::PaddingMode::same), nn::Flatten(), dense(3)));
  }
}

TEST_CASE("element-wise layers read back with the same bytes, between flatten and dense too") {
  check_round_trip(network_of({7}, dense(5), leaky_relu(), dense(4), nn::Sigmoid(), dense(4), nn::Tanh()));
  check_round_trip(network_of({4, 3, 2}, conv(3, 3, 1, nn::PaddingMode::same), leaky_relu(), nn::Flatten(),
                              nn::Sigmoid(), nn::Tanh(), dropout(), batch_norm(), leaky_relu(), dense(3)));
}

TEST_CASE("a global average pool reads back, with the Flatten that a file needs behind it") {
  const auto network = [] {
    return network_of({4, 5, 3}, conv(6, 3, 1, nn::PaddingMode::valid), nn::Relu(), nn::GlobalAveragePool(), dense(3));
  };
  CHECK(operations_of(described(network())) ==
        std::vector<std::string>{"Conv", "Relu", "GlobalAveragePool", "Flatten", "Gemm"});
  const auto read = check_round_trip(network());
  CHECK(read->layers().size() == 4);
  check_round_trip(network_of({4, 5, 3}, nn::GlobalAveragePool()));
  check_round_trip(network_of({4, 5, 3}, nn::GlobalAveragePool(), nn::Flatten(), nn::Relu(), dense(2)));
}

TEST_CASE("what a global average pool gives may be added to what a dense layer gives") {
  nn::Network network(Shape{4, 5, 3});
  const std::size_t pooled = add(network, nn::GlobalAveragePool(), {0});
  add(network, nn::Add(), {add(network, dense(3), {add(network, nn::Flatten(), {0})}), pooled});
  test::randomise(network, 5);
  check_round_trip(std::move(network));
}

TEST_CASE("a global average pool may keep its axes for a while") {
  GraphDescription graph;
  graph.inputs = {{"x", {-1, 3, 4, 5}}};
  graph.outputs = {{"y", {-1, 2}}};
  graph.nodes = {node("GlobalAveragePool", {"x"}, "p"), node("Relu", {"p"}, "r"), node("Flatten", {"r"}, "f"),
                 node("Gemm", {"f", "w"}, "y")};
  graph.constants["w"] = floats({3, 2}, {1, 2, 3, 4, 5, 6});
  CHECK(operations_of(loaded(graph)->network()) == std::vector<std::string>{"globalAveragePool", "relu", "dense"});
}

TEST_CASE("sums of two and more values read back with the same bytes") {
  nn::Network network(Shape{5});
  const std::size_t a = add(network, dense(4), {0}), b = add(network, nn::Relu(), {a}), c = add(network, dense(4), {0});
  const std::size_t two = add(network, nn::Add(), {a, b}), three = add(network, nn::Add(), {two, a, c});
  add(network, nn::Add(), {three, three});
  test::randomise(network, 5);
  const auto read = check_round_trip(std::move(network));
  CHECK(operations_of(described(*read)) == std::vector<std::string>{"Gemm", "Relu", "Gemm", "Add", "Sum", "Add"});
}

TEST_CASE("a residual network reads back, through the bytes of a file too") {
  const auto original = test::model_of(residual_network(), model::plain_input({6, 5, 3}));
  const GraphDescription graph = described(*original);
  CHECK(operations_of(graph) ==
        std::vector<std::string>{"Conv", "Relu", "Conv", "Add", "Relu", "GlobalAveragePool", "Flatten", "Gemm"});
  check_round_trip(residual_network(), folded);

  const auto file = write_onnx(graph, Precision::float32);
  REQUIRE(file.ok());
  const auto read = read_onnx(file.value());
  REQUIRE(read.ok());
  const auto x = test::random_values(3 * 90, 7, 0, 1);
  const auto again = loaded(read.value());
  CHECK(test::largest_error(test::logits_of(*again, 3, channels_first(x, {6, 5, 3})),
                            test::logits_of(*original, 3, x)) < folded);
  CHECK(operations_of(described(*again)) == operations_of(graph));
}

TEST_CASE("a batch normalisation is folded into the layer before it") {
  using Names = std::vector<std::string>;
  for (bool bias : {true, false}) {
    check_round_trip(network_of({5, 4, 3}, conv(4, 3, 2, nn::PaddingMode::same, bias), batch_norm(), nn::Relu(),
                                nn::Flatten(), dense(6, bias), batch_norm(), nn::Tanh(), dense(3)),
                     folded);
    CHECK(operations_of(described(network_of({5}, dense(4, bias), batch_norm(), nn::Relu(), dense(3, bias)))) ==
          Names{"Gemm", "Relu", "Gemm"});
  }
  const GraphDescription at_the_end = described(network_of({5}, dense(4), dropout(), batch_norm()));
  CHECK(operations_of(at_the_end) == Names{"Gemm"});
  CHECK(at_the_end.nodes[0].outputs == Names{"logits"});
  CHECK(at_the_end.constants.size() == 2);
}

TEST_CASE("a batch normalisation that cannot be folded is written and read with the same bytes") {
  check_round_trip(network_of({5}, batch_norm(), dense(3)));
  check_round_trip(network_of({5, 4, 3}, batch_norm(), nn::MaxPool2d(nn::PoolOptions{}), batch_norm(), nn::Flatten(),
                              batch_norm(), dense(3)));
  nn::Network network(Shape{5});
  const std::size_t shared = add(network, dense(4), {0});
  add(network, nn::Add(), {add(network, batch_norm(), {shared}), shared});
  test::randomise(network, 5);
  const auto read = check_round_trip(std::move(network));
  CHECK(operations_of(read->network()) == std::vector<std::string>{"dense", "batchNorm", "add"});
}

TEST_CASE("dropout is left away in files, wherever it stands") {
  using Names = std::vector<std::string>;
  const GraphDescription graph =
      described(network_of({4}, dropout(), dense(3), dropout(), nn::Relu(), dense(2), dropout(), dropout()));
  CHECK(operations_of(graph) == Names{"Gemm", "Relu", "Gemm"});
  CHECK(graph.nodes.back().outputs == Names{"logits"});
  CHECK(check_round_trip(network_of({4}, dropout(), dense(3), dropout()))->layers().size() == 1);
  CHECK(operations_of(described(network_of({4}, dropout()))) == Names{"Identity"});
}

TEST_CASE("flattened images that are no input of a dense layer keep the engine's order in files") {
  using Names = std::vector<std::string>;
  const auto classifier = [] { return network_of({3, 2, 2}, conv(2, 1, 1, nn::PaddingMode::same), nn::Flatten()); };
  CHECK(operations_of(described(classifier())) == Names{"Conv", "Transpose", "Flatten"});
  check_round_trip(classifier());

  // A flattened image added to what a dense layer made of it; another one that goes into dense layers only.
  nn::Network network(Shape{3, 2, 2});
  const std::size_t flat = add(network, nn::Flatten(), {0}), other = add(network, nn::Flatten(), {0});
  const std::size_t detour = add(network, dense(12), {add(network, nn::Relu(), {flat})});
  const std::size_t sum = add(network, nn::Add(), {add(network, nn::Tanh(), {flat}), detour});
  add(network, nn::Add(), {add(network, dense(3), {sum}), add(network, dense(3), {other})});
  test::randomise(network, 5);
  const auto read = check_round_trip(std::move(network));
  CHECK(operations_of(described(*read)) ==
        Names{"Transpose", "Flatten", "Flatten", "Relu", "Gemm", "Tanh", "Add", "Gemm", "Gemm", "Add"});
}

TEST_CASE("images flattened in one order may be added before the dense layer") {
  nn::Network network(Shape{3, 2, 2});
  const std::size_t a = add(network, nn::Flatten(), {0});
  const std::size_t b = add(network, nn::Flatten(), {add(network, nn::Relu(), {0})});
  add(network, dense(3), {add(network, nn::Add(), {a, b})});
  test::randomise(network, 5);
  const GraphDescription graph = described(*check_round_trip(std::move(network)));
  CHECK(operations_of(graph) == std::vector<std::string>{"Flatten", "Relu", "Flatten", "Add", "Gemm"});
}

TEST_CASE("pools that count their padding, and windows padded on each side, read back") {
  nn::WindowGeometry geometry = nn::WindowGeometry::square(3, 2, nn::PaddingMode::valid);
  geometry.pads = engine::Padding{2, 0, 1, 1};
  for (bool count_padding : {false, true}) {
    const auto read = check_round_trip(network_of({6, 6, 2}, nn::AveragePool2d(geometry, count_padding),
                                                  nn::MaxPool2d(geometry), nn::Flatten(), dense(2)));
    CHECK(read->network().nodes()[0].shape == Shape{4, 3, 2});
  }
}

TEST_CASE("describing what was read gives the same description again") {
  const auto original = test::model_of(test::image_network({4, 5, 3}, 3), model::plain_input({4, 5, 3}));
  const GraphDescription first = described(*original), second = described(*loaded(first));
  REQUIRE(first.nodes.size() == second.nodes.size());
  for (std::size_t i = 0; i < first.nodes.size(); ++i) {
    CHECK(first.nodes[i].operation == second.nodes[i].operation);
    CHECK(first.nodes[i].inputs == second.nodes[i].inputs);
    CHECK(first.nodes[i].outputs == second.nodes[i].outputs);
  }
  REQUIRE(first.constants.size() == second.constants.size());
  for (const auto& [name, constant] : first.constants) CHECK(second.constants.at(name).floats == constant.floats);
}

TEST_CASE("files hold kernels outputs x inputs x height x width and flattened columns channels first") {
  const nn::WindowGeometry one_by_two{1, 2, 1, 1, nn::PaddingMode::valid, std::nullopt};
  nn::Network network(Shape{1, 3, 2});
  // One kernel over two pixels of two channels; then two pixels of one channel.
  REQUIRE(network
              .add(std::make_unique<nn::Conv2d>(Tensor(Shape{1, 1, 2, 2}, std::vector<float>{1, 2, 3, 4}), Tensor(),
                                                one_by_two))
              .ok());
  REQUIRE(network.add(std::make_unique<nn::Flatten>()).ok());
  REQUIRE(network.add(std::make_unique<nn::Dense>(Tensor(Shape{2, 2}, std::vector<float>{5, 6, 7, 8}), Tensor())).ok());
  const GraphDescription graph = described(*test::model_of(std::move(network), model::plain_input({1, 3, 2})));
  CHECK(graph.constants.at("conv2d1.kernels").shape == Shape{1, 2, 1, 2});
  CHECK(graph.constants.at("conv2d1.kernels").floats == std::vector<float>{1, 3, 2, 4});
  CHECK(graph.constants.at("dense3.weights").floats == std::vector<float>{5, 6, 7, 8});
  CHECK(graph.inputs[0].extents == Integers{-1, 2, 1, 3});
  CHECK(graph.outputs[0].extents == Integers{-1, 2});

  nn::Network flat(Shape{1, 2, 2});
  REQUIRE(flat.add(std::make_unique<nn::Flatten>()).ok());
  REQUIRE(
      flat.add(std::make_unique<nn::Dense>(Tensor(Shape{2, 4}, std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}), Tensor()))
          .ok());
  const GraphDescription permuted = described(*test::model_of(std::move(flat), model::plain_input({1, 2, 2})));
  CHECK(permuted.constants.at("dense2.weights").floats == std::vector<float>{1, 3, 2, 4, 5, 7, 6, 8});
}

TEST_CASE("a node named as a constant of another keeps its value apart") {
  nn::Network network(Shape{3});
  REQUIRE(network.add(std::make_unique<nn::Dense>(dense(3)), {0}, "a.weights").ok());
  REQUIRE(network.add(std::make_unique<nn::Dense>(dense(3)), {1}, "a").ok());
  REQUIRE(network.add(std::make_unique<nn::Dense>(dense(3)), {2}, "a.bias").ok());
  REQUIRE(network.add(std::make_unique<nn::Dense>(dense(2)), {3}, "input.bias").ok());
  test::randomise(network, 5);
  check_round_trip(std::move(network));
}

TEST_CASE("nodes of one name keep their own weights") {
  nn::Network network(Shape{3});
  REQUIRE(network.add(std::make_unique<nn::Dense>(dense(3)), {0}, "fc").ok());
  REQUIRE(network.add(std::make_unique<nn::Relu>(), {1}, "input").ok());
  REQUIRE(network.add(std::make_unique<nn::Dense>(dense(3)), {2}, "fc").ok());
  REQUIRE(network.add(std::make_unique<nn::Relu>(), {3}, "logits").ok());
  REQUIRE(network.add(std::make_unique<nn::Dense>(dense(2)), {4}, "fc").ok());
  test::randomise(network, 5);
  check_round_trip(std::move(network));
}

TEST_CASE("a MatMul and the Add of a constant are one dense layer, either way round") {
  const std::vector<float> x{1, 2, 3, 4};
  const auto gemm = loaded(vector_graph({node("Gemm", {"x", "w", "b"}, "y")}));
  const auto expected = test::logits_of(*gemm, 1, x);
  for (const std::vector<std::string>& operands : {std::vector<std::string>{"p", "b"}, {"b", "p"}})
    for (const char* product : {"MatMul", "Gemm"}) {
      const auto fused = loaded(vector_graph({node(product, {"x", "w"}, "p"), node("Add", operands, "y")}));
      CHECK(fused->network().nodes().size() == 1);
      CHECK(test::same_bytes(test::logits_of(*fused, 1, x), expected));
    }
}

TEST_CASE("an Add of a constant that is no bias is a layer of its own") {
  const auto apart = loaded(vector_graph({node("MatMul", {"x", "w"}, "p"), node("Relu", {"p"}, "r"),
                                          node("Add", {"p", "b"}, "q"), node("Add", {"q", "r"}, "y")}));
  CHECK(operations_of(apart->network()) == std::vector<std::string>{"dense", "relu", "affine", "add"});
  GraphDescription wide = vector_graph({node("MatMul", {"x", "w"}, "p"), node("Add", {"p", "b"}, "y")});
  wide.constants["b"] = floats({1}, {1});
  CHECK(operations_of(loaded(wide)->network()) == std::vector<std::string>{"dense", "affine"});
  GraphDescription bias = vector_graph({node("Gemm", {"x", "w", "b"}, "y")});
  bias.constants["b"] = floats({2}, {1, 1});
  check_refused(bias,
                "The model's node y_node (Gemm) cannot be read here: its bias must be one constant for each output.");
}

TEST_CASE("a Reshape to rows is a Flatten, any other must fit") {
  for (const Integers& shape : {Integers{0, -1}, Integers{-1, 4}, Integers{1, -1}}) {
    GraphDescription graph = vector_graph({node("Reshape", {"x", "shape"}, "flat"), node("Gemm", {"flat", "w"}, "y")});
    graph.constants["shape"] = integers(shape);
    CHECK(loaded(graph)->network().nodes()[0].operation->id() == "flatten");
  }
  GraphDescription graph = vector_graph({node("Reshape", {"x", "shape"}, "flat"), node("Gemm", {"flat", "w"}, "y")});
  for (const Integers& shape : {Integers{0, 2, 3}, Integers{0, -2}, Integers{-1, -1}, Integers{0, -1, -1}, Integers{4},
                                Integers{0, 2, 0x7fffffffffffffff}, Integers{-1, 3}, Integers(9, 1)}) {
    graph.constants["shape"] = integers(shape);
    check_refused(graph,
                  "The model's node flat_node (Reshape) cannot be read here: its shape does not fit one sample behind "
                  "the batch.");
  }
}

TEST_CASE("a softmax at the end is left away with a warning") {
  const std::vector<float> x{1, 2, 3, 4};
  const auto plain = loaded(vector_graph({node("Gemm", {"x", "w", "b"}, "y")}));
  for (std::string name : {"Softmax", "LogSoftmax"}) {
    const auto model = loaded(vector_graph({node("Gemm", {"x", "w", "b"}, "p"), node(name, {"p"}, "y")}));
    CHECK(model->warnings() == std::vector<std::string>{"The softmax at the end was left away: outputs are logits."});
    CHECK(test::same_bytes(test::logits_of(*model, 1, x), test::logits_of(*plain, 1, x)));
  }
  const auto inside = loaded(vector_graph({node("Softmax", {"x"}, "s"), node("Gemm", {"s", "w"}, "y")}));
  CHECK(operations_of(inside->network()) == std::vector<std::string>{"softmax", "dense"});
}

TEST_CASE("Identity and Dropout pass their input on") {
  const auto model = loaded(vector_graph({node("Identity", {"x"}, "i"), node("Gemm", {"i", "w"}, "p"),
                                          node("Dropout", {"p"}, "d"), node("Identity", {"d"}, "y")}));
  CHECK(model->network().nodes().size() == 1);
  CHECK(model->warnings().empty());
}

TEST_CASE("what cannot be read is refused with the name of its node and its operation") {
  check_refused(vector_graph({node("Erf", {"x"}, "y")}),
                "The model's node y_node (Erf) cannot be read here: this operation is not supported.");
  check_refused(
      vector_graph({node("Gemm", {"w", "x"}, "y")}),
      "The model's node y_node (Gemm) cannot be read here: its first input must come from the model's input.");
  check_refused(
      vector_graph({node("Relu", {}, "y")}),
      "The model's node y_node (Relu) cannot be read here: its first input must come from the model's input.");
  check_refused(vector_graph({node("Gemm", {"x", "x"}, "y")}),
                "The model's node y_node (Gemm) cannot be read here: its input 1 must be a constant.");
  check_refused(vector_graph({node("Gemm", {"x", "b"}, "y")}),
                "The model's node y_node (Gemm) cannot be read here: its constant b must be floats with 2 axes.");
  check_refused(vector_graph({node("Gemm", {"x", "w"}, "y", {{"transA", std::int64_t{1}}})}),
                "The model's node y_node (Gemm) cannot be read here: transA is not supported.");
  check_refused(vector_graph({node("Flatten", {"x"}, "y", {{"axis", std::int64_t{2}}})}),
                "The model's node y_node (Flatten) cannot be read here: only axis 1 is supported.");
  NodeDescription unnamed = node("Erf", {"x"}, "y");
  unnamed.name.clear();
  check_refused(vector_graph({unnamed}),
                "The model's node y (Erf) cannot be read here: this operation is not supported.");
  NodeDescription without_output = node("MatMul", {"x", "w"}, "p");
  without_output.outputs.clear();
  check_refused(vector_graph({without_output, node("Add", {"p", "b"}, "y")}),
                "The model's node y_node (Add) cannot be read here: its first input must come from the model's input.");
}

TEST_CASE("sums that have no one meaning are refused") {
  const std::string place = "The model's node y_node (Add) cannot be read here: ";
  check_refused(vector_graph({node("MatMul", {"x", "w"}, "p"), node("Add", {"x", "p"}, "y")}),
                place + "Inputs of 4 and 3 do not fit together in a layer of type add.", ErrorCode::shape_mismatch);
  check_refused(vector_graph({node("Add", {"x", "z"}, "y")}),
                place + "its input 1 must be a constant or come from the model's input.");
  check_refused(vector_graph({node("Relu", {"x", "x"}, "y")}),
                "The model's node y_node (Relu) cannot be read here: A relu layer takes one input, not 2.",
                ErrorCode::shape_mismatch);
}

TEST_CASE("a Transpose makes no layer") {
  GraphDescription graph;
  graph.inputs = {{"x", {-1, 2, 2, 3}}};
  graph.outputs = {{"y", {-1, 3}}};
  graph.constants["w"] = floats({12, 3}, test::random_values(36, 1));
  const auto transpose = [](Integers order) { return node("Transpose", {"x"}, "t", {{"perm", std::move(order)}}); };
  graph.nodes = {transpose({0, 2, 3, 1}), node("Flatten", {"t"}, "f"), node("Gemm", {"f", "w"}, "y")};
  const auto x = test::random_values(12, 2);
  const auto read = loaded(graph);
  CHECK(operations_of(read->network()) == std::vector<std::string>{"flatten", "dense"});
  const auto logits = test::logits_of(*read, 1, x);
  std::vector<double> expected(3);
  for (std::size_t channel = 0; channel < 2; ++channel)
    for (std::size_t pixel = 0; pixel < 6; ++pixel)
      for (std::size_t i = 0; i < 3; ++i)
        expected[i] +=
            double{x[channel * 6 + pixel]} * double{graph.constants["w"].floats[(pixel * 2 + channel) * 3 + i]};
  CHECK(test::largest_error(logits, expected) < 2e-6);

  for (const Integers& order : {Integers{1, 0, 2, 3}, Integers{0, 1, 2}, Integers{0, 1, 1, 2}, Integers{0, 1, 2, 4},
                                Integers{0, 1, 2, -1}, Integers{}}) {
    graph.nodes[0] = transpose(order);
    check_refused(graph,
                  "The model's node t_node (Transpose) cannot be read here: its perm must name each axis once, the "
                  "batch first.");
  }
}

TEST_CASE("batch normalisation is read as ONNX means it") {
  GraphDescription graph = vector_graph({node("BatchNormalization", {"x", "scale", "shift", "mean", "variance"}, "y",
                                              {{"epsilon", 0.25f}, {"momentum", 0.75f}})});
  graph.constants["scale"] = floats({4}, {1, 2, 3, 4});
  graph.constants["shift"] = floats({4}, {1, 0, -1, 2});
  graph.constants["mean"] = floats({4}, {0, 1, 2, 3});
  graph.constants["variance"] = floats({4}, {0, 0.75f, 2, 3.75f});
  const auto model = loaded(graph);
  CHECK(test::largest_error(test::logits_of(*model, 1, std::vector<float>{1, 2, 3, 4}),
                            std::vector{3.0, 2.0, 1.0, 4.0}) < 1e-6);
  const auto parameters = model->network().nodes()[0].operation->parameters();
  CHECK(parameters[3].momentum == 0.25f);

  const std::string place = "The model's node y_node (BatchNormalization) cannot be read here: ";
  const auto refused_with = [&](std::string attribute, std::int64_t value, const std::string& message) {
    GraphDescription other = graph;
    other.nodes[0].attributes[std::move(attribute)] = value;
    check_refused(other, place + message);
  };
  refused_with("training_mode", 1, "training_mode is not supported.");
  refused_with("spatial", 0, "only statistics by channel are supported.");
  const auto with_constant = [&](const std::string& name, Constant constant) {
    GraphDescription other = graph;
    other.constants[name] = std::move(constant);
    return other;
  };
  check_refused(with_constant("variance", floats({4}, {1, 1, -1, 1})), place + "its variances must not be negative.");
  check_refused(with_constant("mean", floats({1}, {1})), place + "its constants differ in size.");
  check_refused(with_constant("scale", integers({1, 1, 1, 1})),
                place + "its constant scale must be floats with 1 axes.");
  GraphDescription two_outputs = graph;
  two_outputs.nodes[0].outputs = {"z", "y"};
  check_refused(two_outputs, place + "only its first output is supported.");
  GraphDescription narrow = graph;
  for (const char* name : {"scale", "shift", "mean", "variance"}) narrow.constants[name] = floats({1}, {1});
  check_refused(narrow, place + "A batchNorm layer of 1 channels does not fit 4.", ErrorCode::shape_mismatch);
}

TEST_CASE("layers that do not fit their input are refused with the name of their node") {
  check_refused(
      vector_graph({node("Gemm", {"x", "w"}, "y", {{"transB", std::int64_t{1}}})}),
      "The model's node y_node (Gemm) cannot be read here: A dense layer with weights 4 x 3 does not fit 4 inputs.",
      ErrorCode::shape_mismatch);
  check_refused(vector_graph({node("MaxPool", {"x"}, "y", {{"kernel_shape", Integers{2, 2}}})}),
                "The model's node y_node (MaxPool) cannot be read here: only pooling over one or two axes is "
                "supported.");
}

TEST_CASE("convolutions that cannot be read are refused") {
  const auto graph_with = [](std::map<std::string, nn::Attribute, std::less<>> attributes) {
    GraphDescription graph;
    graph.inputs = {{"x", {-1, 1, 5, 5}}};
    graph.outputs = {{"y", {-1, 2, 3, 3}}};
    graph.nodes = {node("Conv", {"x", "k", "b"}, "y", std::move(attributes))};
    graph.constants["k"] = floats({2, 1, 3, 3}, test::random_values(18, 1));
    graph.constants["b"] = floats({2}, {0, 0});
    return graph;
  };
  const std::string place = "The model's node y_node (Conv) cannot be read here: ";
  check_refused(graph_with({{"group", std::int64_t{2}}}),
                place + "A conv2d layer cannot cut 1 channels into 2 in 2 groups.", ErrorCode::shape_mismatch);
  check_refused(graph_with({{"dilations", Integers{2, 0}}}), place + "its dilations or groups are out of range.");
  check_refused(graph_with({{"kernel_shape", Integers{2, 2}}}), place + "its kernel_shape does not fit its weights.");
  check_refused(graph_with({{"strides", Integers{1}}}),
                place + "only windows over one or two axes, of at most 4096 pixels, are supported.");
  check_refused(graph_with({{"strides", Integers{0, 1}}}),
                place + "only windows over one or two axes, of at most 4096 pixels, are supported.");
  check_refused(graph_with({{"pads", Integers{1, 1, 1, -1}}}),
                place + "only windows over one or two axes, of at most 4096 pixels, are supported.");
  GraphDescription bias = graph_with({});
  bias.constants["b"] = floats({3}, {0, 0, 0});
  check_refused(bias, place + "its bias must be one constant for each kernel.");
}

TEST_CASE("windows are read as ONNX means them") {
  const auto shape_after = [](std::map<std::string, nn::Attribute, std::less<>> attributes) {
    GraphDescription graph;
    graph.inputs = {{"x", {-1, 1, 6, 5}}};
    graph.outputs = {{"y", {-1, 2}}};
    attributes["kernel_shape"] = Integers{3, 2};
    graph.nodes = {node("MaxPool", {"x"}, "p", std::move(attributes)), node("Flatten", {"p"}, "y")};
    return loaded(graph)->network().nodes()[0].shape;
  };
  CHECK(shape_after({}) == Shape{4, 4, 1});
  CHECK(shape_after({{"auto_pad", "VALID"}, {"pads", Integers{1, 1, 1, 1}}}) == Shape{4, 4, 1});
  CHECK(shape_after({{"auto_pad", "SAME_UPPER"}, {"strides", Integers{2, 2}}}) == Shape{3, 3, 1});
  CHECK(shape_after({{"pads", Integers{2, 0, 1, 1}}, {"strides", Integers{1, 2}}}) == Shape{7, 3, 1});
}

TEST_CASE("inputs must be of known size") {
  GraphDescription graph = vector_graph({node("Gemm", {"x", "w"}, "y")});
  graph.inputs.push_back({"z", {-1, 4}});
  CHECK(loaded(graph)->input().parts.size() == 2);
  graph = vector_graph({node("Gemm", {"x", "w"}, "y")});
  graph.inputs[0].extents = {-1, 1 << 20, 1 << 20};
  check_refused(graph, "The model's input x has more than 67108864 values.");
  for (const Integers& extents :
       {Integers{-1, -1}, Integers{-1, 1, 1, 4, 4}, Integers{-1, 0}, Integers{-1}, Integers{}}) {
    graph.inputs[0].extents = extents;
    check_refused(graph,
                  extents.size() == 5
                      ? "The model's input x must be images (batch x channels x height x width), vectors or lists of "
                        "vectors, not 1 x 1 x 4 x 4."
                      : "The model's input x must have a batch and one to seven axes more, of known extents (images: "
                        "batch x channels x height x width); give those that the file leaves open as shape.");
  }
}

TEST_CASE("the output is made by the inputs, and what serves no output is left away") {
  GraphDescription graph = vector_graph({node("Gemm", {"x", "w"}, "y")});
  graph.outputs[0].name = "z";
  check_refused(graph, "The model's output z does not depend on its inputs.");
  const auto without_relu = loaded(vector_graph({node("Gemm", {"x", "w"}, "y"), node("Relu", {"y"}, "r")}));
  CHECK(operations_of(without_relu->network()) == std::vector<std::string>{"dense"});
  CHECK(test::logits_of(*loaded(vector_graph({node("Identity", {"x"}, "y")})), 1, std::vector<float>{1, 2, 3, 4}) ==
        std::vector<float>{1, 2, 3, 4});
}

TEST_CASE("flattened images get the file's order where it matters") {
  GraphDescription graph;
  graph.inputs = {{"x", {-1, 2, 2, 2}}};
  graph.outputs = {{"y", {-1, 8}}};
  graph.constants["w"] = floats({8, 8}, test::random_values(64, 2));
  const auto x = test::random_values(8, 2);
  // As the model's output, in the order of its inputs.
  graph.nodes = {node("Flatten", {"x"}, "f"), node("Relu", {"f"}, "y")};
  std::vector<double> positive;
  for (float value : x) positive.push_back(std::max(double{value}, 0.0));
  CHECK(test::largest_error(test::logits_of(*loaded(graph), 1, x), positive) == 0);
  // Beside what a dense layer made of it.
  graph.nodes = {node("Flatten", {"x"}, "f"), node("Gemm", {"f", "w"}, "g"), node("Add", {"f", "g"}, "y")};
  std::vector<double> sums(8);
  for (std::size_t i = 0; i < 8; ++i) {
    sums[i] = double{x[i]};
    for (std::size_t j = 0; j < 8; ++j) sums[i] += double{x[j]} * double{graph.constants["w"].floats[j * 8 + i]};
  }
  CHECK(test::largest_error(test::logits_of(*loaded(graph), 1, x), sums) < 2e-6);
  // Flattened twice.
  graph.nodes = {node("Flatten", {"x"}, "f"), node("Flatten", {"f"}, "g"), node("Gemm", {"g", "w"}, "y")};
  const auto twice = loaded(graph);
  graph.nodes = {node("Flatten", {"x"}, "f"), node("Gemm", {"f", "w"}, "y")};
  CHECK(test::same_bytes(test::logits_of(*twice, 1, x), test::logits_of(*loaded(graph), 1, x)));
}

}  // namespace mlsec::formats
