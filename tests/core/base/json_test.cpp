#include "base/json.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace mlsec {
namespace {

std::string number(double value) { return JsonWriter().number(value).result(); }
std::string text(std::string_view value) { return JsonWriter().text(value).result(); }

}  // namespace

TEST_CASE("commas stand between the members of objects and lists, at every depth") {
  JsonWriter json;
  json.begin_object();
  json.key("a").begin_list().end_list();
  json.key("b")
      .begin_list()
      .number(1)
      .begin_object()
      .end_object()
      .begin_list()
      .text("x")
      .text("y")
      .end_list()
      .end_list();
  json.key("c").begin_object().key("d").boolean(true).key("e").boolean(false).end_object();
  json.end_object();
  CHECK(json.result() == R"({"a":[],"b":[1,{},["x","y"]],"c":{"d":true,"e":false}})");
}

TEST_CASE("quotes, backslashes and control characters are escaped, other bytes kept") {
  CHECK(text("plain") == R"("plain")");
  CHECK(text(R"(a "b" \c)") == R"("a \"b\" \\c")");
  CHECK(text("line\nbreak\ttab") == R"("line\u000abreak\u0009tab")");
  CHECK(text(std::string_view("\0\x1f", 2)) == R"("\u0000\u001f")");
  CHECK(text("größer") == "\"größer\"");
  CHECK(JsonWriter().begin_object().key("a\"b").number(1).end_object().result() == R"({"a\"b":1})");
}

TEST_CASE("numbers are written with the digits that read back as the same number") {
  CHECK(number(0) == "0");
  CHECK(number(-3) == "-3");
  CHECK(number(1000000) == "1000000");
  CHECK(number(9007199254740991.0) == "9007199254740991");
  CHECK(number(0.1) == "0.1");
  CHECK(number(0.30000000000000004) == "0.30000000000000004");
  CHECK(number(-1.5e-9) == "-1.5e-09");
}

TEST_CASE("whole numbers are written with all their digits") {
  CHECK(JsonWriter().begin_list().whole(0).whole(-3).whole(9223372036854775807).end_list().result() ==
        "[0,-3,9223372036854775807]");
}

TEST_CASE("numbers beyond the range of integers are written too") {
  CHECK(number(1e30) == "1e+30");
  CHECK(number(-1e30) == "-1e+30");
  CHECK(number(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
}

}  // namespace mlsec
