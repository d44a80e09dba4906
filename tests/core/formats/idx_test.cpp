#include "formats/idx.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/core/support/damage.hpp"

namespace mlsec::formats {
namespace {

using namespace std::string_literals;
using test::Bytes;
using test::to_bytes;

template <class Values>
void check_values(const std::string& file, const Shape& shape, const Values& expected) {
  const auto array = read_idx(to_bytes(file));
  if (!array.ok()) FAIL(array.error().message);
  CHECK(array.value().shape == shape);
  REQUIRE(std::holds_alternative<Values>(array.value().values));
  CHECK(std::get<Values>(array.value().values) == expected);
}

std::string refusal(const Bytes& file, std::string_view part = "", std::string_view field = "labels") {
  const auto array = read_idx(file, "labels");
  REQUIRE_FALSE(array.ok());
  CHECK(array.error().field == field);
  CHECK(array.error().message.starts_with(field));
  CHECK(array.error().message.find(part) != std::string::npos);
  return std::string(name_of(array.error().code));
}

/// Two rows of three bytes.
const std::string images = "\0\0\x08\x02\0\0\0\x02\0\0\0\x03"s + "abcdef";

}  // namespace

TEST_CASE("an idx file of every type is read, big-endian") {
  check_values(images, {2, 3}, std::vector<std::uint8_t>{'a', 'b', 'c', 'd', 'e', 'f'});
  check_values("\0\0\x09\x01\0\0\0\x02\xff\x05"s, {2}, std::vector<std::int32_t>{-1, 5});
  check_values("\0\0\x0b\x01\0\0\0\x02\x80\0\x01\x02"s, {2}, std::vector<std::int32_t>{-32768, 258});
  check_values("\0\0\x0c\x01\0\0\0\x01\0\x01\x02\x03"s, {1}, std::vector<std::int32_t>{66051});
  check_values("\0\0\x0d\x01\0\0\0\x01\xbf\x80\0\0"s, {1}, std::vector<float>{-1});
  check_values("\0\0\x0e\x01\0\0\0\x01\x3f\xe0\0\0\0\0\0\0"s, {1}, std::vector<float>{0.5});
  check_values("\0\0\x08\x03\0\0\0\0\0\0\0\x1c\0\0\0\x1c"s, {0, 28, 28}, std::vector<std::uint8_t>{});
}

TEST_CASE("what is no idx file says so") {
  for (const std::string& file : {""s, "\0\0\x08"s, "\x01\0\x08\x01\0\0\0\x01x"s, "\0\x01\x08\x01\0\0\0\x01x"s,
                                  "\0\0\x0a\x01\0\0\0\x01x"s, "\0\0\x08\0x"s, "\x1f\x8b\x08\0"s})
    CHECK(refusal(to_bytes(file), "does not begin as one") == "malformed");
  CHECK(refusal(to_bytes("\0\0\x08\x09"s + std::string(36, '\x01') + "x"), "more than 8 axes") == "unsupported");
  CHECK(refusal(to_bytes(images + "g"), "do not fit its shape 2 x 3") == "malformed");
  CHECK(refusal(to_bytes("\0\0\x08\x08"s + std::string(32, '\xff') + "x")) == "malformed");
  CHECK(refusal(to_bytes("\0\0\x0d\x01\0\0\0\x02\0\0\0\0\x7f\x80\0\0"s), "not a finite", "labels[1]") == "not-finite");
  const auto large = read_idx(to_bytes(images), "idx", {.file_bytes = 17});
  REQUIRE_FALSE(large.ok());
  CHECK(large.error().code == ErrorCode::too_large);
}

TEST_CASE("an idx file cut short at any byte is malformed") {
  const Bytes file = to_bytes(images);
  for (std::size_t size = 0; size < file.size(); ++size) CHECK(refusal(test::first_bytes(file, size)) == "malformed");
}

TEST_CASE("a damaged idx file is refused, or read as an array of its shape") {
  int survived = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const auto array = read_idx(test::damaged(to_bytes(images), seed));
    if (!array.ok()) continue;
    ++survived;
    const std::size_t count = std::visit([](const auto& values) { return values.size(); }, array.value().values);
    CHECK(count == array.value().shape.count());
  }
  CHECK(survived > 100);
}

}  // namespace mlsec::formats
