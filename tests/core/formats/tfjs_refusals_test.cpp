// Files of TensorFlow.js that are refused, and in which words.
#include <doctest/doctest.h>

#include <string>

#include "formats/tfjs.hpp"
#include "tests/core/formats/graphs.hpp"
#include "tests/core/formats/tfjs_files.hpp"

namespace mlsec::formats {
namespace {

/// Of a description with some weights, all of them 0.
void check_refused(const std::string& json, std::size_t weights, ErrorCode code, const std::string& message) {
  const std::vector<std::byte> bytes(weights);
  const auto graph = read_tfjs({json, bytes});
  REQUIRE(!graph.ok());
  CHECK(graph.error().message == message);
  CHECK(graph.error().code == code);
  CHECK(graph.error().field == "model");
}

std::string with_topology(const std::string& topology, const std::string& weights) {
  return R"({"format":"x","modelTopology":)" + topology + R"(,"weightsManifest":[{"paths":["a"],"weights":[)" +
         weights + "]}]}";
}

/// A Sequential model of vectors of 3 with these layers.
std::string sequential(const std::string& layers, const std::string& weights = "") {
  return with_topology(R"({"class_name":"Sequential","config":[{"class_name":"InputLayer","config":{"name":"in",)"
                       R"("batch_input_shape":[null,3]}})" +
                           layers + "]}",
                       weights);
}

std::string functional(const std::string& layers) {
  return with_topology(R"({"class_name":"Functional","config":{"name":"m","layers":[{"class_name":"InputLayer",)"
                       R"("name":"in","config":{"batch_input_shape":[null,3]},"inbound_nodes":[]})" +
                           layers + R"(],"input_layers":[["in",0,0]],"output_layers":[["out",0,0]]}})",
                       "");
}

std::string layer(const std::string& kind, const std::string& config, const std::string& inputs = "") {
  std::string text = R"(,{"class_name":")" + kind + R"(","name":"out","config":{"name":"out")" + config + "}";
  if (!inputs.empty()) text += R"(,"inbound_nodes":[[)" + inputs + "]]";
  return text + "}";
}

/// A GraphModel on vectors of 3.
std::string graph(const std::string& nodes, const std::string& weights = "") {
  return with_topology(
      R"({"node":[{"name":"x","op":"Placeholder","attr":{"dtype":{"type":"DT_FLOAT"},"shape":{"shape":)"
      R"({"dim":[{"size":"-1"},{"size":"3"}]}}}})" +
          nodes + "]}",
      weights);
}

constexpr ErrorCode malformed = ErrorCode::malformed, unsupported = ErrorCode::unsupported;

}  // namespace

TEST_CASE("descriptions that are none of a model of TensorFlow.js") {
  check_refused("[]", 0, malformed, "The model file is not a model.json of TensorFlow.js: it has no modelTopology.");
  check_refused(R"({"modelTopology":{}})", 0, malformed, "The model has no list weightsManifest.");
  check_refused(R"({"modelTopology":{"class_name":"RNN"},"weightsManifest":[]})", 0, unsupported,
                R"(The model's model "" (RNN) is neither a Sequential nor a Functional model.)");
  check_refused(with_topology(R"({"node":[]})", ""), 0, malformed, "The model has no nodes.");
}

TEST_CASE("weights that do not fit") {
  const std::string float3 = R"({"name":"out/kernel","shape":[3,1],"dtype":"float32"})";
  const std::string dense = layer("Dense", R"(,"units":1,"use_bias":false)");
  check_refused(sequential(dense, float3), 11, malformed,
                R"(The model's weight "out/kernel" ends behind the end of the files with weights.)");
  check_refused(sequential(dense, float3), 13, malformed,
                "The model's files with weights are longer than its weights.");
  check_refused(sequential(dense, float3 + "," + float3), 24, malformed,
                R"(The model's weight "out/kernel" is given twice.)");
  check_refused(sequential(dense, R"({"name":"s","shape":[1],"dtype":"string"})"), 4, unsupported,
                R"(The model's weight "s" has the element type "string", which is not supported.)");
  check_refused(sequential(dense, R"({"name":"s","shape":[-1],"dtype":"float32"})"), 4, malformed,
                R"(The model's weight "s" does not have a shape of at most 8 extents.)");
  check_refused(sequential(dense, R"({"name":"s","shape":[1e15,1e15,1e15],"dtype":"float32"})"), 4,
                ErrorCode::too_large,
                R"(The model's weight "s" has more elements than are left to the weights of a model.)");
  check_refused(sequential(dense, R"({"name":"s","shape":[2],"dtype":"float32","quantization":{"dtype":"uint8"}})"), 2,
                malformed, R"(The model's weight "s" is quantised without a scale and a smallest value.)");
  check_refused(sequential(dense), 0, malformed,
                R"(The model's layer "out" (Dense) has no weight "kernel" in the manifest.)");
  check_refused(sequential(dense, R"({"name":"out/kernel","shape":[2,1],"dtype":"float32"})"), 8, unsupported,
                R"(The model's layer "out" (Dense) has a kernel for 2 features, and its input has 3.)");
}

TEST_CASE("layers that are not supported, or not so") {
  check_refused(sequential(layer("LSTM", "")), 0, unsupported,
                R"(The model's layer "out" (LSTM) is of a kind that is not supported.)");
  check_refused(sequential(layer("Flatten", R"(,"data_format":"channels_first")")), 0, unsupported,
                R"(The model's layer "out" (Flatten) has the channels first, which is not supported: export it with )"
                "channels_last.");
  check_refused(sequential(layer("Activation", R"(,"activation":"crelu")")), 0, unsupported,
                R"(The model's layer "out" (Activation) has the activation "crelu", which is not supported.)");
  check_refused(sequential(layer("ReLU", R"(,"threshold":1)")), 0, unsupported,
                R"(The model's layer "out" (ReLU) has a threshold, which is not supported.)");
  check_refused(sequential(layer("ReLU", R"(,"max_value":"6")")), 0, malformed,
                R"(The model's layer "out" (ReLU) has the option "max_value", which is not of its type.)");
  check_refused(sequential(layer("Reshape", R"(,"target_shape":[2,-1])")), 0, ErrorCode::shape_mismatch,
                R"(The model's layer "out" (Reshape) cannot give 3 its shape.)");
}

TEST_CASE("layers that are not connected") {
  check_refused(functional(layer("Flatten", "", R"(["in",1,0,{}])")), 0, malformed,
                R"(The model's layer "in" is used but not there.)");
  check_refused(functional(layer("Flatten", "", R"(["out",0,0,{}])")), 0, malformed,
                R"(The model's layer "out" needs its own output.)");
  check_refused(functional(layer("Flatten", "", R"(["in",0,1,{}])")), 0, malformed,
                R"(The model's layer "in" does not have as many outputs as are used.)");
  check_refused(functional(layer("Flatten", "", R"(["in",0,0,{}])") + layer("Flatten", "", R"(["in",0,0,{}])")), 0,
                malformed, R"(The model's layer "out" is in its model twice.)");
}

TEST_CASE("nodes that are not supported, or not connected") {
  check_refused(graph(R"(,{"name":"y","op":"Einsum","input":["x"]})"), 0, unsupported,
                R"(The model's node "y" (Einsum) is an operation that is not supported.)");
  check_refused(graph(R"(,{"name":"y","op":"Relu","input":["z:0"]})"), 0, malformed,
                R"(The model's node "y" (Relu) uses the node "z:0", which is not there.)");
  check_refused(graph(R"(,{"name":"y","op":"Relu","input":["x:1"]})"), 0, malformed,
                R"(The model's node "y" (Relu) uses an output that is not there.)");
  check_refused(graph(R"(,{"name":"y","op":"Relu","input":["x"]},{"name":"y","op":"Relu","input":["x"]})"), 0,
                malformed, R"(The model's node "y" (Relu) is given twice.)");
  check_refused(graph(R"(,{"name":"a","op":"Relu","input":["b"]},{"name":"b","op":"Relu","input":["a"]})"
                      R"(,{"name":"y","op":"Relu","input":["a"]})"),
                0, malformed, R"(The model's node "a" (Relu) needs its own output.)");
  check_refused(graph(R"(,{"name":"y","op":"Const","input":[]},{"name":"z","op":"AddV2","input":["x","y"]})"), 0,
                malformed, R"(The model's node "y" (Const) has no numbers in the manifest.)");
  // "NCHW" and "SAME".
  check_refused(graph(R"(,{"name":"y","op":"MaxPool","input":["x"],"attr":{"data_format":{"s":"TkNIVw=="}}})"), 0,
                unsupported,
                R"(The model's node "y" (MaxPool) has the data_format "NCHW", which is not supported: export it with )"
                "channels last.");
}

TEST_CASE("a constant is divided by a value") {
  const std::string json =
      graph(R"(,{"name":"c","op":"Const","input":[]},{"name":"y","op":"RealDiv","input":["c","x"]})",
            R"({"name":"c","shape":[],"dtype":"float32"})");
  const float two = 2;
  const auto read = read_tfjs({json, std::as_bytes(std::span(&two, 1))});
  REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().message));
  const std::vector<float> x{1, 4, -0.5f};
  CHECK(test::logits_of(*test::loaded(read.value()), 1, x) == std::vector<float>{2, 0.5f, -4});
}

TEST_CASE("graphs that grow beyond the limits") {
  // Each node twice as large as the one before.
  std::string nodes, last = "x";
  for (int i = 0; i < 40; ++i) {
    const std::string name = "n" + std::to_string(i);
    nodes += R"(,{"name":")" + name + R"(","op":"ConcatV2","input":[")" + last + "\",\"" + last + R"(","axis"]})";
    last = name;
  }
  const std::vector<std::byte> one{std::byte{1}, std::byte{0}, std::byte{0}, std::byte{0}};
  const std::string json =
      graph(nodes + R"(,{"name":"axis","op":"Const","input":[]})", R"({"name":"axis","shape":[],"dtype":"int32"})");
  const auto refused = read_tfjs({json, one});
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::too_large);

  // Models within models, each of which uses the next one twice.
  std::string body = R"({"class_name":"ReLU","config":{}})";
  for (int i = 0; i < 15; ++i) {
    body = R"({"class_name":"Sequential","config":[)" + body + "," + body + "]}";
    if (body.size() > 1'000'000) break;
  }
  check_refused(sequential("," + body), 0, ErrorCode::too_large, "The model has too many nodes.");
}

TEST_CASE("files of weights have plain paths") {
  const auto files = [](const std::string& path) {
    return tfjs_weight_files(R"({"weightsManifest":[{"paths":[")" + path +
                             R"(","b.bin"],"weights":[{"name":"w","shape":[2,3],"dtype":"float32"},)"
                             R"({"name":"q","shape":[5],"dtype":"float32","quantization":{"dtype":"uint16","scale":1,)"
                             R"("min":0}}]}]})");
  };
  for (const char* path : {"group1-shard1of2.bin", "./weights.bin", "sub/folder/w", "..w", "w..", "a/..b"}) {
    const auto read = files(path);
    REQUIRE(read.ok());
    REQUIRE(read.value().size() == 2);
    CHECK(read.value()[0].path == path);
    CHECK(read.value()[0].most_bytes == 34);
    CHECK(read.value()[1].path == "b.bin");
    CHECK(read.value()[1].group == 0);
  }
  for (const char* path : {"", "/etc/passwd", "//host/w", "..", "../w", "a/../../w", "a/..", "https://host/w", "C:/w",
                           "a\\\\b", "%2e%2e/w", "w?x", "w#x", "w\\u0000x", "w\\u000a"}) {
    CAPTURE(path);
    CHECK(!files(path).ok());
  }
}

}  // namespace mlsec::formats
