#include "formats/npy.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <string>

#include "tests/core/support/damage.hpp"

namespace mlsec::formats {
namespace {

using test::Bytes;
using test::to_bytes;
using Integers = std::vector<std::int32_t>;
using Longs = std::vector<std::int64_t>;
using Floats = std::vector<float>;

/// The elements' bytes, in either order.
template <class Element>
std::string raw(std::initializer_list<Element> elements, bool big_endian = false) {
  std::string text;
  for (Element element : elements) {
    auto bytes = std::bit_cast<std::array<char, sizeof(Element)>>(element);
    if (big_endian) std::reverse(bytes.begin(), bytes.end());
    text.append(bytes.data(), bytes.size());
  }
  return text;
}

/// A file around a header; padded so that the elements begin at a multiple of 64, as NumPy does.
Bytes file_of(std::string header, const std::string& elements, int version = 1) {
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  while ((8 + length_bytes + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string text = "\x93NUMPY";
  text += static_cast<char>(version);
  text += '\0';
  for (std::size_t i = 0; i < length_bytes; ++i) text += static_cast<char>(header.size() >> 8 * i & 0xff);
  return to_bytes(text + header + elements);
}

std::string header_of(const std::string& type, const std::string& shape, bool fortran = false) {
  return "{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape + ", }";
}

ArrayFile read(const Bytes& file) {
  auto array = read_npy(file, "inputs");
  if (!array.ok()) FAIL(array.error().message);
  return std::move(array).value();
}

/// The code of a refusal whose sentence begins with the field.
std::string refusal(const Bytes& file, std::string_view part = "", std::string_view field = "inputs") {
  const auto array = read_npy(file, "inputs");
  REQUIRE_FALSE(array.ok());
  CHECK(array.error().field == field);
  CHECK(array.error().message.starts_with(field));
  CHECK(array.error().message.ends_with('.'));
  CAPTURE(array.error().message);
  CHECK(array.error().message.find(part) != std::string::npos);
  return std::string(name_of(array.error().code));
}

template <class Values>
void check_values(const std::string& type, const std::string& elements, const Values& expected) {
  CAPTURE(type);
  const ArrayFile array = read(file_of(header_of(type, "(" + std::to_string(expected.size()) + ",)"), elements));
  CHECK(array.shape == Shape{static_cast<std::int64_t>(expected.size())});
  REQUIRE(std::holds_alternative<Values>(array.values));
  CHECK(std::get<Values>(array.values) == expected);
}

}  // namespace

TEST_CASE("an .npy file of every type is read, in both orders of bytes") {
  check_values("|b1", raw<std::uint8_t>({0, 1, 7}), Integers{0, 1, 1});
  check_values("|u1", raw<std::uint8_t>({0, 255}), std::vector<std::uint8_t>{0, 255});
  check_values("|i1", raw<std::int8_t>({-128, 127}), Integers{-128, 127});
  const std::int64_t smallest = std::numeric_limits<std::int64_t>::min();
  for (const bool big : {false, true}) {
    const std::string order = big ? ">" : "<";
    check_values(order + "u2", raw<std::uint16_t>({1, 65535}, big), Integers{1, 65535});
    check_values(order + "i2", raw<std::int16_t>({-32768, 258}, big), Integers{-32768, 258});
    check_values(order + "u4", raw<std::uint32_t>({1, 4294967295u}, big), Longs{1, 4294967295});
    check_values(order + "i4", raw<std::int32_t>({-2147483647, 66051}, big), Integers{-2147483647, 66051});
    check_values(order + "u8", raw<std::uint64_t>({1, 1ull << 62}, big), Longs{1, 1ll << 62});
    check_values(order + "i8", raw<std::int64_t>({smallest, 7}, big), Longs{smallest, 7});
    check_values(order + "f2", raw<std::uint16_t>({0x3c00, 0x8001, 0x7bff}, big), Floats{1, -0x1p-24f, 65504});
    check_values(order + "f4", raw<float>({0.1f, -3e38f}, big), Floats{0.1f, -3e38f});
    check_values(order + "f8", raw<double>({0.1, -3e38}, big), Floats{0.1f, -3e38f});
  }
}

TEST_CASE("Fortran's order of axes becomes that of C") {
  // 2 x 3 x 2, element (i, j, k) is 100 i + 10 j + k.
  std::string elements;
  for (std::uint8_t k = 0; k < 2; ++k)
    for (std::uint8_t j = 0; j < 3; ++j)
      for (std::uint8_t i = 0; i < 2; ++i) elements += static_cast<char>(100 * i + 10 * j + k);
  const ArrayFile array = read(file_of(header_of("|u1", "(2, 3, 2)", true), elements));
  CHECK(array.shape == Shape{2, 3, 2});
  CHECK(std::get<std::vector<std::uint8_t>>(array.values) ==
        std::vector<std::uint8_t>{0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121});
  const ArrayFile halves =
      read(file_of(header_of(">f2", "(2, 2)", true), raw<std::uint16_t>({0x3c00, 0x4000, 0x4200, 0x4400}, true)));
  CHECK(std::get<Floats>(halves.values) == Floats{1, 3, 2, 4});
}

TEST_CASE("headers of every version, and as other programs write them") {
  const std::string elements = raw<std::uint8_t>({1, 2, 3, 4});
  for (const int version : {1, 2, 3})
    CHECK(read(file_of(header_of("|u1", "(2, 2)"), elements, version)).shape == Shape{2, 2});
  CHECK(read(file_of("{\"shape\":(4L,),\"fortran_order\":False,\"descr\":\"|u1\"}", elements)).shape == Shape{4});
  CHECK(read(file_of("{ 'descr' : '<u1' , 'fortran_order' : True , 'shape' : ( 4 , 1 ) }", elements)).shape ==
        Shape{4, 1});
  CHECK(read(file_of(header_of("|u1", "()"), "\x05")).shape == Shape{});
  CHECK(read(file_of(header_of("|u1", "(0, 28, 28)"), "")).shape == Shape{0, 28, 28});
}

TEST_CASE("what is no number is refused by its name") {
  const auto refused = [](const std::string& descr, std::string_view words) {
    return refusal(file_of("{'descr': " + descr + ", 'fortran_order': False, 'shape': (1,), }", "12345678"), words);
  };
  CHECK(refused("'|O'", "Python objects") == "unsupported");
  CHECK(refused("'|S8'", "strings") == "unsupported");
  CHECK(refused("'<U2'", "strings") == "unsupported");
  CHECK(refused("'<c8'", "complex numbers") == "unsupported");
  CHECK(refused("'|V8'", "records") == "unsupported");
  CHECK(refused("[('a', '<i4'), ('b', '<f4')]", "records") == "unsupported");
  CHECK(refused("'<M8[ns]'", "times") == "unsupported");
  CHECK(refused("'<f16'", "numbers of 16 bytes") == "unsupported");
  CHECK(refused("'<q8'", "damaged") == "malformed");
  CHECK(refused("'?'", "damaged") == "malformed");
  CHECK(refusal(file_of(header_of("|u1", "(1, 1, 1, 1, 1, 1, 1, 1, 1)"), "x"), "more than 8 axes") == "unsupported");
  CHECK(refusal(file_of(header_of("|u1", "(1,)"), "x", 4), "version") == "unsupported");
}

TEST_CASE("numbers that do not fit are refused by their place") {
  const auto refused = [](const std::string& type, const std::string& elements, std::string_view field) {
    return refusal(file_of(header_of(type, "(2,)"), elements), "", field);
  };
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(refused("<f8", raw<double>({1, infinity}), "inputs[1]") == "not-finite");
  CHECK(refused("<f8", raw<double>({1e39, 1}), "inputs[0]") == "out-of-range");
  CHECK(refused("<f4", raw<float>({std::numeric_limits<float>::quiet_NaN(), 1}), "inputs[0]") == "not-finite");
  CHECK(refused("<f2", raw<std::uint16_t>({0, 0x7c00}), "inputs[1]") == "not-finite");
  CHECK(refused("<u8", raw<std::uint64_t>({0, 1ull << 63}), "inputs[1]") == "out-of-range");
}

TEST_CASE("headers that are not what they should be are malformed") {
  for (const std::string header :
       {"", "{}", "{'descr': '|u1', 'fortran_order': False}", "{'descr': '|u1', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)} x", "{'descr': '|u1' 'fortran_order': False}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': 1}", "{'descr': '|u1', 'fortran_order': False, 'shape': (1",
        "{'descr': '|u1, 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'more': 'x'}"}) {
    CAPTURE(header);
    CHECK(refusal(file_of(header, "x")) == "malformed");
  }
  CHECK(refusal(to_bytes("PK\x03\x04 a zip file"), "does not begin as one") == "malformed");
  // Extents whose product overflows must not make room for anything.
  CHECK(refusal(file_of(header_of("<f8", "(1099511627776, 1099511627776, 1099511627776)"), "12345678")) == "malformed");
  CHECK(refusal(file_of(header_of("|u1", "(2,)"), "xyz"), "do not fit its shape 2") == "malformed");
}

TEST_CASE("a file beyond the limit is not looked at") {
  const auto array = read_npy(file_of(header_of("|u1", "(2,)"), "xy"), "npy", {.file_bytes = 64});
  REQUIRE_FALSE(array.ok());
  CHECK(array.error().code == ErrorCode::too_large);
}

TEST_CASE("an .npy file cut short at any byte is malformed") {
  for (const int version : {1, 2}) {
    const Bytes file = file_of(header_of("<i2", "(2, 2)", true), raw<std::int16_t>({1, 2, 3, 4}), version);
    for (std::size_t size = 0; size < file.size(); ++size) CHECK(refusal(test::first_bytes(file, size)) == "malformed");
  }
}

TEST_CASE("a damaged .npy file is refused, or read as an array of its shape") {
  const Bytes file = file_of(header_of("<f4", "(2, 3)"), raw<float>({1, 2, 3, 4, 5, 6}));
  int survived = 0;
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    const auto array = read_npy(test::damaged(file, seed));
    if (!array.ok()) continue;
    ++survived;
    const std::size_t count = std::visit([](const auto& values) { return values.size(); }, array.value().values);
    CHECK(count == array.value().shape.count());
  }
  CHECK(survived > 100);
}

}  // namespace mlsec::formats
