#include "formats/safetensors_model.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "base/json_reader.hpp"
#include "formats/onnx.hpp"
#include "tests/core/formats/graphs.hpp"
#include "tests/core/formats/safetensors_fixtures.hpp"
#include "tests/core/support/damage.hpp"
#include "tests/core/support/models.hpp"

namespace mlsec::formats {
namespace {

using test::Bytes;

Bytes from_hex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Bytes bytes;
  for (std::size_t i = 0; i < text.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(digit(text[i]) * 16 + digit(text[i + 1])));
  return bytes;
}

Value json(std::string_view text) {
  auto value = read_json(text, "architecture");
  if (!value.ok()) FAIL(value.error().message);
  return std::move(value).value();
}

SafeTensors file_of(const Bytes& bytes) {
  auto file = read_safetensors(bytes);
  if (!file.ok()) FAIL(file.error().message);
  return std::move(file).value();
}

std::shared_ptr<model::NetworkModel> loaded(const SafeTensors& file, const Value& architecture,
                                            const LoadOptions& options = {}) {
  auto model = model_from_safetensors(file, architecture, options);
  if (!model.ok()) FAIL(model.error().message);
  return std::move(model).value();
}

/// The message of a refusal with that code.
std::string refusal(const SafeTensors& file, const Value& architecture, ErrorCode code) {
  const auto model = model_from_safetensors(file, architecture, {});
  REQUIRE_FALSE(model.ok());
  CHECK(model.error().code == code);
  CHECK(model.error().field == "model");
  return model.error().message;
}

nn::Constant tensor(Shape shape) { return {shape, std::vector<float>(shape.count(), 0.5f), {}}; }

const char* const mlp = R"({"input": [3], "layers": [{"type": "dense", "units": 4, "name": "fc1"}, "relu",
                           {"type": "dense", "units": 2}]})";

SafeTensors mlp_file() {
  SafeTensors file;
  file.tensors["fc1.weight"] = tensor({4, 3});
  file.tensors["fc1.bias"] = tensor({4});
  file.tensors["2.weight"] = tensor({2, 4});
  file.tensors["2.bias"] = tensor({2});
  return file;
}

}  // namespace

TEST_CASE("models that PyTorch names and lays out give its outputs") {
  for (const test::SafetensorsFixture& fixture : test::safetensors_fixtures) {
    CAPTURE(fixture.name);
    const auto model = loaded(file_of(from_hex(fixture.file)), json(fixture.architecture));
    CHECK(test::largest_error(test::logits_of(*model, 2, fixture.inputs), fixture.logits) < 2e-6);
    CHECK(model->name() == "model");
  }
}

TEST_CASE("a model's tensors, written and read, are the model") {
  for (const test::SafetensorsFixture& fixture : test::safetensors_fixtures) {
    CAPTURE(fixture.name);
    const SafeTensors file = file_of(from_hex(fixture.file));
    const auto model = loaded(file, json(fixture.architecture));
    const auto tensors = safetensors_of(*model);
    REQUIRE(tensors.ok());
    for (const auto& [name, written] : tensors.value().tensors) {
      CAPTURE(name);
      const auto found = file.tensors.find(name);
      if (found == file.tensors.end() || !(found->second.shape == written.shape)) continue;  // what PyTorch may lack
      CHECK(test::same_bytes(written.floats, found->second.floats));
    }
    const auto bytes = write_safetensors(tensors.value(), Precision::float32);
    REQUIRE(bytes.ok());
    const auto again = loaded(file_of(bytes.value()), json(fixture.architecture));
    CHECK(test::same_bytes(test::logits_of(*again, 2, fixture.inputs), test::logits_of(*model, 2, fixture.inputs)));
    CHECK(write_safetensors(safetensors_of(*again).value(), Precision::float32).value() == bytes.value());
  }
}

TEST_CASE("float16 rounds each weight once") {
  const test::SafetensorsFixture& fixture = test::safetensors_fixtures[1];
  const Value architecture = json(fixture.architecture);
  const auto model = loaded(file_of(from_hex(fixture.file)), architecture);
  const auto bytes = write_safetensors(safetensors_of(*model).value(), Precision::float16);
  REQUIRE(bytes.ok());
  const auto again = loaded(file_of(bytes.value()), architecture);
  const double error =
      test::largest_error(test::logits_of(*again, 2, fixture.inputs), test::logits_of(*model, 2, fixture.inputs));
  CHECK(error > 0);
  CHECK(error < 3e-3);
  CHECK(write_safetensors(safetensors_of(*again).value(), Precision::float16).value() == bytes.value());
}

TEST_CASE("a layer without a name is found by its number or by the name that the network gives it") {
  SafeTensors file = mlp_file();
  loaded(file, json(mlp));
  for (const char* suffix : {".weight", ".bias"}) {
    auto node = file.tensors.extract("2" + std::string(suffix));
    node.key() = "dense3" + std::string(suffix);
    file.tensors.insert(std::move(node));
  }
  loaded(file, json(mlp));
}

TEST_CASE("bounds and labels travel") {
  LoadOptions options;
  options.name = "mine";
  options.bounds = std::vector<double>{-1, 2};
  options.labels = std::vector<std::string>{"a", "b"};
  const auto model = loaded(mlp_file(), json(mlp), options);
  CHECK(model->name() == "mine");
  const auto again = loaded(safetensors_of(*model).value(), json(mlp));
  CHECK(again->input().lower == -1);
  CHECK(again->input().upper == 2);
  CHECK(again->output().labels == *options.labels);
  options.labels = std::vector<std::string>{"a"};
  const auto refused = model_from_safetensors(mlp_file(), json(mlp), options);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().field == "labels");
}

TEST_CASE("tensors that are missing, left over or of another shape are named") {
  SafeTensors file = mlp_file();
  file.tensors.erase("2.bias");
  CHECK(refusal(file, json(mlp), ErrorCode::unknown_name) ==
        R"(The model's tensor "2.bias" is missing; it must be 2.)");
  file = mlp_file();
  file.tensors["fc3.weight"] = tensor({5, 2});
  CHECK(refusal(file, json(mlp), ErrorCode::unknown_name) ==
        R"(The model's tensor "fc3.weight" is 5 x 2 and belongs to no layer of the architecture.)");
  file = mlp_file();
  file.tensors["fc1.weight"] = tensor({3, 4});
  CHECK(refusal(file, json(mlp), ErrorCode::shape_mismatch) ==
        R"(The model's tensor "fc1.weight" is 3 x 4 and must be 4 x 3.)");
  file = mlp_file();
  file.tensors["fc1.bias"] = {Shape{4}, {}, {1, 2, 3, 4}};
  CHECK(refusal(file, json(mlp), ErrorCode::wrong_type) == R"(The model's tensor "fc1.bias" must hold floats.)");
  file = mlp_file();
  file.tensors["fc1.num_batches_tracked"] = {Shape{}, {}, {3}};
  refusal(file, json(mlp), ErrorCode::unknown_name);
  file = mlp_file();
  file.tensors[""] = tensor({4});
  refusal(file, json(mlp), ErrorCode::unknown_name);
}

TEST_CASE("one tensor is not two layers'") {
  const Value twice = json(R"({"input": [2], "layers": [{"type": "dense", "units": 2, "name": "1"},
                               {"type": "dense", "units": 2}]})");
  SafeTensors file;
  file.tensors["1.weight"] = tensor({2, 2});
  file.tensors["1.bias"] = tensor({2});
  CHECK(refusal(file, twice, ErrorCode::unsupported) == R"(The model's tensor "1.weight" would belong to two layers.)");
}

TEST_CASE("a negative variance is refused") {
  const Value architecture = json(R"({"input": [2], "layers": [{"type": "batchNorm", "name": "bn"}]})");
  SafeTensors file;
  file.tensors["bn.running_mean"] = tensor({2});
  file.tensors["bn.running_var"] = tensor({2});
  loaded(file, architecture);
  file.tensors["bn.weight"] = tensor({2});
  CHECK(refusal(file, architecture, ErrorCode::unknown_name) ==
        R"(The model's tensor "bn.bias" is missing; it must be 2.)");
  file.tensors["bn.bias"] = tensor({2});
  file.tensors["bn.running_var"].floats[1] = -0.25f;
  CHECK(refusal(file, architecture, ErrorCode::out_of_range) ==
        R"(The model's tensor "bn.running_var" must not be negative.)");
}

TEST_CASE("layers whose order in PyTorch is not known are refused") {
  const SafeTensors none;
  for (const char* layers : {
           R"(["flatten"])",
           R"(["flatten", {"type": "affine", "factors": [2]}, {"type": "dense", "units": 2}])",
           R"(["flatten", {"type": "slice", "end": 4}, {"type": "dense", "units": 2}])",
           R"(["flatten", {"type": "reshape", "shape": [4, 3]}, "flatten", {"type": "dense", "units": 2}])",
           R"([{"type": "transpose", "order": [1, 0, 2]}, "flatten", {"type": "dense", "units": 2}])",
           R"([{"type": "reduceMean", "axes": [0]}, "flatten", {"type": "dense", "units": 2}])",
           R"([{"type": "flatten", "name": "a"}, {"type": "transpose", "order": [1, 0, 2], "from": "input"},
               {"type": "reshape", "shape": [12], "name": "b"}, {"type": "add", "from": ["a", "b"]},
               {"type": "dense", "units": 2}])",
       }) {
    CAPTURE(layers);
    const Value architecture = json(R"({"input": [2, 3, 2], "layers": )" + std::string(layers) + "}");
    const std::string message = refusal(none, architecture, ErrorCode::unsupported);
    CHECK(message.ends_with(": how PyTorch orders it is not known here."));
  }
}

TEST_CASE("images may be channels first, one output becomes two, probabilities their logarithms") {
  const test::SafetensorsFixture& fixture = test::safetensors_fixtures[0];
  LoadOptions options;
  options.layout = model::Layout::chw;
  const auto model = loaded(file_of(from_hex(fixture.file)), json(fixture.architecture), options);
  const auto inputs = test::channels_first(fixture.inputs, Shape{4, 6, 2});
  CHECK(test::largest_error(test::logits_of(*model, 2, inputs), fixture.logits) < 2e-6);
  CHECK(model->input().shape == Shape{2, 4, 6});

  const Value binary = json(R"({"input": [1], "layers": [{"type": "dense", "units": 1, "name": "out"}]})");
  SafeTensors file;
  file.tensors["out.weight"] = {Shape{1, 1}, {2}, {}};
  file.tensors["out.bias"] = {Shape{1}, {-0.25f}, {}};
  CHECK(test::logits_of(*loaded(file, binary), 1, std::vector{0.5f}) == std::vector{0.0f, 0.75f});
  LoadOptions probabilities;
  probabilities.output = OutputKind::probabilities;
  CHECK(test::largest_error(test::logits_of(*loaded(file, binary, probabilities), 1, std::vector{0.5f}),
                            std::vector{std::log(0.25), std::log(0.75)}) < 1e-6);
  LoadOptions scaled;
  scaled.deviation = std::vector<double>{2};
  const auto refused = model_from_safetensors(file, binary, scaled);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().field == "std");
}

TEST_CASE("errors of the architecture keep their place") {
  const auto refused =
      model_from_safetensors(mlp_file(), json(R"({"input": [3], "layers": [{"type": "dense", "units": 0}]})"), {});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().field == "layers[0].units");
}

TEST_CASE("a network read from ONNX is written with its layers' names or numbers") {
  const auto model = test::model_of(test::image_network(Shape{6, 6, 2}, 3), model::plain_input(Shape{6, 6, 2}));
  const auto tensors = safetensors_of(*model);
  REQUIRE(tensors.ok());
  std::string names;
  for (const auto& [name, written] : tensors.value().tensors) names += name + " ";
  CHECK(names == "0.bias 0.weight 4.bias 4.weight ");
  CHECK(tensors.value().tensors.at("0.weight").shape == Shape{4, 2, 3, 3});
}

}  // namespace mlsec::formats
