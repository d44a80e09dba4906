#include "tensor/dataset.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

namespace mlsec {
namespace {

void check_refused(const Result<Dataset>& result, ErrorCode code, const std::string& field,
                   const std::string& message) {
  REQUIRE(!result.ok());
  CHECK(result.error().code == code);
  CHECK(result.error().field == field);
  CHECK(result.error().message == message);
}

}  // namespace

TEST_CASE("bytes become exactly the floats nearest to 0 ... 1 in steps of 1/255") {
  std::vector<std::uint8_t> bytes(256);
  for (std::size_t i = 0; i < 256; ++i) bytes[i] = static_cast<std::uint8_t>(i);
  const auto dataset = Dataset::from_bytes(Shape{256}, bytes, {0}, 2);
  REQUIRE(dataset.ok());
  std::vector<float> floats(256);
  dataset.value().gather(std::vector<std::uint32_t>{0}, floats.data());
  int wrong = 0;
  for (std::size_t i = 0; i < 256; ++i) wrong += floats[i] != static_cast<float>(static_cast<double>(i) / 255);
  CHECK(wrong == 0);
}

TEST_CASE("rows are gathered in the order asked for, again where asked again") {
  const auto dataset = Dataset::from_floats(Shape{1, 2}, {0, 1, 10, 11, 20, 21}, {0, 1, 2}, 3);
  REQUIRE(dataset.ok());
  std::vector<float> gathered(8, -1);
  dataset.value().gather(std::vector<std::uint32_t>{2, 0, 2}, gathered.data());
  CHECK(gathered == std::vector<float>{20, 21, 0, 1, 20, 21, -1, -1});
  dataset.value().gather({}, gathered.data());
  CHECK(gathered[0] == 20);
}

TEST_CASE("a data set knows its samples, rows, classes and labels") {
  const auto dataset = Dataset::from_bytes(Shape{2, 1, 1}, {1, 2, 3, 4}, {4, 1}, 5);
  REQUIRE(dataset.ok());
  CHECK(dataset.value().sample() == Shape{2, 1, 1});
  CHECK(dataset.value().rows() == 2);
  CHECK(dataset.value().classes() == 5);
  CHECK(dataset.value().label(0) == 4);
  CHECK(dataset.value().label(1) == 1);
}

TEST_CASE("data sets that do not fit together are refused") {
  check_refused(Dataset::from_floats(Shape{2}, {}, {}, 2), ErrorCode::shape_mismatch, "dataset.labels",
                "dataset.labels must not be empty.");
  check_refused(Dataset::from_floats(Shape{2, 2}, {1, 2, 3}, {0}, 2), ErrorCode::shape_mismatch, "dataset.inputs",
                "dataset.inputs must hold 2 x 2 values for each of the 1 labels; it has 3.");
  check_refused(Dataset::from_bytes(Shape{2}, {1, 2, 3, 4, 5}, {0, 1}, 2), ErrorCode::shape_mismatch, "dataset.inputs",
                "dataset.inputs must hold 2 values for each of the 2 labels; it has 5.");
  check_refused(Dataset::from_floats(Shape{1}, {1}, {0}, 1), ErrorCode::out_of_range, "dataset.classes",
                "dataset.classes must be at least 2.");
}

TEST_CASE("labels that are no class are refused by their place") {
  check_refused(Dataset::from_floats(Shape{1}, {1, 2, 3}, {0, 1, 2}, 2), ErrorCode::out_of_range, "dataset.labels[2]",
                "dataset.labels[2] is 2, but the classes are 0 ... 1.");
  check_refused(Dataset::from_bytes(Shape{1}, {1, 2}, {-1, 0}, 2), ErrorCode::out_of_range, "dataset.labels[0]",
                "dataset.labels[0] is -1, but the classes are 0 ... 1.");
}

TEST_CASE("inputs that are not finite are refused by their place") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  check_refused(Dataset::from_floats(Shape{2}, {0, 1, nan, 3}, {0, 1}, 2), ErrorCode::not_finite, "dataset.inputs[2]",
                "dataset.inputs[2] is not a finite number.");
  check_refused(Dataset::from_floats(Shape{2}, {0, -infinity}, {0}, 2), ErrorCode::not_finite, "dataset.inputs[1]",
                "dataset.inputs[1] is not a finite number.");
}

}  // namespace mlsec
