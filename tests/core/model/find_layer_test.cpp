#include <doctest/doctest.h>

#include <limits>

#include "base/value.hpp"
#include "tests/core/support/models.hpp"

namespace mlsec {
namespace {

Result<std::size_t> find(const Value& layer) {
  const auto model = test::model_of(test::dense_network(2, {4, 3}), model::plain_input({2}));
  return model::find_layer(*model, layer);
}

void check_refused(const Value& layer, ErrorCode code, const std::string& message) {
  const auto refused = find(layer);
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == code);
  CHECK(refused.error().field == "layer");
  CHECK(refused.error().message == message);
}

}  // namespace

TEST_CASE("layers are found by index and by name") {
  CHECK(find(0).value() == 0);
  CHECK(find(2).value() == 2);
  CHECK(find("dense1").value() == 0);
  CHECK(find("relu2").value() == 1);
}

TEST_CASE("layers that are not there are refused") {
  const std::string count = ", but the model has 3 layers, counted from 0.",
                    kind = "layer must be the index of a layer or its name.";
  check_refused(3, ErrorCode::out_of_range, "layer is 3" + count);
  check_refused(-1, ErrorCode::out_of_range, "layer is -1" + count);
  check_refused(0.5, ErrorCode::wrong_type, kind);
  check_refused(std::numeric_limits<double>::quiet_NaN(), ErrorCode::wrong_type, kind);
  check_refused(Value(), ErrorCode::wrong_type, kind);
  check_refused("relu3", ErrorCode::unknown_name, "layer: the model has no layer called \"relu3\".");
}

}  // namespace mlsec
