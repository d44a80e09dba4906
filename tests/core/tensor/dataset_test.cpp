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

TEST_CASE("the target of a class is 1 at its place and 0 elsewhere") {
  const auto dataset = Dataset::from_floats(Shape{1}, {1, 2}, {2, 0}, 3);
  REQUIRE(dataset.ok());
  CHECK(dataset.value().has_labels());
  std::vector<float> target(3, -1);
  dataset.value().target(0, target);
  CHECK(target == std::vector<float>{0, 0, 1});
  dataset.value().target(1, target);
  CHECK(target == std::vector<float>{1, 0, 0});
}

TEST_CASE("targets take the place of classes, whatever those were") {
  auto labelled = Dataset::from_floats(Shape{1}, {1, 2}, {2, 1}, 3);
  REQUIRE(labelled.ok());
  const auto dataset = std::move(labelled).value().with_targets({0.5f, -7, 1, 0, 3, 4, 5, 6}, 4);
  REQUIRE(dataset.ok());
  CHECK(!dataset.value().has_labels());
  CHECK(dataset.value().rows() == 2);
  CHECK(dataset.value().classes() == 4);
  CHECK(dataset.value().label(0) == 0);
  CHECK(dataset.value().label(1) == 0);
  std::vector<float> target(4);
  dataset.value().target(1, target);
  CHECK(target == std::vector<float>{3, 4, 5, 6});
  std::vector<float> inputs(2);
  dataset.value().gather(std::vector<std::uint32_t>{0, 1}, inputs.data());
  CHECK(inputs == std::vector<float>{1, 2});
}

TEST_CASE("targets of another number, or not finite, are refused") {
  const auto with = [](std::vector<float> targets, int outputs) {
    auto dataset = Dataset::from_floats(Shape{1}, {1, 2}, {0, 0}, 2);
    REQUIRE(dataset.ok());
    return std::move(dataset).value().with_targets(std::move(targets), outputs);
  };
  const std::string message = "dataset.targets must hold the same number of values for each of the 2 samples; it has ";
  check_refused(with({1, 2, 3}, 2), ErrorCode::shape_mismatch, "dataset.targets", message + "3.");
  check_refused(with({}, 0), ErrorCode::shape_mismatch, "dataset.targets", message + "0.");
  check_refused(with({1, 2}, -1), ErrorCode::shape_mismatch, "dataset.targets", message + "2.");
  check_refused(with({1, std::numeric_limits<float>::infinity()}, 1), ErrorCode::not_finite, "dataset.targets[1]",
                "dataset.targets[1] is not a finite number.");
  CHECK(with({1, 2}, 1).ok());
}

TEST_CASE("the bounds of a data set are 0 and 1, or what it needs beyond") {
  const auto bounds_of = [](std::vector<float> inputs) {
    const auto dataset = Dataset::from_floats(Shape{2}, std::move(inputs), {0}, 2);
    REQUIRE(dataset.ok());
    return std::pair(dataset.value().bounds().lower, dataset.value().bounds().upper);
  };
  CHECK(bounds_of({0.25f, 0.5f}) == std::pair(0.0f, 1.0f));
  CHECK(bounds_of({-3, 0.5f}) == std::pair(-3.0f, 1.0f));
  CHECK(bounds_of({2, 255}) == std::pair(0.0f, 255.0f));
  const auto bytes = Dataset::from_bytes(Shape{2}, {0, 255}, {0}, 2);
  REQUIRE(bytes.ok());
  CHECK(bytes.value().bounds().upper == 1);
}

}  // namespace mlsec
