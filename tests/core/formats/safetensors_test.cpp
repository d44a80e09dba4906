#include "formats/safetensors.hpp"

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "tests/core/support/damage.hpp"

namespace mlsec::formats {
namespace {

using test::Bytes;
using Integers = std::vector<std::int64_t>;
using Floats = std::vector<float>;

Bytes file_of(std::string header, std::string_view data, std::size_t more_length = 0) {
  std::string text;
  for (std::size_t i = 0; i < 8; ++i)
    text += static_cast<char>(std::uint64_t{header.size() + more_length} >> 8 * i & 0xff);
  return test::to_bytes(text + header + std::string(data));
}

/// One tensor "a".
Bytes one(const std::string& type, const std::string& shape, std::string_view data) {
  return file_of(R"({"a":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":[0,)" +
                     std::to_string(data.size()) + "]}}",
                 data);
}

template <class Element>
std::string raw(std::initializer_list<Element> elements) {
  std::string text;
  for (Element element : elements) {
    const auto bytes = std::bit_cast<std::array<char, sizeof(Element)>>(element);
    text.append(bytes.data(), bytes.size());
  }
  return text;
}

SafeTensors read(const Bytes& file) {
  auto tensors = read_safetensors(file);
  if (!tensors.ok()) FAIL(tensors.error().message);
  return std::move(tensors).value();
}

nn::Constant read_one(const std::string& type, const std::string& shape, std::string_view data) {
  return read(one(type, shape, data)).tensors.at("a");
}

std::string refusal(const Bytes& file, ErrorCode code, const Limits& limits = {}) {
  const auto tensors = read_safetensors(file, limits);
  REQUIRE_FALSE(tensors.ok());
  CHECK(tensors.error().code == code);
  CHECK(tensors.error().field == "model");
  return tensors.error().message;
}

}  // namespace

TEST_CASE("every type becomes floats or integers") {
  CHECK(read_one("F32", "[2]", raw({1.5f, -2.0f})).floats == Floats{1.5f, -2});
  CHECK(read_one("F64", "[2]", raw({0.1, -2.0})).floats == Floats{0.1f, -2});
  CHECK(read_one("F16", "[2]", raw<std::uint16_t>({0x3e00, 0xc000})).floats == Floats{1.5f, -2});
  CHECK(read_one("BF16", "[3]", raw<std::uint16_t>({0x3fc0, 0xc000, 0x0001})).floats ==
        Floats{1.5f, -2, std::bit_cast<float>(0x00010000)});
  CHECK(read_one("I64", "[2]", raw<std::int64_t>({-1, std::int64_t{1} << 62})).integers ==
        Integers{-1, std::int64_t{1} << 62});
  CHECK(read_one("I32", "[1]", raw<std::int32_t>({INT32_MIN})).integers == Integers{INT32_MIN});
  CHECK(read_one("I16", "[1]", raw<std::int16_t>({-300})).integers == Integers{-300});
  CHECK(read_one("I8", "[2]", raw<std::int8_t>({-128, 127})).integers == Integers{-128, 127});
  CHECK(read_one("U8", "[2]", raw<std::uint8_t>({0, 255})).integers == Integers{0, 255});
  CHECK(read_one("U16", "[1]", raw<std::uint16_t>({65535})).integers == Integers{65535});
  CHECK(read_one("U32", "[1]", raw<std::uint32_t>({UINT32_MAX})).integers == Integers{UINT32_MAX});
  CHECK(read_one("U64", "[1]", raw<std::uint64_t>({5})).integers == Integers{5});
  CHECK(read_one("BOOL", "[2]", raw<std::uint8_t>({0, 1})).integers == Integers{0, 1});
  CHECK(read_one("F32", "[2,1,1]", raw({1.0f, 2.0f})).shape == Shape{2, 1, 1});
  CHECK(read_one("F32", "[]", raw({1.0f})).shape == Shape{});
  CHECK(read_one("F32", "[3,0]", "").floats.empty());
}

TEST_CASE("tensors may come in any order, with texts beside them and spaces behind the header") {
  const SafeTensors file = read(file_of(
      R"({"b":{"data_offsets":[4,8],"shape":[1],"dtype":"F32"},"__metadata__":{"format":"pt"},"none":{"dtype":"F32",)"
      R"("shape":[0],"data_offsets":[4,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   )",
      raw({1.0f, 2.0f})));
  CHECK(file.tensors.size() == 3);
  CHECK(file.tensors.at("a").floats == Floats{1});
  CHECK(file.tensors.at("b").floats == Floats{2});
  CHECK(file.metadata == Metadata{{"format", "pt"}});
  CHECK(read(file_of("{}", "")).tensors.empty());
}

TEST_CASE("headers that are none are refused") {
  refusal({}, ErrorCode::malformed);
  refusal(test::to_bytes("short"), ErrorCode::malformed);
  refusal(file_of("{}", "", 1), ErrorCode::malformed);
  refusal(file_of(" {}", ""), ErrorCode::malformed);
  refusal(file_of("[]", ""), ErrorCode::malformed);
  refusal(file_of("{} x", ""), ErrorCode::malformed);
  refusal(file_of("", ""), ErrorCode::malformed);
  refusal(file_of(R"({"a":1})", ""), ErrorCode::malformed);
  refusal(file_of(R"({"__metadata__":{"n":1}})", ""), ErrorCode::malformed);
  refusal(file_of(R"({"__metadata__":"n"})", ""), ErrorCode::malformed);
  refusal(file_of(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},)"
                  R"("a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})",
                  ""),
          ErrorCode::malformed);
  refusal(file_of(R"({"a":)" + std::string(9, '[') + std::string(9, ']') + "}", ""), ErrorCode::too_large);
  refusal(test::to_bytes(std::string(8, '\xff')), ErrorCode::too_large);
  refusal(file_of(std::string(4 << 20, ' '), "", 1), ErrorCode::too_large);
}

TEST_CASE("entries that are none are refused by the tensor's name") {
  for (const char* entry : {
           R"({"shape":[1],"data_offsets":[0,4]})",
           R"({"dtype":"F32","data_offsets":[0,4]})",
           R"({"dtype":"F32","shape":[1]})",
           R"({"dtype":32,"shape":[1],"data_offsets":[0,4]})",
           R"({"dtype":"F32","shape":1,"data_offsets":[0,4]})",
           R"({"dtype":"F32","shape":[1],"data_offsets":[0,4,4]})",
           R"({"dtype":"F32","shape":[1],"data_offsets":[4,0]})",
           R"({"dtype":"F32","shape":[1],"data_offsets":[-4,0]})",
           R"({"dtype":"F32","shape":[1],"data_offsets":[0,4.5]})",
           R"({"dtype":"F32","shape":[1],"data_offsets":[0,1e300]})",
           R"({"dtype":"F32","shape":[1],"data_offsets":[null,4]})",
           R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})",
           R"({"dtype":"F32","shape":[0.5],"data_offsets":[0,4]})",
           R"({"dtype":"F32","shape":["1"],"data_offsets":[0,4]})",
           R"({"dtype":"F32","shape":[2],"data_offsets":[0,4]})",
           R"({"dtype":"F16","shape":[1],"data_offsets":[0,4]})",
           R"({"dtype":"F32","shape":[1],"data_offsets":[0,5]})",
           R"({"dtype":"F32","shape":[0,4611686018427387904],"data_offsets":[0,4]})",
       }) {
    CAPTURE(std::string(entry));
    const auto message = refusal(file_of(R"({"a":)" + std::string(entry) + "}", raw({1.0f})), ErrorCode::malformed);
    CHECK(message.starts_with("The model's tensor \"a\" "));
  }
  CHECK(refusal(one("F8_E5M2", "[4]", raw({1.0f})), ErrorCode::unsupported) ==
        R"(The model's tensor "a" has the dtype "F8_E5M2", which is not supported.)");
  refusal(one("F32", "[1,1,1,1,1,1,1,1,1]", raw({1.0f})), ErrorCode::unsupported);
  refusal(one("F32", "[4294967296,4294967296,4294967296]", raw({1.0f})), ErrorCode::too_large);
}

TEST_CASE("every byte belongs to one tensor") {
  const auto two = [](const char* first, const char* second) {
    return R"({"a":{"dtype":"F32","shape":[1],"data_offsets":)" + std::string(first) +
           R"(},"b":{"dtype":"F32","shape":[1],"data_offsets":)" + second + "}}";
  };
  const std::string data = raw({1.0f, 2.0f, 3.0f});
  const std::string_view eight(data.data(), 8);
  CHECK(read(file_of(two("[4,8]", "[0,4]"), eight)).tensors.at("a").floats == Floats{2});
  CHECK(refusal(file_of(two("[0,4]", "[0,4]"), eight.substr(0, 4)), ErrorCode::malformed) ==
        R"(The model's tensor "b" overlaps another.)");
  refusal(file_of(two("[0,4]", "[2,6]"), eight), ErrorCode::malformed);
  CHECK(refusal(file_of(two("[0,4]", "[8,12]"), data), ErrorCode::malformed) ==
        R"(The model's tensor "b" leaves bytes before it that belong to no tensor.)");
  refusal(file_of(two("[4,8]", "[8,12]"), data), ErrorCode::malformed);
  CHECK(refusal(file_of(two("[0,4]", "[4,8]"), data), ErrorCode::malformed) ==
        "The model has bytes behind its last tensor.");
  CHECK(refusal(file_of(two("[0,4]", "[4,8]"), eight.substr(0, 7)), ErrorCode::malformed) ==
        R"(The model's tensor "b" lies behind the end of the file.)");
}

TEST_CASE("numbers that cannot be read are refused") {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  CHECK(refusal(one("F32", "[2]", raw({1.0f, infinity})), ErrorCode::not_finite) ==
        R"(The model's tensor "a" holds NaN or infinity.)");
  refusal(one("BF16", "[1]", raw<std::uint16_t>({0x7fc0})), ErrorCode::not_finite);
  refusal(one("F64", "[1]", raw({1e300})), ErrorCode::out_of_range);
  refusal(one("U64", "[1]", raw<std::uint64_t>({UINT64_MAX})), ErrorCode::out_of_range);
}

TEST_CASE("limits hold") {
  const Bytes file = one("F32", "[2]", raw({1.0f, 2.0f}));
  refusal(file, ErrorCode::too_large, {.file_bytes = 20});
  refusal(file, ErrorCode::too_large, {.constants = 0});
  refusal(file, ErrorCode::too_large, {.elements = 1});
  CHECK(read_safetensors(file, {.constants = 1, .elements = 2, .entries = 0, .name_length = 1}).ok());
  refusal(file, ErrorCode::too_large, {.name_length = 0});
  refusal(file_of(R"({"__metadata__":{"a":"b"}})", ""), ErrorCode::too_large, {.entries = 0});
}

TEST_CASE("what is written is read, aligned") {
  SafeTensors file;
  file.tensors["b"] = {Shape{3}, {1, 2.5f, -3}, {}};
  file.tensors["a"] = {Shape{}, {0.1f}, {}};
  file.tensors["c"] = {Shape{1, 2}, {}, {5, -6}};
  file.tensors["empty \"\n"] = {Shape{0, 4}, {}, {}};
  file.metadata["text"] = "größer\x01";
  const auto bytes = write_safetensors(file, Precision::float32);
  REQUIRE(bytes.ok());
  const SafeTensors again = read(bytes.value());
  CHECK(again.metadata == file.metadata);
  REQUIRE(again.tensors.size() == 4);
  for (const auto& [name, tensor] : file.tensors) {
    CHECK(again.tensors.at(name).shape == tensor.shape);
    CHECK(again.tensors.at(name).floats == tensor.floats);
    CHECK(again.tensors.at(name).integers == tensor.integers);
  }
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.value().data(), 8);
  CHECK(length % 8 == 0);
  const std::string header(reinterpret_cast<const char*>(bytes.value().data()) + 8, static_cast<std::size_t>(length));
  CHECK(header.find(R"("c":{"dtype":"I64","shape":[1,2],"data_offsets":[0,16]})") != std::string::npos);
  CHECK(header.find(R"("a":{"dtype":"F32","shape":[],"data_offsets":[16,20]})") != std::string::npos);
  CHECK(read(write_safetensors(file, Precision::float16).value()).tensors.at("a").floats[0] ==
        doctest::Approx(0.1).epsilon(1e-3));
}

TEST_CASE("what cannot be written is refused") {
  const auto code = [](nn::Constant tensor, Precision precision, const char* name = "a") {
    SafeTensors file;
    file.tensors[name] = std::move(tensor);
    const auto bytes = write_safetensors(file, precision);
    REQUIRE_FALSE(bytes.ok());
    CHECK(bytes.error().field == "model");
    return bytes.error().code;
  };
  CHECK(code({Shape{1}, {std::nanf("")}, {}}, Precision::float32) == ErrorCode::not_finite);
  CHECK(code({Shape{1}, {70000.0f}, {}}, Precision::float16) == ErrorCode::out_of_range);
  CHECK(code({Shape{2}, {1.0f}, {}}, Precision::float32) == ErrorCode::shape_mismatch);
  CHECK(code({Shape{2}, {1.0f}, {1}}, Precision::float32) == ErrorCode::shape_mismatch);
  CHECK(code({Shape{1}, {1.0f}, {}}, Precision::float32, "__metadata__") == ErrorCode::malformed);
}

TEST_CASE("damaged files are read or refused, and nothing worse") {
  SafeTensors file;
  file.tensors["weight"] = {Shape{2, 3}, {1, 2, 3, 4, 5, 6}, {}};
  file.tensors["count"] = {Shape{}, {}, {7}};
  file.metadata["format"] = "pt";
  const Bytes bytes = write_safetensors(file, Precision::float16).value();
  std::size_t refused = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed)
    if (!read_safetensors(test::damaged(bytes, seed)).ok()) ++refused;
  CHECK(refused > 1000);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(read_safetensors(test::first_bytes(bytes, size)).ok());
}

}  // namespace mlsec::formats
