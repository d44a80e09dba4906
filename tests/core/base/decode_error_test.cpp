#include <doctest/doctest.h>

#include <limits>

#include "base/decode.hpp"
#include "tests/core/base/sample_options.hpp"

namespace mlsec {
namespace {

struct Refusal {
  const char* label;
  Value value;
  ErrorCode code;
  std::string field;
  std::string message;
};

void check_refusals(const std::vector<Refusal>& refusals) {
  for (const Refusal& expected : refusals) {
    CAPTURE(expected.label);
    test::SampleOptions options;
    const auto outcome = decode(expected.value, options);
    REQUIRE(!outcome.ok());
    CHECK(outcome.error().code == expected.code);
    CHECK(outcome.error().field == expected.field);
    CHECK(outcome.error().message == expected.message);
  }
}

Value with(const char* name, Value value) { return ValueObject{{name, std::move(value)}}; }

constexpr auto wrong_type = ErrorCode::wrong_type, out_of_range = ErrorCode::out_of_range,
               not_finite = ErrorCode::not_finite;
const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("values of another type are refused with what is wanted and what was given") {
  check_refusals({
      {"options", 3, wrong_type, "options", "options must be an object, not a number."},
      {"list of options", ValueList{}, wrong_type, "options", "options must be an object, not a list."},
      {"flag", with("flag", 1), wrong_type, "flag", "flag must be true or false, not a number."},
      {"count", with("count", "3"), wrong_type, "count", "count must be a whole number, not a string."},
      {"size", with("size", true), wrong_type, "size", "size must be a number, not a boolean."},
      {"name", with("name", ValueObject{}), wrong_type, "name", "name must be a string, not an object."},
      {"colour", with("colour", 1), wrong_type, "colour", "colour must be a string, not a number."},
      {"limit", with("limit", "1"), wrong_type, "limit", "limit must be a number, not a string."},
      {"targets", with("targets", 1), wrong_type, "targets", "targets must be a list, not a number."},
      {"item", with("targets", ValueList{1, "2"}), wrong_type, "targets[1]",
       "targets[1] must be a whole number, not a string."},
      {"missing item", with("targets", ValueList{1, Value()}), wrong_type, "targets[1]",
       "targets[1] must be a whole number, not nothing."},
      {"mask", with("mask", "x"), wrong_type, "mask", "mask must be an array of numbers, not a string."},
      {"mask item", with("mask", ValueList{0, true}), wrong_type, "mask[1]",
       "mask[1] must be a number, not a boolean."},
      {"layer", with("layer", NumberArray{}), wrong_type, "layer", "layer must be an object, not a typed array."},
      {"model", with("model", "m"), wrong_type, "model", "model must be a model or data set, not a string."},
      {"attack", with("attack", 1), wrong_type, "attack",
       "attack must be the name of a method, or an object with the member method, not a number."},
      {"attack without name", with("attack", ValueObject{{"method", 1}}), wrong_type, "attack",
       "attack must be the name of a method, or an object with the member method, not an object."},
  });
}

TEST_CASE("numbers outside their range are refused with the range") {
  check_refusals({
      {"low", with("count", 0), out_of_range, "count", "count must be between 1 and 10, not 0."},
      {"high", with("count", 11), out_of_range, "count", "count must be between 1 and 10, not 11."},
      {"fraction", with("size", 0.05), out_of_range, "size", "size must be between 0.1 and 1, not 0.05."},
      {"item", with("targets", ValueList{1, 12}), out_of_range, "targets[1]",
       "targets[1] must be between 0 and 9, not 12."},
      {"array", with("mask", NumberArray{{0, 2}, {2}}), out_of_range, "mask[1]",
       "mask[1] must be between 0 and 1, not 2."},
      {"negative", with("seed", -1), out_of_range, "seed", "seed must be at least 0, not -1."},
      {"beyond exact integers", with("seed", 1e17), out_of_range, "seed",
       "seed must be between 0 and 9007199254740991, not 1e17."},
  });
}

TEST_CASE("fractions are refused where whole numbers are wanted") {
  check_refusals({
      {"count", with("count", 1.5), wrong_type, "count", "count must be a whole number, not 1.5."},
      {"item", with("targets", NumberArray{{1, 0.5f}, {2}}), wrong_type, "targets[1]",
       "targets[1] must be a whole number, not 0.5."},
  });
}

TEST_CASE("numbers that are not finite are refused everywhere") {
  check_refusals({
      {"number", with("size", nan), not_finite, "size", "size must be a finite number."},
      {"whole number", with("seed", infinity), not_finite, "seed", "seed must be a finite number."},
      {"list", with("bounds", ValueList{0, -infinity}), not_finite, "bounds[1]", "bounds[1] must be a finite number."},
      {"array", with("mask", NumberArray{{0, static_cast<float>(nan)}, {2}}), not_finite, "mask[1]",
       "mask[1] must be a finite number."},
  });
}

TEST_CASE("a choice must be among those the option allows") {
  const std::string message = "colour must be one of red, green, not \"";
  check_refusals({
      {"unknown", with("colour", "pink"), ErrorCode::unknown_name, "colour", message + "pink\"."},
      {"known but not here", with("colour", "blue"), ErrorCode::unknown_name, "colour", message + "blue\"."},
  });
}

TEST_CASE("errors inside structs and lists of structs carry their whole path") {
  check_refusals({
      {"struct", with("layer", ValueObject{{"units", 0}}), out_of_range, "layer.units",
       "layer.units must be between 1 and 100, not 0."},
      {"list", with("layers", ValueList{ValueObject{}, ValueObject{{"rate", 2}}}), out_of_range, "layers[1].rate",
       "layers[1].rate must be between 0 and 1, not 2."},
      {"unknown", with("layers", ValueList{ValueObject{{"width", 1}}}), ErrorCode::unknown_option, "layers[0].width",
       "There is no option layers[0].width here."},
  });
}

TEST_CASE("unknown options are refused by name") {
  check_refusals({{"unknown", with("coutn", 1), ErrorCode::unknown_option, "coutn", "There is no option coutn here."}});
}

TEST_CASE("what only several fields together can tell is checked after decoding") {
  check_refusals(
      {{"limit", ValueObject{{"size", 0.8}, {"limit", 0.7}}, out_of_range, "limit", "limit must be at least size."}});
}

TEST_CASE("a whole number without a range must fit its type") {
  struct Plain {
    int number = 0;
    static constexpr auto schema() { return mlsec::schema(field("number", &Plain::number, "Any.")); }
  } options;
  CHECK(decode(ValueObject{{"number", -2147483647.0}}, options).ok());
  CHECK(options.number == -2147483647);
  for (double number : {2147483648.0, -2147483649.0, 1e15}) {
    const auto outcome = decode(ValueObject{{"number", number}}, options);
    REQUIRE(!outcome.ok());
    CHECK(outcome.error().code == out_of_range);
    CHECK(outcome.error().field == "number");
  }
}

TEST_CASE("a handle must be a whole number") {
  for (double handle : {nan, infinity, 1e300, 0.5}) {
    test::SampleOptions options;
    const auto outcome = decode(with("model", ValueObject{{"handle", handle}}), options);
    REQUIRE(!outcome.ok());
    CHECK(outcome.error().field == "model");
  }
}

}  // namespace mlsec
