#include "base/result.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "base/out_of_memory.hpp"

namespace mlsec {
namespace {

Result<std::unique_ptr<int>> positive(int number) {
  if (number <= 0) return Error{ErrorCode::out_of_range, "number", "number must be positive."};
  return std::make_unique<int>(number);
}

Result<void> check_small(int number) {
  if (number > 9) return Error{ErrorCode::too_large, "number", "number must be small."};
  return {};
}

Result<std::string> digit(int number) {
  MLSEC_TRY(const std::unique_ptr<int> owned, positive(number));
  MLSEC_TRY_VOID(check_small(*owned));
  return std::to_string(*owned);
}

}  // namespace

TEST_CASE("a result holds a value or an error") {
  CHECK(*positive(3).value() == 3);
  const auto refused = positive(0);
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::out_of_range);
  CHECK(refused.error().field == "number");
  CHECK(refused.error().message == "number must be positive.");
}

TEST_CASE("trying passes values on and errors out") {
  CHECK(digit(7).value() == "7");
  CHECK(digit(-1).error().code == ErrorCode::out_of_range);
  CHECK(digit(10).error().code == ErrorCode::too_large);
}

TEST_CASE("running out of memory throws what the standard library throws") {
  CHECK_THROWS_AS(throw_out_of_memory(), std::bad_alloc);
}

}  // namespace mlsec
