#include "formats/csv.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "base/decode.hpp"
#include "formats/csv_text.hpp"
#include "tests/core/support/damage.hpp"

namespace mlsec::formats {
namespace {

using test::Bytes;
using test::to_bytes;
using Names = std::vector<std::string>;

CsvTable read(std::string_view text, const CsvOptions& options = {}) {
  auto table = read_csv(to_bytes(text), options);
  if (!table.ok()) FAIL(table.error().message);
  return std::move(table).value();
}

/// "code field", of a refusal whose sentence names the file or the option.
std::string refusal(std::string_view text, const CsvOptions& options = {}, std::string_view part = "",
                    const CsvLimits& limits = {}) {
  const auto table = read_csv(to_bytes(text), options, "csv", limits);
  REQUIRE_FALSE(table.ok());
  CAPTURE(table.error().message);
  CHECK(table.error().message.find(part) != std::string::npos);
  CHECK(table.error().message.ends_with('.'));
  return std::string(name_of(table.error().code)) + " " + table.error().field;
}

constexpr std::string_view animals =
    "legs,colour,weight,kind\n"
    "4,brown,4.5,cat\n"
    "2,red,.5,bird\n"
    "4,black,30,dog\n"
    "4,brown,-1e1,dog\n";

}  // namespace

TEST_CASE("numeric columns become features, text becomes one-hot groups, the last column the label") {
  const CsvTable table = read(animals);
  CHECK(table.rows == 4);
  CHECK(table.feature_names == Names{"legs", "colour=black", "colour=brown", "colour=red", "weight"});
  REQUIRE(table.groups.size() == 1);
  CHECK(table.groups[0].first == 1);
  CHECK(table.groups[0].count == 3);
  CHECK(table.inputs == std::vector<float>{4, 0, 1, 0, 4.5f, 2, 0, 0, 1, 0.5f, 4, 1, 0, 0, 30, 4, 0, 1, 0, -10});
  CHECK(table.class_names == Names{"bird", "cat", "dog"});
  CHECK(table.labels == std::vector<int>{1, 0, 2, 2});
  CHECK(table.targets.empty());
}

TEST_CASE("options choose the target, leave columns out and read numbers as categories") {
  const CsvTable table = read(animals, {.target = "colour", .categorical = {"legs"}, .ignore = {"3"}});
  CHECK(table.feature_names == Names{"legs=2", "legs=4", "weight"});
  CHECK(table.inputs == std::vector<float>{0, 1, 4.5f, 1, 0, 0.5f, 0, 1, 30, 0, 1, -10});
  CHECK(table.class_names == Names{"black", "brown", "red"});
  CHECK(table.labels == std::vector<int>{1, 2, 0, 1});
}

TEST_CASE("numeric classes are sorted by value and counted once however they are written") {
  const CsvTable table = read("x,y\n1,10\n2,9.0\n3,9\n4,-2\n5,+1e1\n");
  CHECK(table.class_names == Names{"-2", "9", "10"});
  CHECK(table.labels == std::vector<int>{2, 1, 1, 0, 2});
  CHECK(read("x,y\n1,1\n2,2\n").class_names == Names{"1", "2"});
  CHECK(read("x,y\n1,0\n2,0.5\n").class_names == Names{"0", "0.5"});
}

TEST_CASE("whole labels from 0 on are class indices, also where some do not occur") {
  const CsvTable table = read("x,y\n1,4\n2,-0\n3,2.0\n");
  CHECK(table.class_names == Names{"0", "1", "2", "3", "4"});
  CHECK(table.labels == std::vector<int>{4, 0, 2});
  CHECK(read("x,y\n1,0\n2,1000\n").class_names == Names{"0", "1000"});
}

TEST_CASE("the largest numbers of 32 bits are read, written with as many digits as it takes") {
  const CsvTable table = read("x,y\n3.4028234663852886e38,a\n-340282346638528859811704183484516925440,a\n1e-45,a\n");
  CHECK(table.inputs == std::vector<float>{0x1.fffffep127f, -0x1.fffffep127f, 0x1p-149f});
}

TEST_CASE("targets may be numbers") {
  const CsvTable table = read("x,price\n1,2.5\n2,-3\n", {.target_kind = TargetKind::number});
  CHECK(table.targets == std::vector<float>{2.5f, -3});
  CHECK(table.labels.empty());
  CHECK(table.class_names.empty());
  CHECK(refusal("x,y\n1,a\n", {.target_kind = TargetKind::number}, "must be a number") == "malformed csv[2].y");
}

TEST_CASE("columns without a header are named by their index") {
  const CsvTable table = read("1;a;0\n2;b;1", {.delimiter = Delimiter::semicolon, .header = false, .target = "2"});
  CHECK(table.feature_names == Names{"0", "1=a", "1=b"});
  CHECK(table.inputs == std::vector<float>{1, 1, 0, 2, 0, 1});
  CHECK(read(",x,y\n0,1,0\n").feature_names == Names{"0", "x"});
}

TEST_CASE("a name counts before an index") {
  const CsvTable table = read("1,0\n5,6\n7,8\n", {.target = "0"});
  CHECK(table.feature_names == Names{"1"});
  CHECK(table.inputs == std::vector<float>{5, 7});
}

TEST_CASE("quotes, line breaks and byte order marks are read as RFC 4180 has them") {
  const std::string text =
      "\xef\xbb\xbf\"the, name\",\"a \"\"quoted\"\" one\",y\r\n"
      "\"1\",\"two\r\nlines\",\"p,q\"\r\n"
      "\r\n"
      "2,,z\r\n";
  CHECK(refusal(text, {}, "line 5, column 'a \"quoted\" one': the cell is empty") ==
        "malformed csv[5].a \"quoted\" one");
  const CsvTable table = read(text, {.ignore = {"1"}});
  CHECK(table.feature_names == Names{"the, name"});
  CHECK(table.class_names == Names{"p,q", "z"});
  for (const std::string end : {"\n", "\r\n", "\r", ""})
    CHECK(read("x\ty\n1\t2" + end, {.delimiter = Delimiter::tab}).rows == 1);
}

TEST_CASE("broken lines are refused by their number") {
  CHECK(refusal("a,b\n1,2\n3\n", {}, "line 3 has 1 cells, but there are 2 columns") == "malformed csv[3]");
  CHECK(refusal("a,b\n1,2,3\n") == "malformed csv[2]");
  CHECK(refusal("a,b\n1,\"2\n", {}, "never closed") == "malformed csv[2]");
  CHECK(refusal("a,b\n1,\"2\"3\n", {}, "after a closing quote") == "malformed csv[2]");
  CHECK(refusal("a,b\n1,2\"\n", {}, "does not begin with one") == "malformed csv[2]");
  CHECK(refusal("a,a\n1,2\n", {}, "same name") == "malformed csv[1].a");
  CHECK(refusal("") == "malformed csv");
  CHECK(refusal("a,b\n\n", {}, "no rows") == "malformed csv");
  CHECK(refusal("a\n1\n", {}, "no column beside the target") == "malformed csv");
  CHECK(refusal("a,b\n1,2\n", {.ignore = {"a"}}) == "malformed csv");
  CHECK(refusal("\xff\xfe"
                "a",
                {}, "UTF-16") == "unsupported csv");
}

TEST_CASE("cells that do not fit are refused by line and column") {
  CHECK(refusal("age,y\n12,a\n,b\n", {}, "line 3, column 'age': the cell is empty") == "malformed csv[3].age");
  CHECK(refusal("age,y\n12,a\nabc,b\n", {}, "\"abc\" is no finite number") == "malformed csv[3].age");
  CHECK(refusal("age,y\n12,a\nNaN,b\n") == "malformed csv[3].age");
  CHECK(refusal("age,y\n12,a\n1e39,b\n") == "out-of-range csv[3].age");
  CHECK(refusal("age,y\n12,  \n") == "malformed csv[2].y");
}

TEST_CASE("columns that do not exist are refused by the option") {
  CHECK(refusal(animals, {.target = "size"}, "there are legs, colour, weight, kind") == "unknown-name target");
  CHECK(refusal(animals, {.target = "4"}) == "unknown-name target");
  CHECK(refusal(animals, {.categorical = {"legs", "x"}}) == "unknown-name categorical[1]");
  CHECK(refusal(animals, {.ignore = {"x"}}) == "unknown-name ignore[0]");
  CHECK(refusal(animals, {.ignore = {"kind"}}) == "out-of-range ignore[0]");
  CHECK(refusal(animals, {.target_kind = TargetKind::number, .categorical = {"kind"}}) == "unsupported categorical");
}

TEST_CASE("what is larger than the limits is refused") {
  CHECK(refusal(animals, {}, "256 MiB", {.file_bytes = 10}) == "too-large csv");
  CHECK(refusal(animals, {}, "", {.columns = 3}) == "too-large csv[1]");
  CHECK(refusal(animals, {}, "different texts", {.categories = 2}) == "too-large csv[4].colour");
  CHECK(refusal("x,y\n1,1\n1,2\n1,3\n", {}, "targetKind 'number'", {.categories = 2}) == "too-large csv");
  CHECK(refusal(animals, {}, "", {.text_length = 5}) == "too-large csv[1]");
  CHECK(refusal("x,y\nabc,z\n", {}, "", {.text_length = 2}) == "too-large csv[2].x");
  CHECK(refusal(animals, {}, "4 rows of 5 numbers", {.elements = 19}) == "too-large csv");
}

TEST_CASE("options are decoded by their schema") {
  CsvOptions options;
  const Value given(ValueObject{{"delimiter", "\t"}, {"header", false}, {"targetKind", "number"}, {"target", "3"}});
  REQUIRE(decode(given, options).ok());
  CHECK(options.delimiter == Delimiter::tab);
  CHECK_FALSE(options.header);
  CHECK(options.target_kind == TargetKind::number);
  CHECK(options.target == "3");
}

TEST_CASE("numbers are read alike in every locale, to the last bit") {
  using csv::to_number;
  for (const auto& [text, number] : {std::pair<std::string_view, double>{"0.1", 0.1},
                                     {" -12.50 ", -12.5},
                                     {"+3", 3},
                                     {".5", 0.5},
                                     {"5.", 5},
                                     {"1E3", 1000},
                                     {"1.5e-7", 1.5e-7},
                                     {"2e+2", 200},
                                     {"007", 7},
                                     {"0.000000000000000000000000000000000001", 1e-36},
                                     {"100000000000000000000000000000000000000", 1e38},
                                     {"0.3333333333333333333333333333333333333", 1.0 / 3},
                                     {"1e-400", 0},
                                     {"0e9999", 0}}) {
    CAPTURE(text);
    REQUIRE(to_number(text).has_value());
    CHECK(*to_number(text) == doctest::Approx(number).epsilon(1e-15));
    CHECK(static_cast<float>(*to_number(text)) == static_cast<float>(number));
  }
  CHECK(std::signbit(*to_number("-0")));
  for (const std::string_view text : {"", " ", ".", "-", "+-1", "1,5", "1_000", "0x10", "1e", "e5", "1e5.0", "inf",
                                      "nan", "1 2", "--1", "1e999", "\t1"}) {
    CAPTURE(text);
    CHECK_FALSE(to_number(text).has_value());
  }
}

TEST_CASE("a table cut short at any byte is read or refused, never over-read") {
  const Bytes file = to_bytes(animals);
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto table = read_csv(test::first_bytes(file, size), {});
    if (!table.ok()) continue;
    CHECK(table.value().inputs.size() == table.value().rows * table.value().feature_names.size());
  }
}

TEST_CASE("a damaged table is refused, or read as a whole one") {
  int survived = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const auto result = read_csv(test::damaged(to_bytes(animals), seed), {});
    if (!result.ok()) continue;
    ++survived;
    const CsvTable& table = result.value();
    CHECK(table.inputs.size() == table.rows * table.feature_names.size());
    CHECK(table.labels.size() == table.rows);
    for (const auto& [first, count] : table.groups)
      for (std::size_t row = 0; row < table.rows; ++row) {
        float sum = 0;
        for (std::size_t i = 0; i < count; ++i) sum += table.inputs[row * table.feature_names.size() + first + i];
        CHECK(sum == 1);
      }
  }
  CHECK(survived > 300);
}

}  // namespace mlsec::formats
