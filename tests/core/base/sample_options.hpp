// An options struct with a field of every type, for the tests of what is made from its schema.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/schema.hpp"

namespace mlsec::test {

enum class Colour { red, green, blue };
constexpr std::array<std::string_view, 3> enum_names(Colour) { return {"red", "green", "blue"}; }

struct Layer {
  int units = 4;
  std::optional<double> rate;
  static constexpr auto schema() {
    return mlsec::schema(field("units", &Layer::units, "Width.").range(1, 100),
                         field("rate", &Layer::rate, "Share.").range(0, 1));
  }
};

struct SampleOptions {
  bool flag = true;
  int count = 3;
  std::int64_t seed = 0;
  double size = 0.5;
  std::string name = "plain";
  Colour colour = Colour::green;
  std::optional<double> limit;
  std::vector<int> targets;
  std::optional<std::vector<double>> bounds;
  NumberArray mask;
  Layer layer;
  std::vector<Layer> layers;
  MethodReference attack;
  HandleReference model;

  static constexpr auto schema() {
    using O = SampleOptions;
    return mlsec::schema(field("flag", &O::flag, "A switch."),                                           //
                         field("count", &O::count, "A whole number.").range(1, 10).in("steps"),          //
                         field("seed", &O::seed, "A large whole number.").range(0, 9007199254740991.0),  //
                         field("size", &O::size, "A number.").range(0.1, 1).in("input units"),           //
                         field("name", &O::name, "A text."),                                             //
                         field("colour", &O::colour, "A choice.").only(Colour::red, Colour::green),      //
                         field("limit", &O::limit, "May be absent.").otherwise("size").for_experts(),    //
                         field("targets", &O::targets, "One a sample.").range(0, 9).one_a_sample(),      //
                         field("bounds", &O::bounds, "A list that may be absent."),                      //
                         field("mask", &O::mask, "An array.").range(0, 1),                               //
                         field("layer", &O::layer, "A struct."),                                         //
                         field("layers", &O::layers, "Structs."),                                        //
                         field("attack", &O::attack, "Another method."),                                 //
                         field("model", &O::model, "A \"model\"."));
  }
  static Result<void> check(const SampleOptions& options) {
    if (options.limit && *options.limit < options.size)
      return Error{ErrorCode::out_of_range, "limit", "limit must be at least size."};
    return {};
  }
};

}  // namespace mlsec::test
