// Models of TensorFlow.js give what they give there.
#include "formats/tfjs.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/core/formats/graphs.hpp"
#include "tests/core/formats/tfjs_files.hpp"

namespace mlsec::formats {
namespace {

using test::TfjsFile;

std::shared_ptr<model::NetworkModel> model_of(const TfjsFile& file) {
  const auto weights = test::bytes_of(file.base64);
  auto graph = read_tfjs({file.json, weights});
  if (!graph.ok()) FAIL((std::string(file.name) + ": " + graph.error().message));
  return test::loaded(graph.value());
}

void apply_softmax(std::span<float> row) {
  double sum = 0;
  const double largest{*std::max_element(row.begin(), row.end())};
  for (float value : row) sum += std::exp(double{value} - largest);
  for (float& value : row) value = static_cast<float>(std::exp(double{value} - largest) / sum);
}

}  // namespace

TEST_CASE("models of TensorFlow.js give its outputs") {
  for (const TfjsFile& file : test::tfjs_files()) {
    CAPTURE(file.name);
    const auto model = model_of(file);
    constexpr std::size_t rows = 2;
    auto outputs = test::logits_of(*model, rows, test::inputs_of(file, rows * model->input().shape.count()));
    REQUIRE(outputs.size() == file.expected.size());
    const std::size_t classes = outputs.size() / rows;
    if (file.softmax)
      for (std::size_t row = 0; row < rows; ++row) apply_softmax(std::span(outputs).subspan(row * classes, classes));
    float largest = 0;
    for (float value : file.expected) largest = std::max(largest, std::fabs(value));
    for (std::size_t i = 0; i < outputs.size(); ++i)
      CHECK(std::fabs(outputs[i] - file.expected[i]) <= 3e-6f * largest);  // NaN is not
  }
}

TEST_CASE("a functional model as Keras 3 has it is the one that Keras 2 has") {
  const auto described = [](std::string_view input, std::string_view inputs) {
    std::string text = R"({"modelTopology":{"model_config":{"class_name":"Functional","config":{"layers":[)";
    text += R"({"class_name":"InputLayer","name":"a","config":{"name":"a",)" + std::string(input) +
            R"(},"inbound_nodes":[]},{"class_name":"ReLU","name":"b","config":{},"inbound_nodes":[)" +
            std::string(inputs.substr(0, inputs.find(';'))) + "]},";
    text += R"({"class_name":"Add","name":"c","config":{},"inbound_nodes":[)" +
            std::string(inputs.substr(inputs.find(';') + 1)) +
            R"(]}],"input_layers":[["a",0,0]],"output_layers":[["c",0,0]]}}},"weightsManifest":[]})";
    auto graph = read_tfjs({text, {}});
    REQUIRE_MESSAGE(graph.ok(), (graph.ok() ? "" : graph.error().message));
    return std::move(graph).value();
  };
  const auto tensor = [](const std::string& layer) {
    return R"({"class_name":"__keras_tensor__","config":{"shape":[null,3],"dtype":"float32","keras_history":[")" +
           layer + R"(",0,0]}})";
  };
  const auto old = described(R"("batch_input_shape":[null,3])", R"([["a",0,0,{}]];[["a",0,0,{}],["b",0,0,{}]])");
  const auto now =
      described(R"("batch_shape":[null,3])", R"({"args":[)" + tensor("a") + R"(],"kwargs":{}};{"args":[[)" +
                                                 tensor("a") + "," + tensor("b") + R"(]],"kwargs":{}})");
  REQUIRE(old.nodes.size() == 2);
  REQUIRE(now.nodes.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(now.nodes[i].operation == old.nodes[i].operation);
    CHECK(now.nodes[i].inputs == old.nodes[i].inputs);
  }
  CHECK(old.nodes[1].inputs == std::vector<std::string>{"a", "b"});
  CHECK(old.inputs[0].extents == std::vector<std::int64_t>{-1, 3});
}

TEST_CASE("constants of a graph model may stand in the graph itself") {
  const auto output = [](std::string_view tensor) {
    std::string text =
        R"({"modelTopology":{"node":[{"name":"x","op":"Placeholder","attr":{"dtype":{"type":"DT_FLOAT"},)"
        R"("shape":{"shape":{"dim":[{"size":"-1"},{"size":"2"}]}}}},{"name":"c","op":"Const","attr":{)"
        R"("value":{"tensor":{"dtype":"DT_FLOAT","tensorShape":{"dim":[{"size":"2"}]},)";
    text += std::string(tensor) + R"(}}}},{"name":"y","op":"Mul","input":["x","c"]}]},"weightsManifest":[]})";
    auto graph = read_tfjs({text, {}});
    if (!graph.ok()) return std::vector<float>{};
    return test::logits_of(*test::loaded(graph.value()), 1, std::vector<float>{1, 2});
  };
  CHECK(output(R"("floatVal":[0.5,-3])") == std::vector<float>{0.5f, -6});
  CHECK(output(R"("floatVal":[0.5])") == std::vector<float>{0.5f, 1});  // the last one is repeated
  CHECK(output(R"("tensorContent":"AAAAPwAAQMA=")") == std::vector<float>{0.5f, -6});
  CHECK(output(R"("tensorContent":"AAAAPwAAQA==")").empty());
  CHECK(output(R"("tensorContent":"AAAAPwAAgH8=")").empty());  // infinity
  CHECK(output(R"("floatVal":[1,2,3])").empty());
  CHECK(output(R"("floatVal":[])").empty());
  CHECK(output(R"("floatVal":["a"])").empty());
  CHECK(output(R"("intVal":[1])").empty());
}

}  // namespace mlsec::formats
