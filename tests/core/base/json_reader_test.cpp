// Reading JSON.
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

void check_refused(std::string_view text, ErrorCode code = ErrorCode::malformed, const JsonLimits& limits = {}) {
  CAPTURE(text);
  const auto value = read_json(text, "model", limits);
  REQUIRE(!value.ok());
  CHECK(value.error().code == code);
  CHECK(value.error().field == "model");
}

}  // namespace

TEST_CASE("JSON is read: every kind of value, in every spelling") {
  const Value value = read(
      "\xef\xbb\xbf {\"a\": [1, -2.5e+2, 0.125E1, true, false, null, {}, []],\r\n\t\"b\\u00e9\": "
      "\"x\\\"\\\\\\/\\b\\f\\n\\r\\t\\u20ac\\ud83d\\ude00\\u0041\"} ");
  const auto* list = value.find("a")->as<ValueList>();
  REQUIRE(list);
  REQUIRE(list->size() == 8);
  CHECK(*(*list)[0].as<double>() == 1);
  CHECK(*(*list)[1].as<double>() == -250);
  CHECK(*(*list)[2].as<double>() == 1.25);
  CHECK(*(*list)[3].as<bool>());
  CHECK(!*(*list)[4].as<bool>());
  CHECK((*list)[5].is_null());
  CHECK((*list)[6].as<ValueObject>()->empty());
  CHECK((*list)[7].as<ValueList>()->empty());
  CHECK(*value.find("b\xc3\xa9")->as<std::string>() ==
        "x\"\\/\b\f\n\r\t\xe2\x82\xac\xf0\x9f\x98\x80"
        "A");
  CHECK(*read("9007199254740991").as<double>() == 9007199254740991.0);
  CHECK(*read("-0").as<double>() == 0);
}

TEST_CASE("what is no JSON is refused") {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[",
                           "[1",
                           "[1,]",
                           "[1 2]",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{\"a\":1 \"b\":2}",
                           "\"a",
                           "\"a\nb\"",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\ud800\"",
                           "\"\\ud800\\u0041\"",
                           "\"\\udc00\"",
                           "01",
                           "1.",
                           ".5",
                           "-",
                           "+1",
                           "1e",
                           "1e999",
                           "NaN",
                           "Infinity",
                           "nul",
                           "true false",
                           "[1]]",
                           "'a'",
                           "{\"a\":1,\"b\":2,\"a\":3}"})
    check_refused(text);
}

TEST_CASE("what is not UTF-8 is refused") {
  for (std::string_view text :
       {"\"\x80\"", "\"\xc0\xaf\"", "\"\xc1\xbf\"", "\"\xc3\"", "\"\xe0\x9f\xbf\"", "\"\xed\xa0\x80\"",
        "\"\xf0\x8f\xbf\xbf\"", "\"\xf4\x90\x80\x80\"", "\"\xf5\x80\x80\x80\"", "\"\xff\"", "\"\xe2\x82"})
    check_refused(text);
  const char* characters = "gr\xc3\xb6\xc3\x9f\x65r \xe2\x82\xac \xed\x9f\xbf \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf";
  CHECK(*read("\"" + std::string(characters) + "\"").as<std::string>() == characters);
}

TEST_CASE("damaged JSON is read or refused, and nothing worse") {
  const test::Bytes text = test::to_bytes(R"({"a":[1,-2.5e3,"\u00e9\ud83d\ude00"],"b":{"c":null,"d":[[true]]}})");
  std::size_t refused = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const test::Bytes bytes = test::damaged(text, seed);
    if (!read_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "model").ok()) ++refused;
  }
  CHECK(refused > 1000);
  for (std::size_t size = 0; size < text.size(); ++size) {
    const test::Bytes bytes = test::first_bytes(text, size);
    CHECK_FALSE(read_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "model").ok());
  }
}

TEST_CASE("JSON has limits") {
  const std::string deep(64, '['), shallow = std::string(60, '[') + std::string(60, ']');
  check_refused(std::string(1'000'000, '['), ErrorCode::too_large);
  check_refused(deep, ErrorCode::malformed);
  check_refused(deep + "[", ErrorCode::too_large);
  CHECK(read_json(shallow, "model").ok());
  check_refused("[1,2,3]", ErrorCode::too_large, {.values = 3});
  CHECK(read_json("[1,2]", "model", {.values = 3}).ok());
  check_refused("[1,2,3]", ErrorCode::too_large, {.bytes = 6});
}

}  // namespace mlsec
