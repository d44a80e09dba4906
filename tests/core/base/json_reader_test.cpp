#include "base/json_reader.hpp"

#include <doctest/doctest.h>

#include "tests/core/support/damage.hpp"

namespace mlsec {
namespace {

Value read(std::string_view text) {
  auto value = read_json(text, "model");
  if (!value.ok()) FAIL(value.error().message);
  return std::move(value).value();
}

double number(std::string_view text) {
  const Value value = read(text);
  REQUIRE(value.as<double>());
  return *value.as<double>();
}

std::string string(std::string_view text) {
  const Value value = read(text);
  REQUIRE(value.as<std::string>());
  return *value.as<std::string>();
}

ErrorCode refusal(std::string_view text, const JsonLimits& limits = {}) {
  const auto value = read_json(text, "model", limits);
  CAPTURE(text);
  REQUIRE_FALSE(value.ok());
  CHECK(value.error().field == "model");
  CHECK(value.error().message.starts_with("model: the JSON "));
  return value.error().code;
}

}  // namespace

TEST_CASE("values of every kind are read, with spaces between") {
  const Value value = read(" { \"a\" : [ 1 , -2.5, true,false , null ,\"x\"] ,\r\n\t\"b\":{ }, \"c\": [ ] } ");
  const auto* object = value.as<ValueObject>();
  REQUIRE(object);
  REQUIRE(object->size() == 3);
  CHECK((*object)[0].first == "a");
  CHECK((*object)[2].first == "c");
  const auto* list = value.find("a")->as<ValueList>();
  REQUIRE(list);
  REQUIRE(list->size() == 6);
  CHECK(*(*list)[0].as<double>() == 1);
  CHECK(*(*list)[1].as<double>() == -2.5);
  CHECK(*(*list)[2].as<bool>());
  CHECK_FALSE(*(*list)[3].as<bool>());
  CHECK((*list)[4].is_null());
  CHECK(*(*list)[5].as<std::string>() == "x");
  CHECK(value.find("b")->as<ValueObject>()->empty());
  CHECK(value.find("c")->as<ValueList>()->empty());
}

TEST_CASE("numbers are the nearest doubles") {
  CHECK(number("0") == 0);
  CHECK(number("-0") == 0);
  CHECK(number("9007199254740991") == 9007199254740991.0);
  CHECK(number("0.1") == 0.1);
  CHECK(number("0.007843137718737125") == doctest::Approx(0.007843137718737125).epsilon(1e-15));
  CHECK(number("1E+2") == 100);
  CHECK(number("1.5e-9") == 1.5e-9);
  CHECK(number("-1e22") == -1e22);
}

TEST_CASE("escapes become characters in UTF-8") {
  CHECK(string(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(string(R"("\u0041\u00e9\u20AC")") == "A\u00e9\u20ac");
  CHECK(string(R"("\ud83d\ude00")") == "\U0001f600");
  CHECK(string(R"("\u0000")") == std::string(1, '\0'));
  CHECK(string("\"größer \u20ac \U0001f600\"") == "größer \u20ac \U0001f600");
}

TEST_CASE("whatever is no JSON is refused") {
  for (std::string_view text : {"",
                                " ",
                                "{",
                                "}",
                                "[",
                                "[1",
                                "[1,",
                                "[1,]",
                                "[,1]",
                                "[1 2]",
                                "{\"a\"}",
                                "{\"a\":}",
                                "{\"a\":1,}",
                                "{a:1}",
                                "{\"a\":1 \"b\":2}",
                                "{1:2}",
                                "'a'",
                                "nul",
                                "nulll",
                                "True",
                                "1 2",
                                "01",
                                "-",
                                "+1",
                                ".5",
                                "1.",
                                "1e",
                                "1e+",
                                "0x10",
                                "NaN",
                                "Infinity",
                                "\"",
                                "\"a",
                                "\"\\",
                                "\"\\x\"",
                                "\"\\u12\"",
                                "\"\\u12g4\"",
                                "\"\\ud83d\"",
                                "\"\\ud83d\\u0041\"",
                                "\"\\ude00\"",
                                "\"line\nbreak\"",
                                "// none\n1",
                                "[1]]"})
    CHECK(refusal(text) == ErrorCode::malformed);
  CHECK(refusal(std::string_view("\"\0\"", 3)) == ErrorCode::malformed);
  CHECK(refusal(std::string_view("1\0", 2)) == ErrorCode::malformed);
  CHECK(refusal("\xef\xbb\xbf{}") == ErrorCode::malformed);
}

TEST_CASE("what is not UTF-8 is refused") {
  for (std::string_view text :
       {"\"\x80\"", "\"\xc0\xaf\"", "\"\xc1\xbf\"", "\"\xc3\"", "\"\xe0\x9f\xbf\"", "\"\xed\xa0\x80\"",
        "\"\xf0\x8f\xbf\xbf\"", "\"\xf4\x90\x80\x80\"", "\"\xf5\x80\x80\x80\"", "\"\xff\"", "\"\xe2\x82"})
    CHECK(refusal(text) == ErrorCode::malformed);
}

TEST_CASE("a name given twice is refused, in whatever spelling") {
  CHECK(refusal(R"({"a":1,"b":2,"a":3})") == ErrorCode::malformed);
  CHECK(refusal(R"({"a":1,"\u0061":3})") == ErrorCode::malformed);
  CHECK(read_json(R"([{"a":1},{"a":1}])", "model").ok());
}

TEST_CASE("the message says where") {
  CHECK(read_json("[1, x]", "model").error().message == "model: the JSON is damaged at byte 4.");
}

TEST_CASE("limits hold") {
  CHECK(refusal(std::string(65, '[')) == ErrorCode::too_large);
  CHECK(read_json(std::string(64, '[') + std::string(64, ']'), "model").ok());
  CHECK(refusal("[1,2,3]", {.values = 3}) == ErrorCode::too_large);
  CHECK(read_json("[1,2,3]", "model", {.values = 4}).ok());
  CHECK(refusal("[1,2,3]", {.bytes = 6}) == ErrorCode::too_large);
  CHECK(refusal("1e999") == ErrorCode::out_of_range);
  CHECK(refusal("1e99999999999999999999") == ErrorCode::out_of_range);
  CHECK(refusal(std::string(31, '1')) == ErrorCode::out_of_range);
}

TEST_CASE("damaged JSON is read or refused, and nothing worse") {
  const test::Bytes text = test::to_bytes(R"({"a":[1,-2.5e3,"\u00e9\ud83d\ude00"],"b":{"größer":null,"c":[[true]]}})");
  std::size_t refused = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const test::Bytes bytes = test::damaged(text, seed);
    const auto value = read_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "model");
    if (!value.ok()) ++refused;
  }
  CHECK(refused > 1000);
  for (std::size_t size = 0; size < text.size(); ++size) {
    const test::Bytes bytes = test::first_bytes(text, size);
    CHECK_FALSE(read_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "model").ok());
  }
}

}  // namespace mlsec
