#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "model/model.hpp"

namespace mlsec {
namespace {

model::InputSpecification specification(const Shape& shape, float lower = 0, float upper = 1) {
  model::InputSpecification result;
  result.shape = shape;
  result.lower = lower;
  result.upper = upper;
  return result;
}

struct ShapeCase {
  Shape sample, given;
  int rows;  // 0 where it does not fit
};

}  // namespace

TEST_CASE("the number of samples follows from the shape, extents of one left away or added") {
  const ShapeCase cases[] = {
      {{28, 28, 1}, {28, 28, 1}, 1},     //
      {{28, 28, 1}, {28, 28}, 1},        //
      {{28, 28, 1}, {1, 28, 28}, 1},     //
      {{28, 28, 1}, {784}, 1},           //
      {{28, 28, 1}, {5, 28, 28, 1}, 5},  //
      {{28, 28, 1}, {5, 1, 28, 28}, 5},  //
      {{28, 28, 1}, {5, 28, 28}, 5},     //
      {{28, 28, 1}, {5, 784}, 5},        //
      {{28, 28, 1}, {1, 1, 28, 28}, 1},  //
      {{3, 32, 32}, {7, 3, 32, 32}, 7},  //
      {{10}, {10}, 1},                   //
      {{10}, {4, 10}, 4},                //
      {{10}, {1, 10}, 1},                //
      {{10}, {4, 10, 1}, 4},             //
      {{1}, {6}, 6},                     //
      {{1}, {6, 1}, 6},                  //
      {{28, 28, 1}, {}, 0},              //
      {{28, 28, 1}, {28, 27}, 0},        //
      {{28, 28, 1}, {5, 28, 28, 3}, 0},  //
      {{28, 28, 1}, {785}, 0},           //
      {{28, 28, 1}, {0, 28, 28, 1}, 0},  //
      {{28, 28, 1}, {2, 3, 28, 28}, 0},  //
      {{3, 32, 32}, {7, 32, 32, 3}, 0},  // channels at the wrong end
      {{10}, {10, 2}, 0},                //
      {{10}, {0, 10}, 0},                //
  };
  for (const ShapeCase& expected : cases) {
    CAPTURE(to_text(expected.sample));
    CAPTURE(to_text(expected.given));
    const auto rows = model::rows_of(specification(expected.sample), expected.given);
    CHECK(rows.ok() == (expected.rows > 0));
    if (rows.ok()) CHECK(rows.value() == static_cast<std::size_t>(expected.rows));
  }
}

TEST_CASE("shapes that do not fit are refused with the one that would") {
  const auto refused = model::rows_of(specification({28, 28, 1}), Shape{5, 27, 28});
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::shape_mismatch);
  CHECK(refused.error().field == "inputs");
  CHECK(refused.error().message == "inputs must have the shape n x 28 x 28 x 1, not 5 x 27 x 28.");
  CHECK(model::rows_of(specification({10}), Shape{0, 10}).error().message == "inputs must hold at least one sample.");
}

TEST_CASE("inputs on the bounds and between them are accepted") {
  CHECK(model::check_inputs(specification({2}, -1, 2), std::vector<float>{-1, 2, 0, 1.5f}).ok());
  CHECK(model::check_inputs(specification({2}), {}).ok());
}

TEST_CASE("inputs outside the bounds are refused by their place") {
  const float above = std::nextafter(1.0f, 2.0f);
  const auto high = model::check_inputs(specification({2}), std::vector<float>{0, 1, 0.5f, above});
  REQUIRE(!high.ok());
  CHECK(high.error().code == ErrorCode::out_of_range);
  CHECK(high.error().field == "inputs[3]");
  const auto low = model::check_inputs(specification({2}, -0.5f, 0.5f), std::vector<float>{-0.75f});
  REQUIRE(!low.ok());
  CHECK(low.error().field == "inputs[0]");
  CHECK(low.error().message == "inputs[0] is -0.75, outside the model's bounds -0.5 ... 0.5.");
}

TEST_CASE("inputs that are not finite are refused by their place") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  for (float value : {nan, infinity, -infinity}) {
    const auto refused = model::check_inputs(specification({2}), std::vector<float>{0, value});
    REQUIRE(!refused.ok());
    CHECK(refused.error().code == ErrorCode::not_finite);
    CHECK(refused.error().field == "inputs[1]");
    CHECK(refused.error().message == "inputs[1] is not a finite number.");
  }
}

}  // namespace mlsec
