#include "base/decode.hpp"

#include <doctest/doctest.h>

#include "tests/core/base/sample_options.hpp"

namespace mlsec {
namespace {

using test::Colour;
using test::SampleOptions;

SampleOptions decoded(const Value& value) {
  SampleOptions options;
  const auto outcome = decode(value, options);
  REQUIRE(outcome.ok());
  return options;
}

struct Steps {
  int steps = 5;
  static constexpr auto schema() { return mlsec::schema(field("steps", &Steps::steps, "How often.").range(1, 9)); }
};

struct Seeded {
  int seed = 0;
  bool fast = false;
  static constexpr auto schema() {
    return mlsec::schema(field("seed", &Seeded::seed, "Any."), field("fast", &Seeded::fast, "Only with an even seed."));
  }
  static Result<void> check(const Seeded& options) {
    if (options.fast && options.seed % 2 != 0)
      return Error{ErrorCode::out_of_range, "fast", "fast needs an even seed."};
    return {};
  }
};

}  // namespace

TEST_CASE("absent and null members keep their defaults") {
  for (const Value& value :
       {Value(), Value(ValueObject{}), Value(ValueObject{{"count", Value()}, {"unknown", Value()}})}) {
    const SampleOptions options = decoded(value);
    CHECK(options.flag);
    CHECK(options.count == 3);
    CHECK(options.name == "plain");
    CHECK(options.colour == Colour::green);
    CHECK(!options.limit);
    CHECK(!options.bounds);
    CHECK(options.targets.empty());
    CHECK(options.layer.units == 4);
  }
}

TEST_CASE("plain fields of every type are decoded") {
  const SampleOptions options = decoded(ValueObject{{"flag", false},
                                                    {"count", 10},
                                                    {"seed", 9007199254740991.0},
                                                    {"size", 0.25},
                                                    {"name", "other"},
                                                    {"colour", "red"},
                                                    {"limit", 0.75}});
  CHECK(!options.flag);
  CHECK(options.count == 10);
  CHECK(options.seed == 9007199254740991);
  CHECK(options.size == 0.25);
  CHECK(options.name == "other");
  CHECK(options.colour == Colour::red);
  CHECK(options.limit == 0.75);
}

TEST_CASE("lists are decoded from lists and from typed arrays") {
  const std::vector<int> expected{3, 1, 9};
  CHECK(decoded(ValueObject{{"targets", ValueList{3, 1, 9}}}).targets == expected);
  CHECK(decoded(ValueObject{{"targets", NumberArray{{3, 1, 9}, {3}}}}).targets == expected);
  CHECK(decoded(ValueObject{{"targets", ValueList{}}}).targets.empty());
  CHECK(decoded(ValueObject{{"bounds", ValueList{-1, 2.5}}}).bounds == std::vector<double>{-1, 2.5});
}

TEST_CASE("arrays keep their extents, lists of numbers become arrays of one extent") {
  const SampleOptions typed = decoded(ValueObject{{"mask", NumberArray{{0, 1, 0.5f, 1}, {2, 2}}}});
  CHECK(typed.mask.numbers == std::vector<float>{0, 1, 0.5f, 1});
  CHECK(typed.mask.extents == std::vector<std::int64_t>{2, 2});
  const SampleOptions listed = decoded(ValueObject{{"mask", ValueList{0, 0.5, 1}}});
  CHECK(listed.mask.numbers == std::vector<float>{0, 0.5f, 1});
  CHECK(listed.mask.extents == std::vector<std::int64_t>{3});
}

TEST_CASE("structs within structs and lists of structs are decoded") {
  const SampleOptions options = decoded(ValueObject{
      {"layer", ValueObject{{"units", 7}, {"rate", 0.5}}},
      {"layers", ValueList{ValueObject{{"units", 1}}, ValueObject{}, ValueObject{{"rate", 1}}}},
  });
  CHECK(options.layer.units == 7);
  CHECK(options.layer.rate == 0.5);
  REQUIRE(options.layers.size() == 3);
  CHECK(options.layers[0].units == 1);
  CHECK(options.layers[1].units == 4);
  CHECK(!options.layers[1].rate);
  CHECK(options.layers[2].rate == 1);
}

TEST_CASE("a method is a name, or a name with options that are kept as they are") {
  const SampleOptions named = decoded(ValueObject{{"attack", "shift"}});
  CHECK(named.attack.method == "shift");
  REQUIRE(named.attack.options.as<ValueObject>());
  CHECK(named.attack.options.as<ValueObject>()->empty());
  const SampleOptions full = decoded(ValueObject{{"attack", ValueObject{{"method", "shift"}, {"distance", 2}}}});
  CHECK(full.attack.method == "shift");
  REQUIRE(full.attack.options.find("distance"));
  CHECK(*full.attack.options.find("distance")->as<double>() == 2);
}

TEST_CASE("a model is an object with its handle") {
  CHECK(decoded(ValueObject{{"model", ValueObject{{"handle", 12}}}}).model.handle == 12);
}

TEST_CASE("one flat object fills two structs, each with its own names and its own check") {
  Steps steps;
  Seeded seeded;
  CHECK(decode(ValueObject{{"seed", 4}, {"steps", 2}, {"fast", true}}, steps, seeded).ok());
  CHECK(steps.steps == 2);
  CHECK(seeded.seed == 4);
  CHECK(seeded.fast);
  const auto unknown = decode(ValueObject{{"steps", 2}, {"stepz", 2}}, steps, seeded);
  REQUIRE(!unknown.ok());
  CHECK(unknown.error().code == ErrorCode::unknown_option);
  CHECK(unknown.error().field == "stepz");
  const auto unfit = decode(ValueObject{{"seed", 3}, {"fast", true}}, steps, seeded);
  REQUIRE(!unfit.ok());
  CHECK(unfit.error().field == "fast");
}

TEST_CASE("names of enumerators go both ways") {
  CHECK(name_of(Colour::blue) == "blue");
  CHECK(value_of<Colour>("red") == Colour::red);
  CHECK(!value_of<Colour>("Red"));
  CHECK(name_of(ErrorCode::internal) == "internal");
  for (std::string_view name : names_of<ErrorCode>) CHECK(!name.empty());
}

}  // namespace mlsec
