#include "nn/architecture.hpp"

#include <doctest/doctest.h>

namespace mlsec {
namespace {

Value layer(const char* type, ValueObject options = {}) {
  options.insert(options.begin(), {"type", type});
  return options;
}

Value architecture(ValueList input, ValueList layers) {
  return ValueObject{{"input", std::move(input)}, {"layers", std::move(layers)}};
}

struct Refusal {
  const char* label;
  Value architecture;
  ErrorCode code;
  std::string field;
  std::string message;
};

}  // namespace

TEST_CASE("a network is made layer by layer, its shapes worked out on the way") {
  const auto made = nn::network_from(
      architecture({28, 28, 1}, {
                                    layer("conv2d", {{"filters", 16}, {"kernel", 5}}),
                                    "relu",
                                    layer("maxPool2d"),
                                    layer("conv2d", {{"filters", 4}, {"padding", "same"}, {"bias", false}}),
                                    layer("averagePool2d", {{"kernel", 3}, {"stride", 2}}),
                                    "flatten",
                                    layer("dense", {{"units", 10}}),
                                }));
  REQUIRE(made.ok());
  const nn::Network& network = made.value();
  const std::vector<Shape> shapes{{24, 24, 16}, {24, 24, 16}, {12, 12, 16}, {12, 12, 4}, {5, 5, 4}, {100}, {10}};
  REQUIRE(network.nodes().size() == shapes.size());
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    CHECK(network.nodes()[i].shape == shapes[i]);
    CHECK(network.nodes()[i].inputs == std::vector<std::size_t>{i});
  }
  CHECK(network.nodes()[2].operation->id() == "maxPool2d");
  CHECK(network.parameter_count() == (16 * 25 + 16) + 4 * 9 * 16 + (10 * 100 + 10));
}

TEST_CASE("layers are fed by those they name") {
  const auto made = nn::network_from(
      architecture({8, 8, 4}, {
                                  layer("conv2d", {{"filters", 4}, {"padding", "same"}, {"name", "a"}}),
                                  "relu",
                                  layer("conv2d", {{"filters", 4}, {"padding", "same"}, {"name", "b"}}),
                                  layer("add", {{"from", ValueList{"a", "b", "input"}}, {"name", "sum"}}),
                                  layer("globalAveragePool"),
                                  layer("flatten", {{"from", "sum"}, {"name", "all"}}),
                                  layer("dense", {{"units", 4}}),
                                  layer("add", {{"from", ValueList{"means", "all"}}}),
                              }));
  // "means" is nobody's name yet.
  REQUIRE(!made.ok());
  CHECK(made.error().field == "layers[7].from");
  CHECK(made.error().message ==
        "In layers[7]: no layer before this one is called \"means\"; there are a, all, b, input, sum.");

  const auto residual = nn::network_from(
      architecture({8, 8, 4}, {
                                  layer("conv2d", {{"filters", 4}, {"padding", "same"}, {"name", "a"}}),
                                  "relu",
                                  layer("conv2d", {{"filters", 4}, {"padding", "same"}, {"name", "b"}}),
                                  layer("add", {{"from", ValueList{"a", "b", "input"}}, {"name", "sum"}}),
                                  layer("globalAveragePool", {{"name", "means"}}),
                                  layer("flatten", {{"from", "sum"}}),
                                  layer("dense", {{"units", 4}, {"name", "dense"}}),
                                  layer("add", {{"from", ValueList{"means", "dense"}}}),
                              }));
  REQUIRE(residual.ok());
  const nn::Network& network = residual.value();
  const std::vector<std::vector<std::size_t>> inputs{{0}, {1}, {2}, {1, 3, 0}, {4}, {4}, {6}, {5, 7}};
  REQUIRE(network.nodes().size() == inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) CHECK(network.nodes()[i].inputs == inputs[i]);
  CHECK(network.nodes()[3].name == "sum");
  CHECK(network.nodes()[7].name == "add8");
  CHECK(network.output_shape() == Shape{4});
}

TEST_CASE("samples may be vectors") {
  const auto made = nn::network_from(architecture({784}, {layer("dense", {{"units", 2}})}));
  REQUIRE(made.ok());
  CHECK(made.value().input_shape() == Shape{784});
}

TEST_CASE("architectures that cannot be are refused by layer and option") {
  const Value dense = layer("dense", {{"units", 3}});
  const std::vector<Refusal> refusals{
      {"nothing", Value(), ErrorCode::wrong_type, "architecture",
       "architecture must be an object { input: [...], layers: [...] }."},
      {"layers of another type", ValueObject{{"input", ValueList{4}}, {"layers", "dense"}}, ErrorCode::wrong_type,
       "architecture", "architecture must be an object { input: [...], layers: [...] }."},
      {"unknown member", ValueObject{{"input", ValueList{4}}, {"layers", ValueList{dense}}, {"layer", 1}},
       ErrorCode::unknown_option, "layer", "There is no option layer here."},
      {"no input", ValueObject{{"layers", ValueList{dense}}}, ErrorCode::shape_mismatch, "input",
       "input must be [features] or [height, width, channels], the extents of one sample."},
      {"four extents", architecture({2, 2, 2, 2}, {dense}), ErrorCode::shape_mismatch, "input",
       "input must be [features] or [height, width, channels], the extents of one sample."},
      {"an extent of 0", architecture({28, 0, 1}, {dense}), ErrorCode::out_of_range, "input[1]",
       "input[1] must be between 1 and 65536, not 0."},
      {"a huge input", architecture({4096, 4096, 8}, {"flatten", dense}), ErrorCode::too_large, "input",
       "One sample may have at most 67108864 values."},
      {"no layers", architecture({4}, {}), ErrorCode::out_of_range, "layers",
       "layers must have between 1 and 1000 entries."},
      {"too many layers", architecture({4}, ValueList(1001, "relu")), ErrorCode::out_of_range, "layers",
       "layers must have between 1 and 1000 entries."},
      {"a layer that is a number", architecture({4}, {"relu", 3}), ErrorCode::wrong_type, "layers[1].type",
       "In layers[1]: a layer must be an object with the member type, a string."},
      {"a layer without type", architecture({4}, {ValueObject{{"units", 3}}}), ErrorCode::wrong_type, "layers[0].type",
       "In layers[0]: a layer must be an object with the member type, a string."},
      {"an option out of range", architecture({4}, {"relu", dense, layer("dense", {{"units", 0}})}),
       ErrorCode::out_of_range, "layers[2].units", "In layers[2]: units must be between 1 and 65536, not 0."},
      {"an option of another type", architecture({9, 9, 1}, {layer("conv2d", {{"padding", 1}})}), ErrorCode::wrong_type,
       "layers[0].padding", "In layers[0]: padding must be a string, not a number."},
      {"an unknown option", architecture({4}, {layer("relu", {{"slope", 1}})}), ErrorCode::unknown_option,
       "layers[0].slope", "In layers[0]: There is no option slope here."},
      {"pads on three sides", architecture({9, 9, 1}, {layer("conv2d", {{"pads", ValueList{1, 1, 1}}})}),
       ErrorCode::shape_mismatch, "layers[0].pads",
       "In layers[0]: pads must be four numbers: top, left, bottom, right."},
      {"a shape that does not fit", architecture({9, 9, 1}, {"relu", dense}), ErrorCode::shape_mismatch, "layers[1]",
       "In layers[1]: A dense layer takes a flat input, not 9 x 9 x 1: put a flatten layer in front of it."},
      {"too many weights", architecture({65536}, {layer("dense", {{"units", 65536}})}), ErrorCode::too_large,
       "layers[0]", "In layers[0]: A dense layer of this network is too large: at most 67108864 weights or values."},
      {"a name that is no string", architecture({4}, {layer("relu", {{"name", 3}})}), ErrorCode::wrong_type,
       "layers[0].name", "In layers[0]: name must be a string, not a number."},
      {"an empty name", architecture({4}, {layer("relu", {{"name", ""}})}), ErrorCode::out_of_range, "layers[0].name",
       "In layers[0]: name must have between 1 and 100 characters."},
      {"a name given twice", architecture({4}, {layer("relu", {{"name", "a"}}), layer("relu", {{"name", "a"}})}),
       ErrorCode::out_of_range, "layers[1].name", "In layers[1]: there is a \"a\" already."},
      {"a layer that is called input", architecture({4}, {layer("relu", {{"name", "input"}})}), ErrorCode::out_of_range,
       "layers[0].name", "In layers[0]: there is a \"input\" already."},
      {"from what is no name", architecture({4}, {layer("relu", {{"from", 0}})}), ErrorCode::wrong_type,
       "layers[0].from", "In layers[0]: from must be a name or a list of names, not a number."},
      {"from nothing", architecture({4}, {layer("relu", {{"from", ValueList{}}})}), ErrorCode::out_of_range,
       "layers[0].from", "In layers[0]: from must hold between 1 and 64 names."},
      {"from itself", architecture({4}, {"relu", layer("relu", {{"from", "a"}, {"name", "a"}})}),
       ErrorCode::unknown_name, "layers[1].from",
       "In layers[1]: no layer before this one is called \"a\"; there are input."},
      {"from a later layer", architecture({4}, {layer("relu", {{"from", "a"}}), layer("relu", {{"name", "a"}})}),
       ErrorCode::unknown_name, "layers[0].from",
       "In layers[0]: no layer before this one is called \"a\"; there are input."},
      {"from several where one is taken", architecture({4}, {layer("relu", {{"from", ValueList{"input", "input"}}})}),
       ErrorCode::shape_mismatch, "layers[0].from", "In layers[0]: A relu layer takes one input, not 2."},
      {"a sum of one", architecture({4}, {"add"}), ErrorCode::shape_mismatch, "layers[0].from",
       "In layers[0]: A layer of type add needs at least two inputs, named in from."},
      {"a sum of two shapes",
       architecture({4},
                    {layer("dense", {{"units", 3}, {"name", "a"}}), layer("add", {{"from", ValueList{"input", "a"}}})}),
       ErrorCode::shape_mismatch, "layers[1].from",
       "In layers[1]: Inputs of 4 and 3 do not fit together in a layer of type add."},
      {"a layer that leads nowhere",
       architecture({4}, {layer("relu", {{"name", "a"}}), layer("relu", {{"from", "input"}, {"name", "dead"}}),
                          layer("dense", {{"from", "a"}})}),
       ErrorCode::unsupported, "layers[1]",
       "In layers[1]: no layer takes the output of dead, and it is not the last one."},
      {"an unknown initializer", architecture({4}, {layer("dense", {{"initializer", "xavier"}})}),
       ErrorCode::unknown_name, "layers[0].initializer",
       "In layers[0]: initializer must be one of he-normal, he-uniform, glorot-normal, glorot-uniform, lecun-normal, "
       "lecun-uniform, orthogonal, zeros, not \"xavier\"."},
      {"too many values", architecture({4096, 4096, 1}, {layer("conv2d", {{"filters", 8}})}), ErrorCode::too_large,
       "layers[0]", "In layers[0]: A conv2d layer of this network is too large: at most 67108864 weights or values."},
  };
  for (const Refusal& expected : refusals) {
    CAPTURE(expected.label);
    const auto refused = nn::network_from(expected.architecture);
    REQUIRE(!refused.ok());
    CHECK(refused.error().code == expected.code);
    CHECK(refused.error().field == expected.field);
    CHECK(refused.error().message == expected.message);
  }
}

TEST_CASE("an unknown type of layer is refused with the list of those there are") {
  const auto refused = nn::network_from(architecture({4}, {"relu", layer("densee")}));
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::unknown_name);
  CHECK(refused.error().field == "layers[1].type");
  CHECK(refused.error().message.starts_with("In layers[1]: There is no layer type \"densee\"; there are dense, "));
}

}  // namespace mlsec
